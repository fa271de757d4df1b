#include "indexer/store/ledger_reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

SignedUnits signed_number_of(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    const U256 units = number_of(is_negative ? text.substr(1) : text);
    return is_negative ? SignedUnits::minus(units) : SignedUnits::plus(units);
}

}  // namespace

LedgerHead LedgerReader::load_head(ledger::Book book) {
    pqxx::work txn{connection_.session()};
    return read_head(txn, market_, book);
}

void LedgerReader::load_entries(ledger::Book book,
                                std::uint64_t from_position,
                                const std::function<void(const StoredEntry&)>& take) {
    load_entries(book, EntrySlice{{from_position, kEveryPosition}, {}}, take);
}

void LedgerReader::load_entries(ledger::Book book,
                                const EntrySlice& slice,
                                const std::function<void(const StoredEntry&)>& take) {
    pqxx::work txn{connection_.session()};
    const Entities entities = read_entities(txn, market_);
    const auto take_each = [&take](const StoredEntry& row) {
        take(row);
        return true;
    };
    read_entries(connection_, market_, book, slice, entities, take_each);
}

std::vector<StoredEntry> LedgerReader::load_reversed(ledger::Book book) {
    pqxx::work txn{connection_.session()};
    const Entities entities = read_entities(txn, market_);
    std::vector<StoredEntry> reversed;
    for (const auto& row : txn.exec_params(
             "SELECT e.position FROM ledger.entry e JOIN ledger.entry r ON r.chain_id = e.chain_id "
             "AND r.ledger_id = e.ledger_id AND r.reverses = e.entry_id WHERE e.chain_id = $1 AND "
             "e.ledger_id = $2 AND r.reverses IS NOT NULL ORDER BY 1",
             market_.chain_id,
             ledger_number(market_, book))) {
        const auto position = row[0].as<std::uint64_t>();
        const auto take = [&reversed](const StoredEntry& entry) {
            reversed.push_back(entry);
            return true;
        };
        read_entries(connection_, market_, book, {{position, position}, {}}, entities, take);
    }
    return reversed;
}

std::optional<StoredEntry> LedgerReader::find_entry(const Digest& identity) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT e.book, e.position FROM ledger.entry e JOIN ledger.ledger g USING (chain_id, "
        "ledger_id) WHERE e.chain_id = $1 AND e.entry_id = $2 AND g.market_id = $3",
        market_.chain_id,
        to_bytea(identity.bytes),
        market_.id);
    std::optional<StoredEntry> entry;
    if (found.empty()) {
        return entry;
    }
    const auto position = found[0][1].as<std::uint64_t>();
    read_entries(connection_,
                 market_,
                 static_cast<ledger::Book>(found[0][0].as<int>()),
                 {{position, position}, {}},
                 read_entities(txn, market_),
                 [&entry](const StoredEntry& row) {
                     entry = row;
                     return true;
                 });
    return entry;
}

std::vector<LedgerBalance> LedgerReader::load_balances(ledger::Book book, const AsOf& as_of) {
    pqxx::work txn{connection_.session()};
    const Entities entities = read_entities(txn, market_);
    std::vector<LedgerBalance> balances;
    for (const auto& row : txn.exec_params(
             "SELECT m.entity_id, m.account, m.party, CASE a.nature WHEN 'debit' THEN sum(m.net) "
             "ELSE -sum(m.net) END FROM ledger.movements($1, $2, $3, $4, true) m JOIN "
             "ledger.account a "
             "USING (account) GROUP BY m.entity_id, m.account, m.party, a.nature HAVING "
             "sum(m.net) <> 0 ORDER BY m.entity_id, m.account, m.party NULLS FIRST",
             market_.chain_id,
             ledger_number(market_, book),
             as_of.block,
             as_of.known_at)) {
        LedgerBalance balance;
        balance.entity = entities.at(row[0].as<std::int32_t>());
        balance.account = static_cast<ledger::Account>(row[1].as<std::uint16_t>());
        if (!row[2].is_null()) {
            const chain::Bytes bytes = bytes_of(row[2].c_str());
            std::copy_n(bytes.begin(),
                        std::min(bytes.size(), balance.party.bytes.size()),
                        balance.party.bytes.begin());
        }
        balance.amount = signed_number_of(row[3].c_str());
        balances.push_back(std::move(balance));
    }
    return balances;
}

}  // namespace redink::store
