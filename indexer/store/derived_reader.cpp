#include "indexer/store/derived_reader.hpp"

#include <charconv>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/derived_rows.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

using chain::Address;
using chain::BlockNumber;

std::optional<U256> number_or_none(const pqxx::field& field) {
    return field.is_null() ? std::nullopt : std::optional{number_of(field.c_str())};
}

BlockNumber block_of(const pqxx::field& field) {
    return BlockNumber{field.as<std::uint64_t>()};
}

rows::LogRef log_of(const pqxx::row& row, int first) {
    return {block_of(row[first]),
            row[first + 1].as<std::uint32_t>(),
            fixed_of<chain::Hash32>(row[first + 2].c_str())};
}

std::vector<rows::ReserveId> ids_of(std::string_view list) {
    std::vector<rows::ReserveId> ids;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view item = list.substr(0, comma);
        rows::ReserveId id = 0;
        if (std::from_chars(item.data(), item.data() + item.size(), id).ec == std::errc{}) {
            ids.push_back(id);
        }
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return ids;
}

void load_reserves(pqxx::transaction_base& txn, const MarketRecord& market, rows::Snapshot& out) {
    for (const auto& row : txn.exec_params(
             "SELECT reserve_id, pool, reserve, asset, supply_token, debt_token, "
             "stable_debt_token, decimals, from_block FROM derived.reserve WHERE market_id = $1 "
             "ORDER BY reserve_id",
             market.id)) {
        rows::Reserve reserve{row[0].as<rows::ReserveId>(),
                              bytes_of(row[1].c_str()),
                              fixed_of<Address>(row[2].c_str()),
                              fixed_of<Address>(row[3].c_str()),
                              fixed_of<Address>(row[4].c_str()),
                              fixed_of<Address>(row[5].c_str()),
                              fixed_of<Address>(row[6].c_str()),
                              std::nullopt,
                              block_of(row[8])};
        if (!row[7].is_null()) {
            reserve.decimals = static_cast<std::uint8_t>(row[7].as<int>());
        }
        out.reserves.push_back(std::move(reserve));
    }
}

void load_states(pqxx::transaction_base& txn, const MarketRecord& market, rows::Snapshot& out) {
    for (const auto& row :
         txn.exec_params(std::string{"SELECT DISTINCT ON (reserve_id) reserve_id, from_block, "} +
                             kReserveStateColumns +
                             " FROM derived.reserve_state WHERE chain_id = $1 AND market_id = $2 "
                             "ORDER BY reserve_id, from_block DESC",
                         market.chain_id,
                         market.id)) {
        out.reserve_states.push_back(
            {row[0].as<rows::ReserveId>(), block_of(row[1]), reserve_state_of(row, 2)});
    }
}

void load_configs(pqxx::transaction_base& txn, const MarketRecord& market, rows::Snapshot& out) {
    for (const auto& row :
         txn.exec_params("SELECT DISTINCT ON (reserve_id) reserve_id, from_block, rules, ltv_bps, "
                         "liquidation_threshold_bps, liquidation_bonus_bps, reserve_factor_bps, "
                         "liquidation_fee_bps, emode_category, active, frozen, paused, borrowing "
                         "FROM derived.reserve_config WHERE market_id = $1 "
                         "ORDER BY reserve_id, from_block DESC",
                         market.id)) {
        const rows::ReserveConfig config{row[2].as<std::int32_t>(),
                                         row[3].as<std::uint32_t>(),
                                         row[4].as<std::uint32_t>(),
                                         row[5].as<std::uint32_t>(),
                                         row[6].as<std::uint32_t>(),
                                         row[7].as<std::uint32_t>(),
                                         row[8].as<std::uint32_t>(),
                                         row[9].as<bool>(),
                                         row[10].as<bool>(),
                                         row[11].as<bool>(),
                                         row[12].as<bool>()};
        out.reserve_configs.push_back({row[0].as<rows::ReserveId>(), block_of(row[1]), config});
    }
}

void load_emode(pqxx::transaction_base& txn, const MarketRecord& market, rows::Snapshot& out) {
    for (const auto& row : txn.exec_params(
             "SELECT DISTINCT ON (category) category, from_block, ltv_bps, "
             "liquidation_threshold_bps, liquidation_bonus_bps, price_source, label, collateral "
             "FROM derived.emode_category WHERE market_id = $1 "
             "ORDER BY category, from_block DESC",
             market.id)) {
        out.emode_categories.push_back({row[0].as<std::uint32_t>(),
                                        block_of(row[1]),
                                        {row[2].as<std::uint32_t>(),
                                         row[3].as<std::uint32_t>(),
                                         row[4].as<std::uint32_t>(),
                                         fixed_of<Address>(row[5].c_str()),
                                         row[6].c_str(),
                                         ids_of(row[7].c_str())}});
    }
}

void load_feeds(pqxx::transaction_base& txn, const MarketRecord& market, rows::Snapshot& out) {
    for (const auto& row : txn.exec_params(
             "SELECT DISTINCT ON (source) source, from_block, log_index, txn_hash, answer, "
             "updated_at FROM derived.feed_answer WHERE market_id = $1 "
             "ORDER BY source, from_block DESC, log_index DESC",
             market.id)) {
        out.answers.push_back({fixed_of<Address>(row[0].c_str()),
                               log_of(row, 1),
                               number_or_none(row[4]),
                               static_cast<std::uint64_t>(number_of(row[5].c_str()))});
    }
    for (const auto& row : txn.exec_params(
             "SELECT * FROM (SELECT DISTINCT ON (oracle, asset) oracle, asset, from_block, "
             "log_index, txn_hash, source FROM derived.asset_source WHERE market_id = $1 "
             "ORDER BY oracle, asset, from_block DESC, log_index DESC) s "
             "ORDER BY from_block, log_index",
             market.id)) {
        out.sources.push_back({fixed_of<Address>(row[0].c_str()),
                               fixed_of<Address>(row[1].c_str()),
                               log_of(row, 2),
                               fixed_of<Address>(row[5].c_str())});
    }
}

void load_settings(pqxx::transaction_base& txn, const MarketRecord& market, rows::Snapshot& out) {
    for (const auto& row :
         txn.exec_params("SELECT DISTINCT ON (key) key, from_block, value FROM derived.setting "
                         "WHERE market_id = $1 ORDER BY key, from_block DESC",
                         market.id)) {
        out.settings.push_back({row[0].c_str(), block_of(row[1]), row[2].c_str()});
    }
    for (const auto& row : txn.exec_params(
             "SELECT reserve_id, field, from_block, log_index, txn_hash, computed, printed "
             "FROM derived.drift WHERE market_id = $1",
             market.id)) {
        out.drifts.push_back({row[0].as<rows::ReserveId>(),
                              row[1].c_str(),
                              log_of(row, 2),
                              number_of(row[5].c_str()),
                              number_of(row[6].c_str())});
    }
}

StoredPosition position_of(const pqxx::row& row) {
    return {row[0].as<rows::PositionId>(),
            {row[1].as<rows::ReserveId>(),
             fixed_of<Address>(row[2].c_str()),
             static_cast<rows::Side>(row[3].as<int>())},
            {number_of(row[4].c_str()),
             row[5].as<bool>(),
             number_of(row[6].c_str()),
             row[7].as<std::uint64_t>()}};
}

constexpr const char* kLatestPositions =
    "SELECT p.position_id, p.reserve_id, p.account, p.side, v.scaled, v.is_collateral, v.rate, "
    "v.since FROM derived.position p CROSS JOIN LATERAL (SELECT x.* FROM "
    "derived.position_version x WHERE x.chain_id = p.chain_id AND x.market_id = p.market_id AND "
    "x.position_id = p.position_id ORDER BY x.from_block DESC LIMIT 1) v ";

}  // namespace

template <class Read>
auto DerivedReader::read(Read work) {
    if (txn_ != nullptr) {
        return work(*txn_);
    }
    pqxx::work txn{connection_->session()};
    return work(txn);
}

rows::Snapshot DerivedReader::load_snapshot() {
    return read([this](pqxx::transaction_base& txn) {
        rows::Snapshot snapshot;
        load_reserves(txn, market_, snapshot);
        load_states(txn, market_, snapshot);
        load_configs(txn, market_, snapshot);
        load_emode(txn, market_, snapshot);
        load_feeds(txn, market_, snapshot);
        load_settings(txn, market_, snapshot);
        return snapshot;
    });
}

std::int64_t DerivedReader::load_position_count() {
    return read([this](pqxx::transaction_base& txn) {
        const auto row = txn.exec_params1(
            "SELECT coalesce(max(position_id), 0) FROM derived.position WHERE chain_id = $1 AND "
            "market_id = $2",
            market_.chain_id,
            market_.id);
        return row[0].as<std::int64_t>();
    });
}

std::vector<StoredPosition> DerivedReader::load_all_positions() {
    return read([this](pqxx::transaction_base& txn) {
        std::vector<StoredPosition> positions;
        for (const auto& row : txn.exec_params(std::string{kLatestPositions} +
                                                   "WHERE p.chain_id = $1 AND p.market_id = $2 "
                                                   "ORDER BY p.position_id",
                                               market_.chain_id,
                                               market_.id)) {
            positions.push_back(position_of(row));
        }
        return positions;
    });
}

std::vector<StoredPosition> DerivedReader::load_positions(
    const std::vector<rows::PositionKey>& keys) {
    std::vector<StoredPosition> positions;
    if (keys.empty()) {
        return positions;
    }
    std::vector<Address> accounts;
    std::string reserves = "{";
    std::string sides = "{";
    for (const rows::PositionKey& key : keys) {
        const char* comma = accounts.empty() ? "" : ",";
        accounts.push_back(key.account);
        reserves += comma + std::to_string(key.reserve);
        sides += comma + std::to_string(static_cast<int>(key.side));
    }
    return read([&](pqxx::transaction_base& txn) {
        for (const auto& row : txn.exec_params(
                 std::string{kLatestPositions} +
                     "JOIN unnest($3::bytea[], $4::integer[], $5::smallint[]) AS k(account, "
                     "reserve_id, side) ON k.account = p.account AND k.reserve_id = p.reserve_id "
                     "AND k.side = p.side WHERE p.chain_id = $1 AND p.market_id = $2",
                 market_.chain_id,
                 market_.id,
                 to_bytea_array(accounts),
                 reserves + "}",
                 sides + "}")) {
            positions.push_back(position_of(row));
        }
        return positions;
    });
}

}  // namespace redink::store
