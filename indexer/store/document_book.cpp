#include "indexer/store/document_book.hpp"

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/ledger_rows.hpp"
#include "indexer/store/ledger_writer.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

std::optional<BooksState> read_state(pqxx::transaction_base& txn, const MarketRecord& market) {
    const auto cursor =
        txn.exec_params("SELECT block_number FROM ledger.cursor WHERE market_id = $1", market.id);
    if (cursor.empty()) {
        return std::nullopt;
    }
    return BooksState{chain::BlockNumber{cursor[0][0].as<std::uint64_t>()},
                      read_head(txn, market, ledger::Book::contract).position,
                      read_head(txn, market, ledger::Book::economic).position};
}

}  // namespace

std::optional<BooksState> DocumentBook::load_state() {
    pqxx::work txn{connection_.session()};
    return read_state(txn, market_);
}

std::optional<ledger::BlockStamp> DocumentBook::find_booked(std::uint64_t number) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT b.hash, b.\"timestamp\" FROM redink.block b JOIN ledger.cursor k ON k.market_id = "
        "$1 AND b.number <= k.block_number WHERE b.chain_id = $2 AND b.number = $3 AND "
        "b.number >= $4 AND b.canonical",
        market_.id,
        market_.chain_id,
        number,
        market_.from_block.value());
    if (found.empty()) {
        return std::nullopt;
    }
    return ledger::BlockStamp{
        number, digest_of(bytes_of(found[0][0].c_str())), found[0][1].as<std::uint64_t>()};
}

std::set<ledger::Entity> DocumentBook::load_entities() {
    pqxx::work txn{connection_.session()};
    std::set<ledger::Entity> entities;
    for (const auto& [number, entity] : read_entities(txn, market_)) {
        entities.insert(entity);
    }
    return entities;
}

bool DocumentBook::has(const Digest& digest) {
    pqxx::work txn{connection_.session()};
    return !txn.exec_params("SELECT FROM ledger.document WHERE market_id = $1 AND digest = $2",
                            market_.id,
                            to_bytea(digest.bytes))
                .empty();
}

Posted DocumentBook::post(const SignedDocument& document,
                          std::span<const ledger::Entry> entries,
                          const BooksState& checked) {
    pqxx::work txn{connection_.session()};
    lock_ledgers(txn, market_);
    if (read_state(txn, market_) != std::optional{checked}) {
        throw StoreError{StoreErrc::serialization,
                         "the books of market \"" + market_.name +
                             "\" were written meanwhile. Nothing was posted; do it again"};
    }
    const chain::ByteView content{reinterpret_cast<const std::uint8_t*>(document.content.data()),
                                  document.content.size()};
    txn.exec_params(
        "INSERT INTO ledger.document (market_id, digest, after_block, reason, reference, author, "
        "signed_off_by, signed_on, content) VALUES ($1, $2, $3, $4, $5, $6, $7, "
        "coalesce(nullif($8, ''), (now() AT TIME ZONE 'UTC')::date::text), $9)",
        market_.id,
        to_bytea(document.digest.bytes),
        checked.booked.value(),
        document.reason,
        document.reference,
        document.author,
        document.signed_off_by,
        document.signed_on,
        to_bytea(content));
    const Posted posted = LedgerWriter{connection_, market_}.append(txn, entries);
    txn.commit();
    return posted;
}

}  // namespace redink::store
