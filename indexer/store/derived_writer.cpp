#include "indexer/store/derived_writer.hpp"

#include <array>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/copy_writer.hpp"

namespace redink::store {
namespace {

std::int64_t signed_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

std::int64_t signed_of(chain::BlockNumber block) {
    return signed_of(block.value());
}

// Where rows go: the derived tables, or tables of the session that look like them.
struct Tables {
    const MarketRecord& market;
    DerivedTables kind = DerivedTables::stored;

    [[nodiscard]] std::string of_market(const std::string& table) const {
        return (kind == DerivedTables::stored ? "derived." : "pg_temp.") + table;
    }

    [[nodiscard]] std::string of_chain(const std::string& table) const {
        return of_market(table) +
               (kind == DerivedTables::stored ? "_" + std::to_string(market.chain_id) : "");
    }
};

void put(CopyWriter& out, const rows::LogRef& log) {
    out.int8(signed_of(log.block));
    out.int4(static_cast<std::int32_t>(log.log_index));
    out.bytea(log.txn_hash.view());
}

void write_reserves(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_market("reserve"),
                   {"market_id",
                    "reserve_id",
                    "from_block",
                    "pool",
                    "reserve",
                    "asset",
                    "supply_token",
                    "debt_token",
                    "stable_debt_token",
                    "decimals"}};
    for (const rows::Reserve& row : batch.reserves) {
        out.begin_row();
        out.int4(into.market.id);
        out.int4(row.id);
        out.int8(signed_of(row.block));
        out.bytea(row.pool);
        out.bytea(row.reserve.view());
        out.bytea(row.asset.view());
        out.bytea(row.supply_token.view());
        out.bytea(row.debt_token.view());
        out.bytea(row.stable_debt_token.view());
        row.decimals ? out.int2(*row.decimals) : out.null();
    }
    out.finish();
}

void write_states(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_chain("reserve_state"),
                   {"chain_id",
                    "market_id",
                    "reserve_id",
                    "from_block",
                    "supply_index",
                    "debt_index",
                    "supply_rate",
                    "debt_rate",
                    "last_update",
                    "supply_scaled",
                    "debt_scaled",
                    "stable_principal",
                    "stable_average_rate",
                    "stable_last_update",
                    "treasury_accrued",
                    "deficit",
                    "cash"}};
    for (const rows::ReserveStateVersion& row : batch.reserve_states) {
        const rows::ReserveState& state = row.state;
        out.begin_row();
        out.int8(signed_of(into.market.chain_id));
        out.int4(into.market.id);
        out.int4(row.id);
        out.int8(signed_of(row.block));
        out.numeric(state.supply_index);
        out.numeric(state.debt_index);
        out.numeric(state.supply_rate);
        out.numeric(state.debt_rate);
        out.int8(signed_of(state.last_update));
        out.numeric(state.supply_scaled);
        out.numeric(state.debt_scaled);
        out.numeric(state.stable_principal);
        out.numeric(state.stable_average_rate);
        out.int8(signed_of(state.stable_last_update));
        out.numeric(state.treasury_accrued);
        out.numeric(state.deficit);
        out.numeric_or_null(state.cash);
    }
    out.finish();
}

void write_configs(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_market("reserve_config"),
                   {"market_id",
                    "reserve_id",
                    "from_block",
                    "rules",
                    "ltv_bps",
                    "liquidation_threshold_bps",
                    "liquidation_bonus_bps",
                    "reserve_factor_bps",
                    "liquidation_fee_bps",
                    "emode_category",
                    "active",
                    "frozen",
                    "paused",
                    "borrowing"}};
    for (const rows::ReserveConfigVersion& row : batch.reserve_configs) {
        const rows::ReserveConfig& config = row.config;
        out.begin_row();
        out.int4(into.market.id);
        out.int4(row.id);
        out.int8(signed_of(row.block));
        out.int4(config.rules);
        out.int8(config.ltv_bps);
        out.int8(config.liquidation_threshold_bps);
        out.int8(config.liquidation_bonus_bps);
        out.int8(config.reserve_factor_bps);
        out.int8(config.liquidation_fee_bps);
        out.int8(config.emode_category);
        out.boolean(config.active);
        out.boolean(config.frozen);
        out.boolean(config.paused);
        out.boolean(config.borrowing);
    }
    out.finish();
}

std::string list_of(const std::vector<rows::ReserveId>& ids) {
    std::string text = ",";
    for (const rows::ReserveId id : ids) {
        text += std::to_string(id) + ",";
    }
    return text;
}

void write_emode(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_market("emode_category"),
                   {"market_id",
                    "category",
                    "from_block",
                    "ltv_bps",
                    "liquidation_threshold_bps",
                    "liquidation_bonus_bps",
                    "price_source",
                    "label",
                    "collateral"}};
    for (const rows::EmodeCategoryVersion& row : batch.emode_categories) {
        out.begin_row();
        out.int4(into.market.id);
        out.int8(row.category);
        out.int8(signed_of(row.block));
        out.int8(row.state.ltv_bps);
        out.int8(row.state.liquidation_threshold_bps);
        out.int8(row.state.liquidation_bonus_bps);
        out.bytea(row.state.price_source.view());
        out.text(row.state.label);
        out.text(list_of(row.state.collateral));
    }
    out.finish();
}

void write_accounts(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_market("account"),
                   {"market_id", "account", "from_block", "emode_category"}};
    for (const rows::AccountVersion& row : batch.accounts) {
        out.begin_row();
        out.int4(into.market.id);
        out.bytea(row.account.view());
        out.int8(signed_of(row.block));
        out.int8(row.emode_category);
    }
    out.finish();
}

void write_positions(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter keys{
        connection,
        into.of_chain("position"),
        {"chain_id", "market_id", "position_id", "from_block", "reserve_id", "account", "side"}};
    for (const rows::NewPosition& row : batch.positions) {
        keys.begin_row();
        keys.int8(signed_of(into.market.chain_id));
        keys.int4(into.market.id);
        keys.int8(row.id);
        keys.int8(signed_of(row.block));
        keys.int4(row.key.reserve);
        keys.bytea(row.key.account.view());
        keys.int2(static_cast<std::int16_t>(row.key.side));
    }
    keys.finish();
}

void write_versions(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_chain("position_version"),
                   {"chain_id",
                    "market_id",
                    "position_id",
                    "from_block",
                    "scaled",
                    "is_collateral",
                    "rate",
                    "since"}};
    for (const rows::PositionVersion& row : batch.position_versions) {
        out.begin_row();
        out.int8(signed_of(into.market.chain_id));
        out.int4(into.market.id);
        out.int8(row.id);
        out.int8(signed_of(row.block));
        out.numeric(row.state.scaled);
        out.boolean(row.state.is_collateral);
        out.numeric(row.state.rate);
        out.int8(signed_of(row.state.since));
    }
    out.finish();
}

void write_prices(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{
        connection,
        into.of_market("price"),
        {"market_id", "asset", "from_block", "log_index", "txn_hash", "price", "source"}};
    for (const rows::PriceVersion& row : batch.prices) {
        out.begin_row();
        out.int4(into.market.id);
        out.bytea(row.asset.view());
        put(out, row.log);
        out.numeric_or_null(row.price);
        out.bytea(row.source.view());
    }
    out.finish();
}

void write_answers(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{
        connection,
        into.of_market("feed_answer"),
        {"market_id", "source", "from_block", "log_index", "txn_hash", "answer", "updated_at"}};
    for (const rows::FeedAnswer& row : batch.answers) {
        out.begin_row();
        out.int4(into.market.id);
        out.bytea(row.source.view());
        put(out, row.log);
        out.numeric_or_null(row.answer);
        out.numeric(U256{row.updated_at});
    }
    out.finish();
}

void write_sources(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{
        connection,
        into.of_market("asset_source"),
        {"market_id", "oracle", "asset", "from_block", "log_index", "txn_hash", "source"}};
    for (const rows::AssetSource& row : batch.sources) {
        out.begin_row();
        out.int4(into.market.id);
        out.bytea(row.oracle.view());
        out.bytea(row.asset.view());
        put(out, row.log);
        out.bytea(row.source.view());
    }
    out.finish();
}

void write_liquidations(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_market("liquidation"),
                   {"market_id",
                    "from_block",
                    "log_index",
                    "txn_hash",
                    "collateral_reserve_id",
                    "debt_reserve_id",
                    "account",
                    "liquidator",
                    "debt_covered",
                    "collateral_seized",
                    "receives_shares",
                    "debt_value",
                    "collateral_value"}};
    for (const rows::Liquidation& row : batch.liquidations) {
        out.begin_row();
        out.int4(into.market.id);
        put(out, row.log);
        out.int4(row.collateral_reserve);
        out.int4(row.debt_reserve);
        out.bytea(row.account.view());
        out.bytea(row.liquidator.view());
        out.numeric(row.debt_covered);
        out.numeric(row.collateral_seized);
        out.boolean(row.receives_shares);
        out.numeric_or_null(row.debt_value);
        out.numeric_or_null(row.collateral_value);
    }
    out.finish();
}

void write_deficits(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_market("deficit"),
                   {"market_id",
                    "from_block",
                    "log_index",
                    "txn_hash",
                    "reserve_id",
                    "account",
                    "created",
                    "amount",
                    "value"}};
    for (const rows::DeficitEvent& row : batch.deficits) {
        out.begin_row();
        out.int4(into.market.id);
        put(out, row.log);
        out.int4(row.reserve);
        out.bytea(row.account.view());
        out.boolean(row.created);
        out.numeric(row.amount);
        out.numeric_or_null(row.value);
    }
    out.finish();
}

void write_domain_events(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_chain("domain_event"),
                   {"chain_id",
                    "market_id",
                    "from_block",
                    "log_index",
                    "txn_hash",
                    "ordinal",
                    "kind",
                    "reserve_id",
                    "account",
                    "amount",
                    "proceeds"}};
    for (const rows::DomainEvent& row : batch.domain_events) {
        out.begin_row();
        out.int8(signed_of(into.market.chain_id));
        out.int4(into.market.id);
        put(out, row.log);
        out.int2(row.ordinal);
        out.int2(static_cast<std::int16_t>(row.kind));
        out.int4(row.reserve);
        out.bytea(row.account.view());
        out.numeric(row.amount);
        row.proceeds.is_zero() ? out.null() : out.numeric(row.proceeds);
    }
    out.finish();
}

void write_settings(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{
        connection, into.of_market("setting"), {"market_id", "key", "from_block", "value"}};
    for (const rows::MarketSetting& row : batch.settings) {
        out.begin_row();
        out.int4(into.market.id);
        out.text(row.key);
        out.int8(signed_of(row.block));
        out.text(row.value);
    }
    out.finish();
}

void write_drifts(Connection& connection, const Tables& into, const rows::Batch& batch) {
    CopyWriter out{connection,
                   into.of_market("drift"),
                   {"market_id",
                    "reserve_id",
                    "field",
                    "from_block",
                    "log_index",
                    "txn_hash",
                    "computed",
                    "printed"}};
    for (const rows::IndexDrift& row : batch.drifts) {
        out.begin_row();
        out.int4(into.market.id);
        out.int4(row.reserve);
        out.text(row.field);
        put(out, row.log);
        out.numeric(row.computed);
        out.numeric(row.printed);
    }
    out.finish();
}

}  // namespace

void write_derived(Connection& connection,
                   const MarketRecord& market,
                   const rows::Batch& batch,
                   DerivedTables tables) {
    const Tables into{market, tables};
    const auto write = [&](const auto& list, auto writer) {
        if (!list.empty()) {
            writer(connection, into, batch);
        }
    };
    write(batch.reserves, write_reserves);
    write(batch.reserve_states, write_states);
    write(batch.reserve_configs, write_configs);
    write(batch.emode_categories, write_emode);
    write(batch.accounts, write_accounts);
    write(batch.positions, write_positions);
    write(batch.position_versions, write_versions);
    write(batch.prices, write_prices);
    write(batch.answers, write_answers);
    write(batch.sources, write_sources);
    write(batch.liquidations, write_liquidations);
    write(batch.deficits, write_deficits);
    write(batch.domain_events, write_domain_events);
    write(batch.settings, write_settings);
    write(batch.drifts, write_drifts);
}

}  // namespace redink::store
