#include "indexer/store/lease_book.hpp"

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/chain_lock.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/coverage.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/fact_check.hpp"
#include "indexer/store/fact_writer.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

// One statement, and so one moment: a commit takes a lease away and adds its coverage at once.
constexpr const char* kFirstFree =
    "WITH covered AS (SELECT coalesce(range_agg(int8range(c.from_block, c.to_block + 1)) FILTER "
    "(WHERE c.from_block IS NOT NULL), '{}') AS blocks FROM redink.source s LEFT JOIN "
    "redink.coverage c USING (source_id) WHERE s.market_id = $1 GROUP BY s.source_id), "
    "leased AS (SELECT coalesce(range_agg(int8range(from_block, to_block + 1)), '{}') AS blocks "
    "FROM redink.lease WHERE market_id = $1 AND expires_at > clock_timestamp()), "
    "free AS (SELECT int8multirange(int8range($2, b.to_block + 1)) - (SELECT "
    "range_intersect_agg(blocks) FROM covered) - (SELECT blocks FROM leased) AS blocks FROM "
    "redink.backfill b WHERE b.market_id = $1 AND b.to_block >= $2) "
    "SELECT lower(f), upper(f) - 1 FROM free, unnest(free.blocks) f ORDER BY 1 LIMIT 1";

constexpr const char* kLease =
    "SELECT to_block FROM redink.lease WHERE market_id = $1 AND from_block = $2 AND worker = $3 "
    "FOR UPDATE";

Error lost(const MarketRecord& market, const std::string& worker, chain::BlockNumber first) {
    return {make_error_code(StoreErrc::lease_lost),
            "the lease of " + worker + " on market \"" + market.name + "\" from block " +
                std::to_string(first.value()) +
                " has expired and was given to another process, or was taken back by a "
                "reorganisation; claim another one"};
}

// The announced block, where it is among the facts.
Result<void> check_target(pqxx::work& txn, const MarketRecord& market, const RangeFacts& facts) {
    const auto target = txn.exec_params(
        "SELECT to_block, to_hash FROM redink.backfill WHERE market_id = $1", market.id);
    for (const StoredHeader& header : facts.headers) {
        if (!target.empty() && header.number.value() == target[0][0].as<std::uint64_t>() &&
            header.hash != fixed_of<chain::Hash32>(target[0][1].c_str())) {
            return Error{make_error_code(StoreErrc::reorganised),
                         "block " + std::to_string(header.number.value()) + " is told to be " +
                             header.hash.hex() + ", which is not the block that was announced"};
        }
    }
    return {};
}

// What is left of the lease after its blocks up to `done`.
void shorten(pqxx::work& txn,
             const MarketRecord& market,
             const chain::BlockRange& done,
             std::uint64_t lease_end) {
    if (lease_end == done.last.value()) {
        txn.exec_params("DELETE FROM redink.lease WHERE market_id = $1 AND from_block = $2",
                        market.id,
                        done.first.value());
        return;
    }
    txn.exec_params(
        "UPDATE redink.lease SET from_block = $3 WHERE market_id = $1 AND from_block = $2",
        market.id,
        done.first.value(),
        done.last.value() + 1);
}

}  // namespace

void LeaseBook::announce(const chain::BlockRef& target) {
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "INSERT INTO redink.backfill VALUES ($1, $2, $3) ON CONFLICT (market_id) DO UPDATE SET "
        "to_block = excluded.to_block, to_hash = excluded.to_hash",
        market_.id,
        target.number.value(),
        to_bytea(target.hash.view()));
    txn.commit();
}

std::optional<chain::BlockRef> LeaseBook::load_target() {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT to_block, to_hash FROM redink.backfill WHERE market_id = $1", market_.id);
    if (found.empty()) {
        return std::nullopt;
    }
    return chain::BlockRef{chain::BlockNumber{found[0][0].as<std::uint64_t>()},
                           fixed_of<chain::Hash32>(found[0][1].c_str())};
}

std::optional<chain::BlockRange> LeaseBook::claim(const std::string& worker,
                                                  std::uint64_t most_blocks,
                                                  std::chrono::seconds duration) {
    invariant(most_blocks > 0, "a lease has at least one block");
    pqxx::work txn{connection_.session()};
    // One at a time: the row of the target is what those who claim wait for.
    txn.exec_params("SELECT FROM redink.backfill WHERE market_id = $1 FOR NO KEY UPDATE",
                    market_.id);
    const auto free = txn.exec_params(kFirstFree, market_.id, market_.from_block.value());
    if (free.empty()) {
        return std::nullopt;
    }
    const auto first = free[0][0].as<std::uint64_t>();
    const std::uint64_t last = std::min(free[0][1].as<std::uint64_t>(), first + (most_blocks - 1));
    txn.exec_params(
        "DELETE FROM redink.lease WHERE market_id = $1 AND from_block <= $3 AND to_block >= $2",
        market_.id,
        first,
        last);
    txn.exec_params(
        "INSERT INTO redink.lease VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs "
        "=> $5))",
        market_.id,
        first,
        last,
        worker,
        duration.count());
    txn.commit();
    return chain::BlockRange{chain::BlockNumber{first}, chain::BlockNumber{last}};
}

std::vector<SourceRecord> LeaseBook::load_lacking(const chain::BlockRange& range) {
    pqxx::work txn{connection_.session()};
    std::vector<SourceRecord> lacking;
    for (const auto& row : txn.exec_params(
             "SELECT source_id, addresses FROM redink.source WHERE market_id = $1 ORDER BY 1",
             market_.id)) {
        const auto source = row[0].as<std::int32_t>();
        if (!covers(load_stretches(txn, source, range), range)) {
            lacking.push_back({source, market_.id, addresses_of(row[1].c_str())});
        }
    }
    return lacking;
}

Result<void> LeaseBook::renew(const std::string& worker,
                              chain::BlockNumber first,
                              std::chrono::seconds duration) {
    pqxx::work txn{connection_.session()};
    const auto renewed = txn.exec_params(
        "UPDATE redink.lease SET expires_at = clock_timestamp() + make_interval(secs => $4) WHERE "
        "market_id = $1 AND from_block = $2 AND worker = $3",
        market_.id,
        first.value(),
        worker,
        duration.count());
    if (renewed.affected_rows() == 0) {
        return lost(market_, worker, first);
    }
    txn.commit();
    return {};
}

void LeaseBook::release(const std::string& worker, chain::BlockNumber first) {
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "DELETE FROM redink.lease WHERE market_id = $1 AND from_block = $2 AND worker = $3",
        market_.id,
        first.value(),
        worker);
    txn.commit();
}

Result<void> LeaseBook::commit_facts(const std::string& worker, const RangeFacts& facts) {
    pqxx::work txn{connection_.session()};
    lock_chain(txn, market_.chain_id);
    const auto lease = txn.exec_params(kLease, market_.id, facts.range.first.value(), worker);
    if (lease.empty() || lease[0][0].as<std::uint64_t>() < facts.range.last.value()) {
        return lost(market_, worker, facts.range.first);
    }
    if (auto fits = check_target(txn, market_, facts); !fits) {
        return fits.error();
    }
    if (auto same = check_same_blocks(txn, market_, facts); !same) {
        return same.error();
    }
    if (auto linked = check_links(txn, market_, facts); !linked) {
        return linked.error();
    }
    write_facts(connection_, txn, market_, facts);
    fill_coverage(txn, facts);
    shorten(txn, market_, facts.range, lease[0][0].as<std::uint64_t>());
    if (!facts.logs.empty()) {
        txn.exec_params(
            "UPDATE redink.market m SET adapter_version = 0 FROM redink.cursor k WHERE m.market_id "
            "= $1 AND k.market_id = m.market_id AND k.block_number >= $2",
            market_.id,
            facts.logs.front().block.value());
    }
    txn.commit();
    return {};
}

}  // namespace redink::store
