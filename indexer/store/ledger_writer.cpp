#include "indexer/store/ledger_writer.hpp"

#include <algorithm>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/ledger_rows.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

std::string decimal_of(const SignedUnits& value) {
    return (value.is_negative() ? "-" : "") + to_decimal(value.units());
}

// As the column `cause` has it.
const char* name_of(HaltCause cause) {
    return cause == HaltCause::books ? "books" : "assertion";
}

std::optional<chain::BlockRef> read_booked(pqxx::transaction_base& txn,
                                           const MarketRecord& market) {
    const auto found = txn.exec_params(
        "SELECT block_number, block_hash FROM ledger.cursor WHERE market_id = $1", market.id);
    if (found.empty()) {
        return std::nullopt;
    }
    return chain::BlockRef{chain::BlockNumber{found[0][0].as<std::uint64_t>()},
                           fixed_of<chain::Hash32>(found[0][1].c_str())};
}

std::optional<Halt> read_halt(pqxx::transaction_base& txn, const MarketRecord& market) {
    const auto found = txn.exec_params(
        "SELECT block_number, reason, cause FROM ledger.halt WHERE market_id = $1", market.id);
    if (found.empty()) {
        return std::nullopt;
    }
    return Halt{chain::BlockNumber{found[0][0].as<std::uint64_t>()},
                found[0][1].c_str(),
                found[0][2].as<std::string>() == name_of(HaltCause::books) ? HaltCause::books
                                                                           : HaltCause::assertion};
}

void keep_halt(pqxx::transaction_base& txn, const MarketRecord& market, const Halt& halt) {
    txn.exec_params(
        "INSERT INTO ledger.halt (market_id, block_number, reason, cause) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING",
        market.id,
        halt.block.value(),
        halt.reason,
        name_of(halt.cause));
}

void delete_provisional(pqxx::transaction_base& txn, const MarketRecord& market) {
    for (const char* table : {"derived.provisional_entry", "derived.provisional_head"}) {
        txn.exec_params("DELETE FROM " + std::string{table} + " WHERE market_id = $1", market.id);
    }
}

// What is posted can only be corrected, so only blocks that stay are.
void check_final(pqxx::transaction_base& txn,
                 const MarketRecord& market,
                 const chain::BlockRef& head) {
    const auto finalized =
        txn.exec_params("SELECT FROM redink.finalized WHERE chain_id = $1 AND block_number >= $2",
                        market.chain_id,
                        head.number.value());
    if (finalized.empty()) {
        throw StoreError{StoreErrc::finality,
                         "block " + std::to_string(head.number.value()) + " of market \"" +
                             market.name + "\" is not finalized: it cannot be booked yet"};
    }
    const auto other = txn.exec_params(
        "SELECT FROM redink.block WHERE chain_id = $1 AND number = $2 AND canonical AND hash <> $3",
        market.chain_id,
        head.number.value(),
        to_bytea(head.hash.view()));
    if (!other.empty()) {
        throw StoreError{StoreErrc::reorganised,
                         "block " + std::to_string(head.number.value()) + " of market \"" +
                             market.name + "\" is stored with another hash than the one booked"};
    }
}

void check_not_halted(pqxx::transaction_base& txn,
                      const MarketRecord& market,
                      const chain::BlockRef& head) {
    const auto halt = read_halt(txn, market);
    if (halt && head.number > halt->block) {
        throw StoreError{StoreErrc::ledger_halted,
                         "market \"" + market.name + "\" is not booked beyond block " +
                             std::to_string(halt->block.value()) + ": " + halt->reason +
                             "; correct it, then remove the row of ledger.halt"};
    }
}

// Entries follow from what was posted by hand before them.
void check_documents(pqxx::transaction_base& txn, const MarketRecord& market, std::size_t known) {
    const auto row =
        txn.exec_params1("SELECT count(*) FROM ledger.document WHERE market_id = $1", market.id);
    if (row[0].as<std::size_t>() != known) {
        throw StoreError{
            StoreErrc::serialization,
            "market \"" + market.name + "\" got entries by hand meanwhile. Nothing was posted"};
    }
}

void move_booked(pqxx::transaction_base& txn,
                 const MarketRecord& market,
                 const chain::BlockRef& head) {
    const LedgerHead contract = read_head(txn, market, ledger::Book::contract);
    const LedgerHead economic = read_head(txn, market, ledger::Book::economic);
    txn.exec_params(
        "INSERT INTO ledger.cursor VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (market_id) "
        "DO UPDATE SET block_number = excluded.block_number, block_hash = excluded.block_hash, "
        "contract_position = excluded.contract_position, contract_hash = excluded.contract_hash, "
        "economic_position = excluded.economic_position, economic_hash = excluded.economic_hash",
        market.id,
        head.number.value(),
        to_bytea(head.hash.view()),
        contract.position,
        to_bytea(contract.hash.bytes),
        economic.position,
        to_bytea(economic.hash.bytes));
    // What is booked is provisional no more.
    for (const char* table : {"derived.provisional_entry", "derived.provisional_head"}) {
        txn.exec_params(
            "DELETE FROM " + std::string{table} + " WHERE market_id = $1 AND from_block <= $2",
            market.id,
            head.number.value());
    }
}

std::int32_t entity_number(pqxx::transaction_base& txn,
                           const MarketRecord& market,
                           const ledger::Entity& wanted) {
    const Entities entities = read_entities(txn, market);
    const auto found = std::find_if(entities.begin(), entities.end(), [&wanted](const auto& known) {
        return known.second == wanted;
    });
    invariant(found != entities.end(), "a balance is asserted of an entity without entries");
    return found->first;
}

}  // namespace

std::optional<chain::BlockRef> LedgerWriter::load_booked() {
    pqxx::work txn{connection_.session()};
    return read_booked(txn, market_);
}

Posted LedgerWriter::commit(const std::optional<chain::BlockRef>& expected,
                            std::span<const ledger::Entry> entries,
                            const chain::BlockRef& head) {
    invariant(std::all_of(entries.begin(),
                          entries.end(),
                          [&head](const ledger::Entry& entry) {
                              return entry.origin.block.number <= head.number.value();
                          }),
              "an entry takes effect above the block that is booked");
    pqxx::work txn{connection_.session()};
    lock_ledgers(txn, market_);
    if (read_booked(txn, market_) != expected) {
        throw StoreError{StoreErrc::reorganised,
                         "market \"" + market_.name +
                             "\" is not booked up to where this process left it: another process "
                             "books it. Nothing was posted"};
    }
    invariant(!expected || expected->number <= head.number, "the booked block would move back");
    if (known_documents) {
        check_documents(txn, market_, *known_documents);
    }
    check_final(txn, market_, head);
    check_not_halted(txn, market_, head);
    const Posted posted = append_entries(connection_, txn, market_, entries, snapshots_);
    move_booked(txn, market_, head);
    txn.commit();
    return posted;
}

Posted LedgerWriter::append(pqxx::transaction_base& txn, std::span<const ledger::Entry> entries) {
    lock_ledgers(txn, market_);
    return append_entries(connection_, txn, market_, entries, snapshots_);
}

Posted LedgerWriter::append(std::span<const ledger::Entry> entries) {
    pqxx::work txn{connection_.session()};
    const Posted posted = append(txn, entries);
    txn.commit();
    return posted;
}

Posted LedgerWriter::take_back(std::span<const ledger::Entry> mirrors,
                               const std::optional<chain::BlockRef>& to) {
    pqxx::work txn{connection_.session()};
    lock_ledgers(txn, market_);
    const Posted posted = append_entries(connection_, txn, market_, mirrors, snapshots_);
    if (to) {
        move_booked(txn, market_, *to);
    } else {
        txn.exec_params("DELETE FROM ledger.cursor WHERE market_id = $1", market_.id);
    }
    txn.commit();
    return posted;
}

void LedgerWriter::replace_provisional(std::span<const ledger::Entry> entries,
                                       const chain::BlockRef& head) {
    pqxx::work txn{connection_.session()};
    lock_ledgers(txn, market_);
    const auto booked = read_booked(txn, market_);
    for (const ledger::Entry& entry : entries) {
        const std::uint64_t block = entry.origin.block.number;
        invariant(block <= head.number.value() && (!booked || block > booked->number.value()),
                  "a provisional entry takes effect outside of the provisional blocks");
        invariant(ledger::check(entry) == ledger::EntryFault::none,
                  "a provisional entry may not be posted: " + entry.narrative);
    }
    delete_provisional(txn, market_);
    write_provisional(connection_, market_, entries);
    txn.exec_params("INSERT INTO derived.provisional_head VALUES ($1, $2, $3)",
                    market_.id,
                    head.number.value(),
                    to_bytea(head.hash.view()));
    txn.commit();
}

void LedgerWriter::drop_provisional() {
    pqxx::work txn{connection_.session()};
    delete_provisional(txn, market_);
    txn.commit();
}

bool LedgerWriter::assert_balance(const BalanceAssertion& assertion) {
    const ledger::AccountInfo& account = ledger::info(assertion.account);
    pqxx::work txn{connection_.session()};
    lock_ledgers(txn, market_);
    const auto booked = read_booked(txn, market_);
    invariant(booked && assertion.block <= booked->number,
              "a balance is asserted at a block that is not booked");
    const std::string sign = account.nature == ledger::Nature::debit ? "" : "-";
    const auto row = txn.exec_params1(
        "INSERT INTO ledger.assertion (chain_id, market_id, entity_id, account, block_number, "
        "expected, tolerance, source, observed) SELECT $1::bigint, $2, $3::int, $4::smallint, "
        "$5::bigint, $6::numeric, $7::numeric, $8, coalesce(" +
            sign +
            "sum(net), 0) FROM ledger.movements($1::bigint, $9::int, $5::bigint, "
            "9223372036854775807, false) WHERE entity_id = $3::int AND account = $4::smallint "
            "RETURNING passed, observed",
        market_.chain_id,
        market_.id,
        entity_number(txn, market_, assertion.entity),
        static_cast<int>(assertion.account),
        assertion.block.value(),
        decimal_of(assertion.expected),
        to_decimal(assertion.tolerance),
        assertion.source,
        ledger_number(market_, account.book));
    const bool passed = row[0].as<bool>();
    if (!passed) {
        keep_halt(txn,
                  market_,
                  {booked->number,
                   std::string{account.name} + " is " + row[1].c_str() + " at block " +
                       std::to_string(assertion.block.value()) + ", but " +
                       decimal_of(assertion.expected) + " by " + assertion.source,
                   HaltCause::assertion});
    }
    txn.commit();
    return passed;
}

void LedgerWriter::halt(const Halt& halt) {
    pqxx::work txn{connection_.session()};
    keep_halt(txn, market_, halt);
    txn.commit();
}

std::optional<Halt> LedgerWriter::load_halt() {
    pqxx::work txn{connection_.session()};
    return read_halt(txn, market_);
}

void LedgerWriter::lift_halt(HaltCause cause) {
    pqxx::work txn{connection_.session()};
    txn.exec_params(
        "DELETE FROM ledger.halt WHERE market_id = $1 AND cause = $2", market_.id, name_of(cause));
    txn.commit();
}

}  // namespace redink::store
