#include "indexer/store/fact_audit.hpp"

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"

namespace redink::store {
namespace {

using Kind = FactFault::Kind;

// Stretches of a source that nothing covers, from the market's first block to its cursor.
constexpr const char* kGaps =
    "SELECT q.first, q.last, 'source ' || q.source_id || ' has no coverage', "
    "'every block up to the cursor is covered' FROM ("
    "SELECT s.source_id, coalesce(max(v.to_block) OVER w + 1, $2) AS first, "
    "coalesce(v.from_block - 1, k.block_number) AS last "
    "FROM redink.source s JOIN redink.cursor k USING (market_id) "
    "JOIN LATERAL (SELECT from_block, to_block FROM redink.coverage c "
    "WHERE c.source_id = s.source_id UNION ALL "
    "SELECT NULL, NULL) v ON true WHERE s.market_id = $1 "
    "WINDOW w AS (PARTITION BY s.source_id ORDER BY v.from_block NULLS LAST "
    "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) q "
    "WHERE q.first <= q.last ORDER BY 1, 2";

// A proof above headers needs every header of its range.
constexpr const char* kMissing =
    "SELECT DISTINCT greatest(g.first, v.from_block), least(g.last, v.to_block), 'no block', "
    "'a block, as the proof of its range needs it' FROM ("
    "SELECT q.below + 1 AS first, q.number - 1 AS last FROM ("
    "SELECT number, lag(number, 1, $3 - 1) OVER (ORDER BY number) AS below FROM ("
    "SELECT number FROM redink.block WHERE chain_id = $2 AND canonical AND number >= $3 UNION ALL "
    "SELECT block_number + 1 FROM redink.cursor WHERE market_id = $1) b) q "
    "WHERE q.number > q.below + 1) g "
    "JOIN redink.coverage v ON v.from_block <= g.last AND v.to_block >= g.first "
    "AND v.proof <> 'headers' "
    "JOIN redink.source s ON s.source_id = v.source_id AND s.market_id = $1 ORDER BY 1, 2";

constexpr const char* kLinks =
    "SELECT q.number, q.number, 'parent ' || redink.hex(q.parent_hash), redink.hex(q.below) FROM ("
    "SELECT b.number, b.parent_hash, lag(b.number) OVER w AS previous, lag(b.hash) OVER w AS below "
    "FROM redink.block b WHERE b.chain_id = $2 AND b.canonical AND b.number <= "
    "(SELECT block_number FROM redink.cursor WHERE market_id = $1) "
    "WINDOW w AS (ORDER BY b.number)) q "
    "WHERE q.previous = q.number - 1 AND q.parent_hash <> q.below ORDER BY 1";

constexpr const char* kStrayLogs =
    "SELECT l.block_number, l.block_number, count(*) || ' logs of a block that is not stored', "
    "'their block' FROM redink.log l LEFT JOIN redink.block b ON b.chain_id = l.chain_id AND "
    "b.number = l.block_number AND b.fork = l.fork WHERE l.chain_id = $2 AND b.number IS NULL AND "
    "l.address IN (SELECT address FROM redink.contract WHERE market_id = $1) "
    "GROUP BY l.block_number ORDER BY 1";

constexpr const char* kCursor =
    "SELECT k.block_number, k.block_number, redink.hex(k.block_hash), "
    "coalesce(redink.hex(b.hash), 'no block') FROM ("
    "SELECT block_number, block_hash FROM redink.cursor WHERE market_id = $1 UNION ALL "
    "SELECT block_number, block_hash FROM ledger.cursor WHERE market_id = $1) k "
    "LEFT JOIN redink.block b ON b.chain_id = $2 AND b.number = k.block_number AND b.canonical "
    "WHERE b.hash IS DISTINCT FROM k.block_hash";

void add(std::vector<FactFault>& faults, Kind kind, const pqxx::result& rows) {
    for (const auto& row : rows) {
        faults.push_back({kind,
                          {chain::BlockNumber{row[0].as<std::uint64_t>()},
                           chain::BlockNumber{row[1].as<std::uint64_t>()}},
                          row[2].c_str(),
                          row[3].c_str()});
    }
}

}  // namespace

std::vector<FactFault> find_fact_faults(Connection& connection, const MarketRecord& market) {
    pqxx::work txn{connection.session()};
    txn.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    std::vector<FactFault> faults;
    add(faults, Kind::coverage, txn.exec_params(kGaps, market.id, market.from_block.value()));
    add(faults,
        Kind::missing_block,
        txn.exec_params(kMissing, market.id, market.chain_id, market.from_block.value()));
    add(faults, Kind::link, txn.exec_params(kLinks, market.id, market.chain_id));
    add(faults, Kind::stray_log, txn.exec_params(kStrayLogs, market.id, market.chain_id));
    add(faults, Kind::cursor, txn.exec_params(kCursor, market.id, market.chain_id));
    return faults;
}

std::vector<ProvedBlocks> load_proved_blocks(Connection& connection, const MarketRecord& market) {
    pqxx::work txn{connection.session()};
    std::vector<ProvedBlocks> proved;
    for (const auto& row : txn.exec_params(
             "SELECT v.proof, sum(v.to_block - v.from_block + 1)::bigint FROM redink.coverage v "
             "JOIN redink.source s USING (source_id) WHERE s.market_id = $1 GROUP BY v.proof "
             "ORDER BY redink.proof_strength(v.proof)",
             market.id)) {
        proved.push_back({row[0].c_str(), row[1].as<std::uint64_t>()});
    }
    return proved;
}

}  // namespace redink::store
