#include "app/config/config.hpp"

#include <algorithm>

#include "accounting/money/invariant.hpp"

namespace redink::app {
namespace {

U256 amount_or(const std::optional<std::string>& written, const U256& standard) {
    if (!written) {
        return standard;
    }
    const std::optional<U256> amount = from_decimal(*written);
    invariant(amount.has_value(), "a configured amount that is no number");
    return *amount;
}

}  // namespace

std::string_view to_text(ProofLevel level) {
    switch (level) {
        case ProofLevel::headers:
            return "headers";
        case ProofLevel::bloom:
            return "bloom";
        case ProofLevel::receipts:
            return "receipts";
        case ProofLevel::second_source:
            return "second-source";
    }
    throw InvariantBroken{"a proof level without a name"};
}

const ChainConfig& chain_of(const Config& config, const MarketConfig& market) {
    const auto is_its_chain = [&market](const ChainConfig& chain) {
        return chain.name == market.chain;
    };
    const auto found = std::find_if(config.chains.begin(), config.chains.end(), is_its_chain);
    invariant(found != config.chains.end(), "a market without its chain");
    return *found;
}

valuation::Policy policy_of(const MarketConfig& market, const valuation::DustPolicy& standard) {
    constexpr std::uint64_t kSecondsOfDay = 86'400;
    valuation::Policy policy;
    policy.grace_seconds = market.policy.grace_seconds;
    policy.write_off_after_seconds = market.policy.write_off_after_days * kSecondsOfDay;
    policy.slippage_bps = market.policy.slippage_bps;
    policy.max_price_age_seconds = market.policy.max_price_age_seconds;
    policy.dust.min_debt_value = amount_or(market.min_debt_value, standard.min_debt_value);
    policy.dust.liquidation_cost_value =
        amount_or(market.liquidation_cost_value, standard.liquidation_cost_value);
    return policy;
}

std::vector<waterfall::Layer> layers_of(const MarketConfig& market) {
    std::vector<waterfall::Layer> layers;
    for (const CoverConfig& cover : market.cover) {
        layers.push_back(cover.layer);
    }
    return waterfall::with_lenders(std::move(layers));
}

}  // namespace redink::app
