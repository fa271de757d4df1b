#include "indexer/store/book_input.hpp"

#include <algorithm>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/derived_reader.hpp"
#include "indexer/store/derived_rows.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

using chain::Address;
using chain::BlockNumber;

std::optional<U256> number_or_none(const pqxx::field& field) {
    return field.is_null() ? std::nullopt : std::optional{number_of(field.c_str())};
}

std::optional<std::uint64_t> count_or_none(const pqxx::field& field) {
    return field.is_null() ? std::nullopt : std::optional{field.as<std::uint64_t>()};
}

Digest digest_of(const pqxx::field& field) {
    Digest digest;
    const chain::Bytes bytes = bytes_of(field.c_str());
    std::copy_n(bytes.begin(), std::min(bytes.size(), digest.bytes.size()), digest.bytes.begin());
    return digest;
}

std::string to_bytea(const Digest& digest) {
    return store::to_bytea(digest.bytes);
}

// Blocks in which anything happened, with their headers.
std::map<std::uint64_t, BookBlock> load_stamps(pqxx::work& txn,
                                               const MarketRecord& market,
                                               const chain::BlockRange& range) {
    std::map<std::uint64_t, BookBlock> blocks;
    for (const auto& row : txn.exec_params(
             "SELECT c.from_block, b.hash, b.\"timestamp\" FROM ("
             "SELECT from_block FROM derived.domain_event WHERE chain_id = $1 AND market_id = $2 "
             "AND from_block BETWEEN $3 AND $4 UNION "
             "SELECT from_block FROM derived.reserve_state WHERE chain_id = $1 AND market_id = $2 "
             "AND from_block BETWEEN $3 AND $4 UNION "
             "SELECT from_block FROM derived.price WHERE market_id = $2 "
             "AND from_block BETWEEN $3 AND $4) c "
             "LEFT JOIN redink.block b ON b.chain_id = $1 AND b.number = c.from_block AND "
             "b.canonical",
             market.chain_id,
             market.id,
             range.first.value(),
             range.last.value())) {
        const auto number = row[0].as<std::uint64_t>();
        invariant(!row[1].is_null(), "block " + std::to_string(number) + " has no stored header");
        BookBlock& block = blocks[number];
        block.stamp = {number, digest_of(row[1]), row[2].as<std::uint64_t>()};
    }
    return blocks;
}

rows::DomainEvent event_of(const pqxx::row& row) {
    return {{BlockNumber{row[0].as<std::uint64_t>()},
             row[1].as<std::uint32_t>(),
             fixed_of<chain::Hash32>(row[2].c_str())},
            static_cast<std::uint8_t>(row[3].as<int>()),
            static_cast<rows::EventKind>(row[4].as<int>()),
            row[5].as<rows::ReserveId>(),
            fixed_of<Address>(row[6].c_str()),
            number_of(row[7].c_str()),
            row[8].is_null() ? U256{0} : number_of(row[8].c_str())};
}

// The rules of a reserve at a block stand in the newest configuration at or below it.
constexpr const char* kRulesAt =
    "coalesce((SELECT c.rules FROM derived.reserve_config c WHERE c.market_id = s.market_id AND "
    "c.reserve_id = s.reserve_id AND c.from_block <= $3 ORDER BY c.from_block DESC LIMIT 1), 0)";

constexpr const char* kRulesThen =
    "coalesce((SELECT c.rules FROM derived.reserve_config c WHERE c.market_id = s.market_id AND "
    "c.reserve_id = s.reserve_id AND c.from_block <= s.from_block "
    "ORDER BY c.from_block DESC LIMIT 1), 0)";

rows::ValuedDebtRow valued_of(const pqxx::row& row) {
    rows::ValuedDebtRow debt;
    debt.account = fixed_of<Address>(row[0].c_str());
    debt.reserve = row[1].as<rows::ReserveId>();
    debt.gross = number_of(row[2].c_str());
    debt.shortfall = number_of(row[3].c_str());
    debt.kind = row[4].is_null() ? "" : row[4].c_str();
    debt.stage = static_cast<std::uint8_t>(row[5].as<int>());
    debt.health_factor = number_of(row[6].c_str());
    debt.below_since = count_or_none(row[7]);
    debt.hopeless_since = count_or_none(row[8]);
    debt.written_off = number_of(row[9].c_str());
    return debt;
}

void save_valuation(pqxx::work& txn, const MarketRecord& market, const rows::ValuationRow& row) {
    txn.exec_params("INSERT INTO derived.valuation VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    market.id,
                    row.block.value(),
                    row.time,
                    to_bytea(row.evidence),
                    to_bytea(row.price_digest),
                    row.policy,
                    row.debtors,
                    row.unpriced);
    for (const rows::ValuedDebtRow& debt : row.debts) {
        txn.exec_params(
            "INSERT INTO derived.valued_debt VALUES ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, "
            "$9, $10, $11, $12)",
            market.id,
            row.block.value(),
            store::to_bytea(debt.account.view()),
            debt.reserve,
            to_decimal(debt.gross),
            to_decimal(debt.shortfall),
            debt.kind,
            static_cast<int>(debt.stage),
            to_decimal(debt.health_factor),
            debt.below_since,
            debt.hopeless_since,
            to_decimal(debt.written_off));
    }
}

}  // namespace

std::string BookInput::schema() const {
    std::string name = market_.protocol;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

std::vector<rows::Reserve> BookInput::load_reserves() {
    return DerivedReader{connection_, market_}.load_snapshot().reserves;
}

std::vector<BookBlock> BookInput::load_blocks(chain::BlockRange range) {
    pqxx::work txn{connection_.session()};
    std::map<std::uint64_t, BookBlock> blocks = load_stamps(txn, market_, range);
    for (const auto& row : txn.exec_params(
             "SELECT from_block, log_index, txn_hash, ordinal, kind, reserve_id, account, amount, "
             "proceeds FROM derived.domain_event WHERE chain_id = $1 AND market_id = $2 AND "
             "from_block BETWEEN $3 AND $4 ORDER BY from_block, log_index, ordinal",
             market_.chain_id,
             market_.id,
             range.first.value(),
             range.last.value())) {
        blocks.at(row[0].as<std::uint64_t>()).events.push_back(event_of(row));
    }
    for (const auto& row : txn.exec_params(
             std::string{"SELECT s.from_block, s.reserve_id, "} + kRulesThen + ", " +
                 kReserveStateColumns +
                 " FROM derived.reserve_state s WHERE s.chain_id = $1 AND s.market_id = $2 AND "
                 "s.from_block BETWEEN $3 AND $4 ORDER BY 1, 2",
             market_.chain_id,
             market_.id,
             range.first.value(),
             range.last.value())) {
        blocks.at(row[0].as<std::uint64_t>())
            .reserves.insert_or_assign(
                row[1].as<rows::ReserveId>(),
                RuledState{reserve_state_of(row, 3), row[2].as<std::int32_t>()});
    }
    std::vector<BookBlock> ordered;
    ordered.reserve(blocks.size());
    for (auto& [number, block] : blocks) {
        ordered.push_back(std::move(block));
    }
    return ordered;
}

std::optional<BlockNumber> BookInput::find_window_end(chain::BlockRange range,
                                                      std::uint32_t changes) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT from_block FROM derived.reserve_state WHERE chain_id = $1 AND market_id = $2 AND "
        "from_block BETWEEN $3 AND $4 ORDER BY from_block OFFSET $5 LIMIT 1",
        market_.chain_id,
        market_.id,
        range.first.value(),
        range.last.value(),
        changes);
    return found.empty() ? std::nullopt
                         : std::optional{BlockNumber{found[0][0].as<std::uint64_t>()}};
}

std::optional<BlockNumber> BookInput::find_last_change(chain::BlockRange range) {
    pqxx::work txn{connection_.session()};
    const std::string newest =
        " AND from_block BETWEEN $3 AND $4 ORDER BY from_block DESC LIMIT 1)";
    const auto row = txn.exec_params1(
        "SELECT greatest((SELECT from_block FROM derived.domain_event WHERE chain_id = $1 AND "
        "market_id = $2" +
            newest +
            ", (SELECT from_block FROM derived.reserve_state WHERE chain_id = $1 AND market_id = "
            "$2" +
            newest + ", (SELECT from_block FROM derived.price WHERE market_id = $2" + newest + ")",
        market_.chain_id,
        market_.id,
        range.first.value(),
        range.last.value());
    return row[0].is_null() ? std::nullopt : std::optional{BlockNumber{row[0].as<std::uint64_t>()}};
}

std::map<Digest, BlockNumber> BookInput::load_documents() {
    pqxx::work txn{connection_.session()};
    std::map<Digest, BlockNumber> documents;
    for (const auto& row : txn.exec_params(
             "SELECT digest, after_block FROM ledger.document WHERE market_id = $1", market_.id)) {
        documents.emplace(digest_of(row[0]), BlockNumber{row[1].as<std::uint64_t>()});
    }
    return documents;
}

std::map<rows::ReserveId, std::map<std::uint64_t, U256>> BookInput::load_deficits(
    BlockNumber block) {
    pqxx::work txn{connection_.session()};
    std::map<rows::ReserveId, std::map<std::uint64_t, U256>> deficits;
    for (const auto& row : txn.exec_params(
             "SELECT reserve_id, from_block, deficit FROM (SELECT reserve_id, from_block, deficit, "
             "coalesce(lag(deficit) OVER (PARTITION BY reserve_id ORDER BY from_block), 0) AS "
             "before "
             "FROM derived.reserve_state WHERE chain_id = $1 AND market_id = $2 AND from_block <= "
             "$3) q WHERE deficit <> before",
             market_.chain_id,
             market_.id,
             block.value())) {
        deficits[row[0].as<rows::ReserveId>()][row[1].as<std::uint64_t>()] =
            number_of(row[2].c_str());
    }
    return deficits;
}

std::map<rows::ReserveId, RuledState> BookInput::load_states(BlockNumber block) {
    pqxx::work txn{connection_.session()};
    std::map<rows::ReserveId, RuledState> states;
    for (const auto& row : txn.exec_params(
             std::string{"SELECT DISTINCT ON (s.reserve_id) s.reserve_id, "} + kRulesAt + ", " +
                 kReserveStateColumns +
                 " FROM derived.reserve_state s WHERE s.chain_id = $1 AND s.market_id = $2 AND "
                 "s.from_block <= $3 ORDER BY s.reserve_id, s.from_block DESC",
             market_.chain_id,
             market_.id,
             block.value())) {
        states[row[0].as<rows::ReserveId>()] = {reserve_state_of(row, 2),
                                                row[1].as<std::int32_t>()};
    }
    return states;
}

std::uint64_t BookInput::load_time(BlockNumber block) {
    pqxx::work txn{connection_.session()};
    return txn.exec_params1("SELECT redink.block_time($1, $2)", market_.id, block.value())[0]
        .as<std::uint64_t>();
}

std::vector<rows::ExposureRow> BookInput::load_exposures(BlockNumber block, CalledPrices called) {
    pqxx::work txn{connection_.session()};
    std::vector<rows::ExposureRow> exposures;
    for (const auto& row : txn.exec_params(
             "SELECT account, reserve_id, asset, decimals, price, debt_amount, debt_value, "
             "supply_amount, is_collateral, collateral_value, bonus_bps, health_factor FROM " +
                 schema() + ".exposures_at($1, $2, $3)",
             market_.id,
             block.value(),
             called == CalledPrices::of_block)) {
        rows::ExposureRow exposure;
        exposure.account = fixed_of<Address>(row[0].c_str());
        exposure.reserve = row[1].as<rows::ReserveId>();
        exposure.asset = fixed_of<Address>(row[2].c_str());
        exposure.decimals = static_cast<std::uint8_t>(row[3].as<int>());
        exposure.price = number_or_none(row[4]);
        exposure.debt_amount = number_of(row[5].c_str());
        exposure.debt_value = number_or_none(row[6]);
        exposure.supply_amount = number_of(row[7].c_str());
        exposure.is_collateral = row[8].as<bool>();
        exposure.collateral_value = number_or_none(row[9]);
        exposure.bonus_bps = row[10].as<std::uint32_t>();
        exposure.health_factor = number_or_none(row[11]);
        exposures.push_back(std::move(exposure));
    }
    return exposures;
}

std::string BookInput::load_unit(BlockNumber block) {
    pqxx::work txn{connection_.session()};
    const auto unit =
        txn.exec_params1("SELECT " + schema() + ".unit_at($1, $2)", market_.id, block.value());
    return unit[0].is_null() ? "" : unit[0].c_str();
}

valuation::DustPolicy BookInput::load_dust_policy(BlockNumber block) {
    pqxx::work txn{connection_.session()};
    const auto row = txn.exec_params1(
        "SELECT min_debt_value, liquidation_cost_value FROM " + schema() + ".dust_policy($1, $2)",
        market_.id,
        block.value());
    return {number_of(row[0].c_str()), number_of(row[1].c_str())};
}

std::optional<rows::ValuationRow> BookInput::load_valuation(BlockNumber block) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT from_block, block_time, evidence, price_digest, policy, debtors, unpriced FROM "
        "derived.valuation WHERE market_id = $1 AND from_block <= $2 ORDER BY from_block DESC "
        "LIMIT 1",
        market_.id,
        block.value());
    if (found.empty()) {
        return std::nullopt;
    }
    rows::ValuationRow row{BlockNumber{found[0][0].as<std::uint64_t>()},
                           found[0][1].as<std::uint64_t>(),
                           digest_of(found[0][2]),
                           digest_of(found[0][3]),
                           found[0][4].c_str(),
                           found[0][5].as<std::uint32_t>(),
                           found[0][6].as<std::uint32_t>(),
                           {}};
    for (const auto& debt : txn.exec_params(
             "SELECT account, reserve_id, gross, shortfall, kind, stage, health_factor, "
             "below_since, hopeless_since, written_off FROM derived.valued_debt WHERE market_id = "
             "$1 AND from_block = $2 ORDER BY account, reserve_id",
             market_.id,
             row.block.value())) {
        row.debts.push_back(valued_of(debt));
    }
    return row;
}

void BookInput::replace_valuations(const std::vector<rows::ValuationRow>& valuations,
                                   BlockNumber from) {
    pqxx::work txn{connection_.session()};
    for (const char* table : {"derived.valuation", "derived.valued_debt"}) {
        txn.exec_params(
            "DELETE FROM " + std::string{table} + " WHERE market_id = $1 AND from_block >= $2",
            market_.id,
            from.value());
    }
    for (const rows::ValuationRow& valuation : valuations) {
        save_valuation(txn, market_, valuation);
    }
    txn.commit();
}

chain::BlockRef BookInput::load_block(BlockNumber number) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT hash FROM redink.block WHERE chain_id = $1 AND number = $2 AND canonical",
        market_.chain_id,
        number.value());
    invariant(!found.empty(), "block " + std::to_string(number.value()) + " has no stored header");
    return {number, fixed_of<chain::Hash32>(found[0][0].c_str())};
}

std::optional<ledger::BlockStamp> BookInput::find_stamp(BlockNumber number) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT hash, \"timestamp\" FROM redink.block WHERE chain_id = $1 AND number = $2 AND "
        "canonical",
        market_.chain_id,
        number.value());
    if (found.empty()) {
        return std::nullopt;
    }
    return ledger::BlockStamp{
        number.value(), digest_of(found[0][0]), found[0][1].as<std::uint64_t>()};
}

bool BookInput::is_rederived() {
    pqxx::work txn{connection_.session()};
    return !txn.exec_params("SELECT FROM ledger.rederived WHERE market_id = $1", market_.id)
                .empty();
}

void BookInput::clear_rederived() {
    pqxx::work txn{connection_.session()};
    txn.exec_params("DELETE FROM ledger.rederived WHERE market_id = $1", market_.id);
    txn.commit();
}

std::optional<BookInput::Reach> BookInput::load_reach() {
    pqxx::work txn{connection_.session()};
    const auto head = txn.exec_params(
        "SELECT block_number, block_hash FROM redink.cursor WHERE market_id = $1", market_.id);
    if (head.empty()) {
        return std::nullopt;
    }
    const auto ref = [](const pqxx::row& row) {
        return chain::BlockRef{BlockNumber{row[0].as<std::uint64_t>()},
                               fixed_of<chain::Hash32>(row[1].c_str())};
    };
    Reach reach{ref(head[0]), std::nullopt};
    const auto finalized = txn.exec_params(
        "SELECT b.number, b.hash FROM redink.finalized f JOIN redink.block b USING (chain_id) "
        "WHERE f.chain_id = $1 AND b.canonical AND b.number <= least(f.block_number, $2) "
        "ORDER BY b.number DESC LIMIT 1",
        market_.chain_id,
        reach.head.number.value());
    if (!finalized.empty()) {
        reach.finalized = ref(finalized[0]);
    }
    return reach;
}

}  // namespace redink::store
