#include "indexer/store/fact_writer.hpp"

#include <map>
#include <string>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/copy_writer.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

struct Known {
    std::int16_t fork = 0;
    chain::Hash32 hash;
    bool canonical = false;
};

using KnownBlocks = std::multimap<std::uint64_t, Known>;

// What is to be written at one height.
struct Target {
    std::int16_t fork = 0;
    bool is_new = true;
};

KnownBlocks load_known(pqxx::transaction_base& txn,
                       const MarketRecord& market,
                       const chain::BlockRange& range) {
    KnownBlocks known;
    for (const auto& row : txn.exec_params(
             "SELECT number, fork, hash, canonical FROM redink.block WHERE chain_id = $1 AND "
             "number BETWEEN $2 AND $3",
             market.chain_id,
             range.first.value(),
             range.last.value())) {
        known.emplace(row[0].as<std::uint64_t>(),
                      Known{static_cast<std::int16_t>(row[1].as<int>()),
                            fixed_of<chain::Hash32>(row[2].c_str()),
                            row[3].as<bool>()});
    }
    return known;
}

Target target_of(pqxx::transaction_base& txn,
                 const MarketRecord& market,
                 const KnownBlocks& known,
                 const StoredHeader& header) {
    Target target;
    const auto [begin, end] = known.equal_range(header.number.value());
    for (auto at = begin; at != end; ++at) {
        const Known& block = at->second;
        if (block.hash == header.hash) {
            if (!block.canonical) {
                txn.exec_params(
                    "UPDATE redink.block SET canonical = true WHERE chain_id = $1 AND number = $2 "
                    "AND fork = $3",
                    market.chain_id,
                    header.number.value(),
                    static_cast<int>(block.fork));
            }
            return {block.fork, false};
        }
        if (block.canonical) {
            throw StoreError{StoreErrc::reorganised,
                             "block " + std::to_string(header.number.value()) +
                                 " is stored with another hash: the chain was reorganised"};
        }
        target.fork =
            std::max<std::int16_t>(target.fork, static_cast<std::int16_t>(block.fork + 1));
    }
    return target;
}

// Who emitted the stored logs, by block and log index.
using KnownLogs = std::map<std::pair<std::uint64_t, std::int32_t>, chain::Address>;

KnownLogs load_known_logs(pqxx::transaction_base& txn,
                          const MarketRecord& market,
                          const chain::BlockRange& range) {
    KnownLogs known;
    for (const auto& row : txn.exec_params(
             "SELECT l.block_number, l.log_index, l.address FROM redink.log l JOIN redink.block b "
             "ON "
             "b.chain_id = l.chain_id AND b.number = l.block_number AND b.fork = l.fork WHERE "
             "l.chain_id = $1 AND l.block_number BETWEEN $2 AND $3 AND b.canonical",
             market.chain_id,
             range.first.value(),
             range.last.value())) {
        known.emplace(std::pair{row[0].as<std::uint64_t>(), row[1].as<std::int32_t>()},
                      fixed_of<chain::Address>(row[2].c_str()));
    }
    return known;
}

// True when the log is stored. Another contract's log in its place is a lie that was kept on a weak
// proof, now or then: nothing is written over it.
bool is_known(const KnownLogs& known, const chain::Log& log) {
    const auto found = known.find({log.block.value(), static_cast<std::int32_t>(log.log_index)});
    if (found == known.end()) {
        return false;
    }
    if (found->second != log.address) {
        throw StoreError{StoreErrc::constraint,
                         "block " + std::to_string(log.block.value()) + " log " +
                             std::to_string(log.log_index) + " is told to be of " +
                             log.address.hex() + ", but is stored as one of " +
                             found->second.hex() +
                             ": an endpoint lied to one of the two markets; prove both with proof "
                             "= \"receipts\""};
    }
    return true;
}

void put_log(CopyWriter& out, std::uint64_t chain_id, std::int16_t fork, const chain::Log& log) {
    out.begin_row();
    out.int8(static_cast<std::int64_t>(chain_id));
    out.int8(static_cast<std::int64_t>(log.block.value()));
    out.int2(fork);
    out.int4(static_cast<std::int32_t>(log.log_index));
    out.int4(static_cast<std::int32_t>(log.txn_index));
    out.bytea(log.txn_hash.view());
    out.bytea(log.address.view());
    for (std::size_t i = 0; i < log.topics.size(); ++i) {
        i < log.topic_count ? out.bytea(log.topics.at(i).view()) : out.null();
    }
    out.bytea(log.data);
}

}  // namespace

void write_facts(Connection& connection,
                 pqxx::transaction_base& txn,
                 const MarketRecord& market,
                 const RangeFacts& facts) {
    const KnownBlocks known = load_known(txn, market, facts.range);
    std::map<std::uint64_t, Target> targets;
    bool all_new = true;
    for (const StoredHeader& header : facts.headers) {
        const Target target = target_of(txn, market, known, header);
        targets[header.number.value()] = target;
        all_new = all_new && target.is_new;
    }
    const KnownLogs known_logs = all_new ? KnownLogs{} : load_known_logs(txn, market, facts.range);
    const std::string suffix = "_" + std::to_string(market.chain_id);
    CopyWriter blocks{
        connection,
        "redink.block" + suffix,
        {"chain_id", "number", "fork", "hash", "parent_hash", "timestamp", "canonical"}};
    for (const StoredHeader& header : facts.headers) {
        const Target& target = targets.at(header.number.value());
        if (!target.is_new) {
            continue;
        }
        blocks.begin_row();
        blocks.int8(static_cast<std::int64_t>(market.chain_id));
        blocks.int8(static_cast<std::int64_t>(header.number.value()));
        blocks.int2(target.fork);
        blocks.bytea(header.hash.view());
        blocks.bytea(header.parent_hash.view());
        blocks.int8(static_cast<std::int64_t>(header.timestamp));
        blocks.boolean(true);
    }
    blocks.finish();
    CopyWriter logs{connection,
                    "redink.log" + suffix,
                    {"chain_id",
                     "block_number",
                     "fork",
                     "log_index",
                     "txn_index",
                     "txn_hash",
                     "address",
                     "topic0",
                     "topic1",
                     "topic2",
                     "topic3",
                     "data"}};
    for (const chain::Log& log : facts.logs) {
        const auto target = targets.find(log.block.value());
        invariant(target != targets.end(), "a log without its block's header");
        if (!is_known(known_logs, log)) {
            put_log(logs, market.chain_id, target->second.fork, log);
        }
    }
    logs.finish();
}

}  // namespace redink::store
