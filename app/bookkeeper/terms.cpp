#include "app/bookkeeper/terms.hpp"

#include <iterator>
#include <utility>

#include "accounting/money/invariant.hpp"
#include "app/bookkeeper/event_of.hpp"

namespace redink::app {
namespace {

std::optional<U256> amount_of(const std::optional<std::string>& text) {
    if (!text) {
        return std::nullopt;
    }
    const auto amount = from_decimal(*text);
    invariant(amount.has_value(), "a value of the configuration was not checked");
    return amount;
}

}  // namespace

store::BookTerms terms_of(const MarketConfig& market) {
    constexpr std::uint64_t kSecondsOfDay = 86'400;
    store::BookTerms terms;
    terms.valuation_interval = market.policy.valuation_interval_seconds;
    terms.policy.grace_seconds = market.policy.grace_seconds;
    terms.policy.write_off_after_seconds = market.policy.write_off_after_days * kSecondsOfDay;
    terms.policy.slippage_bps = market.policy.slippage_bps;
    terms.policy.max_price_age_seconds = market.policy.max_price_age_seconds;
    terms.policy.dust = {};
    terms.min_debt_value = amount_of(market.min_debt_value);
    terms.liquidation_cost_value = amount_of(market.liquidation_cost_value);
    for (const CoverConfig& cover : market.cover) {
        if (cover.payer) {
            terms.payers[party_of(*cover.payer)] = cover.layer.kind;
        }
    }
    return terms;
}

valuation::Policy policy_at(const store::BookTerms& terms, const valuation::DustPolicy& standard) {
    valuation::Policy policy = terms.policy;
    policy.dust.min_debt_value = terms.min_debt_value.value_or(standard.min_debt_value);
    policy.dust.liquidation_cost_value =
        terms.liquidation_cost_value.value_or(standard.liquidation_cost_value);
    return policy;
}

const store::BookTerms& terms_at(const store::TermsByBlock& terms, chain::BlockNumber block) {
    return std::prev(terms.upper_bound(block.value()))->second;
}

bool is_valuation_due(const ledger::BlockStamp& block,
                      std::optional<std::uint64_t> valued_at,
                      const store::BookTerms& terms) {
    return !valued_at || block.time >= *valued_at + terms.valuation_interval;
}

std::vector<ledger::BlockStamp> due_blocks(const std::vector<store::BookBlock>& blocks,
                                           std::optional<std::uint64_t> valued_at,
                                           const store::TermsByBlock& terms) {
    std::vector<ledger::BlockStamp> due;
    for (const store::BookBlock& block : blocks) {
        const chain::BlockNumber number{block.stamp.number};
        if (is_valuation_due(block.stamp, valued_at, terms_at(terms, number))) {
            due.push_back(block.stamp);
            valued_at = block.stamp.time;
        }
    }
    return due;
}

std::vector<store::CoverLayer> cover_of(const MarketConfig& market) {
    std::vector<waterfall::Layer> configured;
    for (const CoverConfig& cover : market.cover) {
        configured.push_back(cover.layer);
    }
    std::vector<store::CoverLayer> layers;
    for (waterfall::Layer& layer : waterfall::with_lenders(std::move(configured))) {
        layers.push_back({std::move(layer), std::nullopt});
    }
    for (std::size_t i = 0; i < market.cover.size(); ++i) {
        if (market.cover[i].payer) {
            layers[i].payer = party_of(*market.cover[i].payer);
        }
    }
    return layers;
}

}  // namespace redink::app
