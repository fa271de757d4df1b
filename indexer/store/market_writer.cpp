#include "indexer/store/market_writer.hpp"

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/derived_writer.hpp"
#include "indexer/store/fact_writer.hpp"
#include "indexer/store/sql_values.hpp"

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
    invariant(moved.affected_rows() == 1,
              "the cursor of market \"" + market.name +
                  "\" is not where this process left it: another process wrote. Nothing was "
                  "committed; run again");
}

void extend_coverage(pqxx::work& txn, const RangeFacts& facts) {
    for (const std::int32_t source : facts.sources) {
        const auto extended = txn.exec_params(
            "UPDATE redink.coverage SET to_block = $2 WHERE source_id = $1 AND to_block = $3 AND "
            "proof = $4 AND endpoint_id = $5",
            source,
            facts.range.last.value(),
            static_cast<std::int64_t>(facts.range.first.value()) - 1,
            facts.proof,
            facts.endpoint);
        if (extended.affected_rows() == 0) {
            txn.exec_params("INSERT INTO redink.coverage VALUES ($1, $2, $3, $4, $5)",
                            source,
                            facts.range.first.value(),
                            facts.range.last.value(),
                            facts.proof,
                            facts.endpoint);
        }
    }
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
    move_cursor(txn, market_, expected, head);
    write_facts(connection_, txn, market_, facts);
    extend_coverage(txn, facts);
    write_derived(connection_, market_, batch);
    txn.commit();
}

void MarketWriter::add_source(const std::vector<chain::Address>& contracts) {
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "INSERT INTO redink.source SELECT coalesce(max(source_id), 0) + 1, $1, $2 FROM "
        "redink.source",
        market_.id,
        to_bytea_array(contracts));
    txn.commit();
}

std::optional<chain::BlockNumber> MarketWriter::load_covered(std::int32_t source) {
    pqxx::work txn{connection_.session()};
    std::uint64_t next = market_.from_block.value();
    for (const auto& row : txn.exec_params(
             "SELECT from_block, to_block FROM redink.coverage WHERE source_id = $1 ORDER BY 1",
             source)) {
        if (row[0].as<std::uint64_t>() > next) {
            break;
        }
        next = row[1].as<std::uint64_t>() + 1;
    }
    return next == market_.from_block.value() ? std::nullopt
                                              : std::optional{chain::BlockNumber{next - 1}};
}

void MarketWriter::commit_backfill(const RangeFacts& facts) {
    pqxx::work txn{connection_.session()};
    write_facts(connection_, txn, market_, facts);
    extend_coverage(txn, facts);
    if (!facts.logs.empty()) {
        txn.exec_params("UPDATE redink.market SET adapter_version = 0 WHERE market_id = $1",
                        market_.id);
    }
    txn.commit();
}

void MarketWriter::roll_back(chain::BlockNumber to) {
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "UPDATE redink.block SET canonical = false WHERE chain_id = $1 AND number > $2 AND "
        "canonical",
        market_.chain_id,
        to.value());
    const auto markets = txn.exec_params(
        "SELECT market_id FROM redink.cursor JOIN redink.market USING (market_id) WHERE chain_id "
        "= $1 AND block_number > $2",
        market_.chain_id,
        to.value());
    for (const auto& row : markets) {
        MarketRecord market = market_;
        market.id = row[0].as<std::int32_t>();
        delete_derived(txn, market, to);
        txn.exec_params(
            "DELETE FROM redink.coverage c USING redink.source s WHERE s.source_id = c.source_id "
            "AND s.market_id = $1 AND c.from_block > $2",
            market.id,
            to.value());
        txn.exec_params(
            "UPDATE redink.coverage c SET to_block = $2 FROM redink.source s WHERE s.source_id = "
            "c.source_id AND s.market_id = $1 AND c.to_block > $2",
            market.id,
            to.value());
        const auto kept = txn.exec_params(
            "UPDATE redink.cursor c SET block_number = b.number, block_hash = b.hash FROM "
            "redink.block b WHERE c.market_id = $1 AND b.chain_id = $2 AND b.number = $3 AND "
            "b.canonical",
            market.id,
            market.chain_id,
            to.value());
        if (kept.affected_rows() == 0) {
            txn.exec_params("DELETE FROM redink.cursor WHERE market_id = $1", market.id);
        }
    }
    txn.commit();
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
