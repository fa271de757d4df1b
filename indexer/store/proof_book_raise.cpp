#include <set>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/chain_lock.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/coverage.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/fact_check.hpp"
#include "indexer/store/fact_writer.hpp"
#include "indexer/store/log_comparison.hpp"
#include "indexer/store/log_row.hpp"
#include "indexer/store/proof_book.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

std::string text_of(const chain::BlockRange& range) {
    return "blocks " + std::to_string(range.first.value()) + " to " +
           std::to_string(range.last.value());
}

Error refused(const std::string& text) {
    return {make_error_code(StoreErrc::proof_refused), text};
}

Result<void> check_weaker(pqxx::transaction_base& txn, const RangeFacts& proved) {
    for (const std::int32_t source : proved.sources) {
        const std::vector<ProofStretch> stretches = load_stretches(txn, source, proved.range);
        if (!covers(stretches, proved.range)) {
            return refused("source " + std::to_string(source) + " does not cover " +
                           text_of(proved.range) + ": there is nothing to raise");
        }
        for (const ProofStretch& stretch : stretches) {
            const bool is_inside = stretch.range.first <= proved.range.last &&
                                   stretch.range.last >= proved.range.first;
            if (is_inside && proof_strength(stretch.proof) >= proof_strength(proved.proof)) {
                return refused(text_of(stretch.range) + " of source " + std::to_string(source) +
                               " are proved to " + stretch.proof + " already");
            }
        }
    }
    return {};
}

// A stored block whose header the proof lacks cannot be judged.
Result<void> check_headers(pqxx::transaction_base& txn,
                           const MarketRecord& market,
                           const RangeFacts& proved) {
    std::set<chain::BlockNumber> told;
    for (const StoredHeader& header : proved.headers) {
        told.insert(header.number);
    }
    for (const auto& row : txn.exec_params(
             "SELECT number FROM redink.block WHERE chain_id = $1 AND number BETWEEN $2 AND $3 AND "
             "canonical ORDER BY 1",
             market.chain_id,
             proved.range.first.value(),
             proved.range.last.value())) {
        if (!told.contains(chain::BlockNumber{row[0].as<std::uint64_t>()})) {
            return refused("the proof of " + text_of(proved.range) + " lacks the header of block " +
                           row[0].c_str());
        }
    }
    return {};
}

std::string to_bigint_array(std::span<const chain::Log> logs,
                            std::uint64_t (*number_of_log)(const chain::Log&)) {
    std::string text = "{";
    for (const chain::Log& log : logs) {
        text += (text.size() > 1 ? "," : "") + std::to_string(number_of_log(log));
    }
    return text + "}";
}

// Those of the contracts, and any other that lies where a proved one belongs.
std::vector<chain::Log> load_stored(pqxx::transaction_base& txn,
                                    const MarketRecord& market,
                                    const RangeFacts& proved,
                                    const std::vector<chain::Address>& contracts) {
    const auto block_of = [](const chain::Log& log) { return log.block.value(); };
    const auto index_of = [](const chain::Log& log) { return std::uint64_t{log.log_index}; };
    std::vector<chain::Log> logs;
    for (const auto& row : txn.exec_params(
             std::string{"SELECT "} + kLogColumns +
                 " FROM redink.log l JOIN redink.block b ON b.chain_id = l.chain_id AND b.number = "
                 "l.block_number AND b.fork = l.fork WHERE l.chain_id = $1 AND l.block_number "
                 "BETWEEN $2 AND $3 AND b.canonical AND (l.address = ANY ($4::bytea[]) OR "
                 "(l.block_number, l.log_index) IN (SELECT * FROM unnest($5::bigint[], "
                 "$6::bigint[])))",
             market.chain_id,
             proved.range.first.value(),
             proved.range.last.value(),
             to_bytea_array(contracts),
             to_bigint_array(proved.logs, block_of),
             to_bigint_array(proved.logs, index_of))) {
        logs.push_back(log_of(row));
    }
    return logs;
}

// Moves a log to the refuted ones, with what it was kept on. False, and nothing is moved, when that
// is as good as the proof that denies it.
bool refute(pqxx::transaction_base& txn,
            const MarketRecord& market,
            const RefutedLog& refuted,
            const RangeFacts& proved) {
    const auto kept_on = txn.exec_params(
        "SELECT c.proof, c.endpoint_id FROM redink.coverage c JOIN redink.source s USING "
        "(source_id) JOIN redink.market m USING (market_id) WHERE m.chain_id = $1 AND s.addresses "
        "@> ARRAY[$2::bytea] AND $3 BETWEEN c.from_block AND c.to_block ORDER BY "
        "redink.proof_strength(c.proof) DESC LIMIT 1",
        market.chain_id,
        to_bytea(refuted.log.address.view()),
        refuted.log.block.value());
    const bool is_known = !kept_on.empty();
    const std::string proof = is_known ? kept_on[0][0].c_str() : "headers";
    if (is_known && proof_strength(proof) >= proof_strength(proved.proof)) {
        return false;
    }
    const auto moved = txn.exec_params(
        "WITH gone AS (DELETE FROM redink.log l USING redink.block b WHERE b.chain_id = l.chain_id "
        "AND b.number = l.block_number AND b.fork = l.fork AND b.canonical AND l.chain_id = $1 AND "
        "l.block_number = $2 AND l.log_index = $3 RETURNING l.*) INSERT INTO redink.refuted_log "
        "(chain_id, block_number, fork, log_index, txn_index, txn_hash, address, topic0, topic1, "
        "topic2, topic3, data, proof, endpoint_id, reason, refuting_proof, refuting_endpoint_id) "
        "SELECT chain_id, block_number, fork, log_index, txn_index, txn_hash, address, topic0, "
        "topic1, topic2, topic3, data, $4, $5, $6, $7, $8 FROM gone",
        market.chain_id,
        refuted.log.block.value(),
        refuted.log.log_index,
        proof,
        is_known ? kept_on[0][1].as<std::int32_t>() : proved.endpoint,
        std::string{name_of(refuted.reason)},
        proved.proof,
        proved.endpoint);
    invariant(moved.affected_rows() == 1, "a refuted log is not there");
    return true;
}

void mark_markets(pqxx::transaction_base& txn,
                  const MarketRecord& market,
                  const LogDifference& difference) {
    std::set<chain::Address> changed;
    for (const RefutedLog& one : difference.refuted) {
        changed.insert(one.log.address);
    }
    for (const chain::Log& log : difference.missing) {
        changed.insert(log.address);
    }
    const std::vector<chain::Address> contracts{changed.begin(), changed.end()};
    txn.exec_params(
        "UPDATE redink.market m SET adapter_version = 0 WHERE m.chain_id = $1 AND EXISTS (SELECT "
        "FROM redink.cursor k WHERE k.market_id = m.market_id AND k.block_number >= $2) AND EXISTS "
        "(SELECT FROM redink.source s WHERE s.market_id = m.market_id AND s.addresses && "
        "$3::bytea[])",
        market.chain_id,
        difference.first()->value(),
        to_bytea_array(contracts));
}

}  // namespace

Result<Raised> ProofBook::raise(const RangeFacts& proved, const Wanted& wanted) {
    pqxx::work txn{connection_.session()};
    lock_chain(txn, market_.chain_id);
    if (auto weaker = check_weaker(txn, proved); !weaker) {
        return weaker.error();
    }
    if (auto same = check_same_blocks(txn, market_, proved); !same) {
        return same.error();
    }
    if (auto complete = check_headers(txn, market_, proved); !complete) {
        return complete.error();
    }
    const std::vector<chain::Address> contracts = load_contracts(txn, proved.sources);
    const std::set<chain::Address> ours{contracts.begin(), contracts.end()};
    RangeFacts facts = proved;
    std::erase_if(facts.logs,
                  [&ours](const chain::Log& log) { return !ours.contains(log.address); });
    const auto is_asked_for = [&](const chain::Log& log) {
        return ours.contains(log.address) && (!wanted || wanted(log));
    };
    const LogDifference difference =
        compare_logs(load_stored(txn, market_, facts, contracts), facts.logs, is_asked_for);
    for (const RefutedLog& one : difference.refuted) {
        if (!refute(txn, market_, one, facts)) {
            return refused("log " + std::to_string(one.log.log_index) + " of block " +
                           std::to_string(one.log.block.value()) +
                           " contradicts what another source has on the same or a higher level; "
                           "one of the two endpoints lies");
        }
    }
    write_facts(connection_, txn, market_, facts);
    raise_coverage(txn, facts);
    if (difference.first()) {
        mark_markets(txn, market_, difference);
    }
    txn.commit();
    return Raised{difference.missing.size(), difference.refuted.size(), difference.first()};
}

}  // namespace redink::store
