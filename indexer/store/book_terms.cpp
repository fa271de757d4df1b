#include "indexer/store/book_terms.hpp"

#include <algorithm>
#include <array>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

constexpr std::array<std::string_view, 5> kLayerNames{
    "reserve", "treasury", "insurance", "recap", "lenders"};

events::Layer layer_of(std::string_view name) {
    const auto* found = std::find(kLayerNames.begin(), kLayerNames.end(), name);
    invariant(found != kLayerNames.end(), "a layer of cover that is not known");
    return static_cast<events::Layer>(found - kLayerNames.begin());
}

std::optional<std::string> decimal_or_none(const std::optional<U256>& value) {
    return value ? std::optional{to_decimal(*value)} : std::nullopt;
}

std::optional<U256> number_or_none(const pqxx::field& field) {
    return field.is_null() ? std::nullopt : std::optional{number_of(field.c_str())};
}

std::vector<std::string> words_of(std::string_view array) {
    std::vector<std::string> words;
    array = array.substr(1, array.size() - 2);
    while (!array.empty()) {
        const std::size_t comma = array.find(',');
        words.emplace_back(array.substr(0, comma));
        array = comma == std::string_view::npos ? std::string_view{} : array.substr(comma + 1);
    }
    return words;
}

TermsByBlock read_terms(pqxx::transaction_base& txn, const MarketRecord& market) {
    TermsByBlock all;
    for (const auto& row : txn.exec_params(
             "SELECT from_block, valuation_interval, increase_below_wad, grace_seconds, "
             "write_off_after_seconds, slippage_bps, max_price_age_seconds, min_debt_value, "
             "liquidation_cost_value, payers, payer_layers FROM ledger.terms WHERE market_id = $1",
             market.id)) {
        BookTerms terms;
        terms.valuation_interval = row[1].as<std::uint64_t>();
        terms.policy.increase_below_wad = number_of(row[2].c_str());
        terms.policy.grace_seconds = row[3].as<std::uint64_t>();
        terms.policy.write_off_after_seconds = row[4].as<std::uint64_t>();
        terms.policy.slippage_bps = row[5].as<std::uint32_t>();
        terms.policy.max_price_age_seconds = row[6].as<std::uint64_t>();
        terms.min_debt_value = number_or_none(row[7]);
        terms.liquidation_cost_value = number_or_none(row[8]);
        const std::vector<chain::Address> payers = addresses_of(row[9].c_str());
        const std::vector<std::string> layers = words_of(row[10].c_str());
        for (std::size_t i = 0; i < payers.size(); ++i) {
            PartyId payer;
            const auto view = payers[i].view();
            std::copy(view.begin(), view.end(), payer.bytes.begin());
            terms.payers[payer] = layer_of(layers.at(i));
        }
        all.emplace(row[0].as<std::uint64_t>(), std::move(terms));
    }
    return all;
}

void insert_terms(pqxx::work& txn, const MarketRecord& market, const BookTerms& terms) {
    std::vector<chain::Address> payers;
    std::string layers = "{";
    for (const auto& [payer, layer] : terms.payers) {
        payers.emplace_back(payer.bytes);
        layers += (layers.size() > 1 ? "," : "") + std::string{name_of(layer)};
    }
    // Terms of blocks that were taken back since do not outlive what is said now.
    const auto from_block =
        txn.exec_params1(
               "SELECT coalesce((SELECT block_number + 1 FROM ledger.cursor WHERE "
               "market_id = $1), 0)",
               market.id)[0]
            .as<std::uint64_t>();
    txn.exec_params(
        "DELETE FROM ledger.terms WHERE market_id = $1 AND from_block > $2", market.id, from_block);
    txn.exec_params(
        "INSERT INTO ledger.terms VALUES ($1, $12, $2, $3, $4, $5, $6, $7, $8, $9, $10::bytea[], "
        "$11::text[]) ON CONFLICT (market_id, from_block) DO UPDATE SET valuation_interval = "
        "excluded.valuation_interval, increase_below_wad = excluded.increase_below_wad, "
        "grace_seconds = excluded.grace_seconds, write_off_after_seconds = "
        "excluded.write_off_after_seconds, slippage_bps = excluded.slippage_bps, "
        "max_price_age_seconds = excluded.max_price_age_seconds, min_debt_value = "
        "excluded.min_debt_value, liquidation_cost_value = excluded.liquidation_cost_value, "
        "payers = excluded.payers, payer_layers = excluded.payer_layers",
        market.id,
        terms.valuation_interval,
        to_decimal(terms.policy.increase_below_wad),
        terms.policy.grace_seconds,
        terms.policy.write_off_after_seconds,
        terms.policy.slippage_bps,
        terms.policy.max_price_age_seconds,
        decimal_or_none(terms.min_debt_value),
        decimal_or_none(terms.liquidation_cost_value),
        to_bytea_array(payers),
        layers + "}",
        from_block);
}

void replace_layers(pqxx::work& txn,
                    const MarketRecord& market,
                    const std::vector<CoverLayer>& layers) {
    txn.exec_params("DELETE FROM redink.cover_layer WHERE market_id = $1", market.id);
    int order = 0;
    for (const CoverLayer& cover : layers) {
        const waterfall::Layer& layer = cover.layer;
        txn.exec_params(
            "INSERT INTO redink.cover_layer VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            market.id,
            ++order,
            std::string{name_of(layer.kind)},
            layer.name,
            cover.payer ? std::optional{to_bytea(cover.payer->bytes)} : std::nullopt,
            layer.asset ? std::optional{to_bytea(layer.asset->bytes)} : std::nullopt,
            decimal_or_none(layer.capacity),
            layer.share_bps,
            to_decimal(layer.in_cooldown));
    }
}

}  // namespace

std::string_view name_of(events::Layer layer) {
    return kLayerNames.at(static_cast<std::size_t>(layer));
}

void save_terms(Connection& connection,
                const MarketRecord& market,
                const BookTerms& terms,
                const std::vector<CoverLayer>& layers) {
    pqxx::work txn{connection.session()};
    const TermsByBlock known = read_terms(txn, market);
    if (known.empty() || known.rbegin()->second != terms) {
        insert_terms(txn, market, terms);
    }
    replace_layers(txn, market, layers);
    txn.commit();
}

TermsByBlock load_terms(Connection& connection, const MarketRecord& market) {
    pqxx::work txn{connection.session()};
    TermsByBlock all = read_terms(txn, market);
    if (all.empty() || all.begin()->first != 0) {
        all.emplace(0, all.empty() ? BookTerms{} : all.begin()->second);
    }
    return all;
}

std::vector<CoverLayer> load_cover(Connection& connection, const MarketRecord& market) {
    pqxx::work txn{connection.session()};
    std::vector<CoverLayer> layers;
    for (const auto& row :
         txn.exec_params("SELECT kind, name, payer, asset, capacity, share_bps, in_cooldown FROM "
                         "redink.cover_layer WHERE market_id = $1 ORDER BY layer_order",
                         market.id)) {
        CoverLayer cover;
        cover.layer.kind = layer_of(row[0].c_str());
        cover.layer.name = row[1].c_str();
        if (!row[2].is_null()) {
            cover.payer.emplace();
            std::ranges::copy(bytes_of(row[2].c_str()), cover.payer->bytes.begin());
        }
        if (!row[3].is_null()) {
            cover.layer.asset.emplace();
            std::ranges::copy(bytes_of(row[3].c_str()), cover.layer.asset->bytes.begin());
        }
        cover.layer.capacity = number_or_none(row[4]);
        cover.layer.share_bps = row[5].as<std::uint32_t>();
        cover.layer.in_cooldown = number_of(row[6].c_str());
        layers.push_back(std::move(cover));
    }
    return layers;
}

}  // namespace redink::store
