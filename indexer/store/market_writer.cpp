#include "indexer/store/market_writer.hpp"

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/chain_journal.hpp"
#include "indexer/store/chain_lock.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/coverage.hpp"
#include "indexer/store/derived_writer.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/fact_writer.hpp"
#include "indexer/store/sql_values.hpp"
#include "indexer/store/take_back.hpp"

namespace redink::store {
namespace {

void move_cursor(pqxx::work& txn,
                 const MarketRecord& market,
                 const std::optional<chain::BlockRef>& expected,
                 const chain::BlockRef& head) {
    pqxx::result moved;
    if (expected) {
        moved = txn.exec_params(
            "UPDATE redink.cursor SET block_number = $2, block_hash = $3 WHERE market_id = $1 AND "
            "block_number = $4 AND block_hash = $5",
            market.id,
            head.number.value(),
            to_bytea(head.hash.view()),
            expected->number.value(),
            to_bytea(expected->hash.view()));
    } else {
        moved =
            txn.exec_params("INSERT INTO redink.cursor VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                            market.id,
                            head.number.value(),
                            to_bytea(head.hash.view()));
    }
    if (moved.affected_rows() != 1) {
        throw StoreError{StoreErrc::reorganised,
                         "the cursor of market \"" + market.name +
                             "\" is not where this process left it: another market of the chain "
                             "took it back, or another process wrote. Nothing was committed"};
    }
}

// The canonical block at a height, or the newest one.
std::optional<chain::BlockRef> read_block(pqxx::work& txn,
                                          const MarketRecord& market,
                                          std::optional<chain::BlockNumber> number) {
    const std::string at = number ? " AND number = " + std::to_string(number->value()) : "";
    const auto found = txn.exec_params(
        "SELECT number, hash FROM redink.block WHERE chain_id = $1 "
        "AND canonical" +
            at + " ORDER BY number DESC LIMIT 1",
        market.chain_id);
    if (found.empty()) {
        return std::nullopt;
    }
    return chain::BlockRef{chain::BlockNumber{found[0][0].as<std::uint64_t>()},
                           fixed_of<chain::Hash32>(found[0][1].c_str())};
}

std::optional<chain::BlockNumber> read_covered(pqxx::work& txn,
                                               const MarketRecord& market,
                                               std::int32_t source) {
    std::uint64_t next = market.from_block.value();
    for (const auto& row : txn.exec_params(
             "SELECT from_block, to_block FROM redink.coverage WHERE source_id = $1 ORDER BY 1",
             source)) {
        if (row[0].as<std::uint64_t>() > next) {
            break;
        }
        next = row[1].as<std::uint64_t>() + 1;
    }
    return next == market.from_block.value() ? std::nullopt
                                             : std::optional{chain::BlockNumber{next - 1}};
}

// By every source of the market.
std::optional<chain::BlockNumber> read_covered(pqxx::work& txn, const MarketRecord& market) {
    std::optional<chain::BlockNumber> lowest;
    for (const auto& row :
         txn.exec_params("SELECT source_id FROM redink.source WHERE market_id = $1", market.id)) {
        const auto covered = read_covered(txn, market, row[0].as<std::int32_t>());
        if (!covered) {
            return std::nullopt;
        }
        lowest = std::min(lowest.value_or(*covered), *covered);
    }
    return lowest;
}

Error below_finalized(const MarketRecord& market,
                      chain::BlockNumber fork,
                      chain::BlockNumber finalized) {
    return {make_error_code(StoreErrc::finality),
            "chain " + market.chain + " is told to be reorganised below its finalized block " +
                std::to_string(finalized.value()) + ", from block " +
                std::to_string(fork.value() + 1) +
                " on: this is not an ordinary reorganisation, and nothing was changed. Check "
                "whether the endpoints of the chain follow the right network; if the network "
                "itself gave up finalized blocks, index it into another database"};
}

}  // namespace

std::optional<chain::BlockRef> MarketWriter::load_cursor() {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT block_number, block_hash FROM redink.cursor WHERE market_id = $1", market_.id);
    if (found.empty()) {
        return std::nullopt;
    }
    return chain::BlockRef{chain::BlockNumber{found[0][0].as<std::uint64_t>()},
                           fixed_of<chain::Hash32>(found[0][1].c_str())};
}

void MarketWriter::commit(const std::optional<chain::BlockRef>& expected,
                          const RangeFacts& facts,
                          const rows::Batch& batch,
                          const chain::BlockRef& head) {
    pqxx::work txn{connection_.session()};
    lock_chain(txn, market_.chain_id);
    move_cursor(txn, market_, expected, head);
    write_facts(connection_, txn, market_, facts);
    fill_coverage(txn, facts);
    write_derived(connection_, market_, batch);
    txn.commit();
}

void MarketWriter::commit_derived(const std::optional<chain::BlockRef>& expected,
                                  const rows::Batch& batch,
                                  const chain::BlockRef& head) {
    pqxx::work txn{connection_.session()};
    lock_chain(txn, market_.chain_id);
    move_cursor(txn, market_, expected, head);
    const auto covered = read_covered(txn, market_);
    invariant(covered && *covered >= head.number, "the cursor would pass blocks without facts");
    invariant(read_block(txn, market_, head.number) == head,
              "the cursor would stand on a block that is not stored");
    write_derived(connection_, market_, batch);
    txn.commit();
}

void MarketWriter::add_source(const std::vector<chain::Address>& contracts) {
    pqxx::work txn{connection_.session()};
    // The next number is nobody else's; readers and writers of coverage need not wait.
    txn.exec("LOCK TABLE redink.source IN SHARE ROW EXCLUSIVE MODE");
    txn.exec_params(
        "INSERT INTO redink.source SELECT coalesce(max(source_id), 0) + 1, $1, $2 FROM "
        "redink.source",
        market_.id,
        to_bytea_array(contracts));
    txn.commit();
}

std::optional<chain::BlockNumber> MarketWriter::load_covered(std::int32_t source) {
    pqxx::work txn{connection_.session()};
    return read_covered(txn, market_, source);
}

std::optional<chain::BlockNumber> MarketWriter::load_covered() {
    pqxx::work txn{connection_.session()};
    return read_covered(txn, market_);
}

void MarketWriter::commit_backfill(const RangeFacts& facts) {
    pqxx::work txn{connection_.session()};
    lock_chain(txn, market_.chain_id);
    write_facts(connection_, txn, market_, facts);
    fill_coverage(txn, facts);
    if (!facts.logs.empty()) {
        txn.exec_params("UPDATE redink.market SET adapter_version = 0 WHERE market_id = $1",
                        market_.id);
    }
    txn.commit();
}

Result<void> MarketWriter::roll_back(chain::BlockNumber to,
                                     const std::optional<chain::BlockRef>& new_head) {
    pqxx::work txn{connection_.session()};
    lock_chain(txn, market_.chain_id);
    const auto top = read_block(txn, market_, std::nullopt);
    if (!top || top->number <= to) {
        return {};
    }
    const auto held = load_held_block(txn, market_.chain_id);
    if (held && to < *held) {
        return below_finalized(market_, to, *held);
    }
    const auto fork = read_block(txn, market_, to);
    invariant(fork.has_value(), "a chain is taken back to a block that is not stored");
    write_reorg(txn, market_.chain_id, {*fork, *top, new_head});
    take_back(txn, market_, *fork);
    txn.commit();
    return {};
}

std::optional<chain::BlockRef> MarketWriter::load_newest(chain::BlockNumber up_to) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT number, hash FROM redink.block WHERE chain_id = $1 AND number <= $2 AND canonical "
        "ORDER BY number DESC LIMIT 1",
        market_.chain_id,
        up_to.value());
    if (found.empty()) {
        return std::nullopt;
    }
    return chain::BlockRef{chain::BlockNumber{found[0][0].as<std::uint64_t>()},
                           fixed_of<chain::Hash32>(found[0][1].c_str())};
}

std::optional<chain::BlockNumber> MarketWriter::find_broken_link(chain::BlockRange range) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT b.number FROM redink.block b JOIN redink.block p ON p.chain_id = b.chain_id AND "
        "p.number = b.number - 1 AND p.canonical WHERE b.chain_id = $1 AND b.number > $2 AND "
        "b.number <= $3 AND b.canonical AND b.parent_hash <> p.hash ORDER BY 1 LIMIT 1",
        market_.chain_id,
        range.first.value(),
        range.last.value());
    return found.empty() ? std::nullopt
                         : std::optional{chain::BlockNumber{found[0][0].as<std::uint64_t>()}};
}

std::optional<chain::Hash32> MarketWriter::load_hash(chain::BlockNumber number) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT hash FROM redink.block WHERE chain_id = $1 AND number = $2 AND canonical",
        market_.chain_id,
        number.value());
    return found.empty() ? std::nullopt
                         : std::optional{fixed_of<chain::Hash32>(found[0][0].c_str())};
}

void MarketWriter::save_adapter_version(int version) {
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "UPDATE redink.market SET adapter_version = $2 WHERE market_id = $1", market_.id, version);
    txn.commit();
}

void MarketWriter::replace_derived(
    const std::function<void(const std::function<void(const rows::Batch&)>& write,
                             DerivedReader& reader)>& derive) {
    pqxx::work txn{connection_.session()};
    delete_derived(txn, market_, std::nullopt);
    DerivedReader reader{txn, market_};
    derive([this](const rows::Batch& batch) { write_derived(connection_, market_, batch); },
           reader);
    txn.commit();
}

}  // namespace redink::store
