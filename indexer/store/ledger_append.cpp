#include "indexer/store/ledger_append.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "accounting/money/invariant.hpp"
#include "indexer/chain/sha256.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/ledger_rows.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

// "ledg" in ASCII: the first of the two numbers of these advisory locks; the second is the market.
constexpr int kLockSpace = 0x6c656467;

// Corrections of old blocks lie outside of the snapshots of those blocks; from this share of a
// ledger on, they are made anew.
constexpr std::uint64_t kLateShare = 32;

const char* text_of(ledger::EntryFault fault) {
    switch (fault) {
        case ledger::EntryFault::none:
            return "nothing";
        case ledger::EntryFault::no_legs:
            return "fewer than two legs";
        case ledger::EntryFault::zero_leg:
            return "a leg of zero units";
        case ledger::EntryFault::unbalanced:
            return "debits and credits that differ";
        case ledger::EntryFault::foreign_account:
            return "an account of the other book";
    }
    return "an unknown fault";
}

/// An entry that is to be posted, with what is computed from it.
struct Prepared {
    const ledger::Entry* entry;
    Digest identity;
    std::vector<std::uint8_t> canonical;
    Digest payload;
};

/// An entry that is in the ledger.
struct Known {
    Digest payload;
    std::string position;
};

/// Where balances were kept last, and how many.
struct LastSnapshot {
    std::uint64_t position = 0;
    std::uint64_t balances = 0;
};

/// One book of the market, from its end on.
class BookAppender {
  public:
    BookAppender(Connection& connection,
                 pqxx::transaction_base& txn,
                 const MarketRecord& market,
                 ledger::Book book,
                 const SnapshotPolicy& policy)
        : connection_{connection},
          txn_{txn},
          market_{market},
          book_{book},
          policy_{policy},
          genesis_{genesis_of(market, book)} {
        for (const auto& [number, entity] : read_entities(txn, market)) {
            entities_[entity] = number;
        }
        ensure_ledger();
        head_ = read_head(txn, market, book);
        load_last_snapshots();
    }

    Posted append(const std::vector<const ledger::Entry*>& entries) {
        Posted posted;
        for (std::size_t at = 0; at < entries.size(); at += policy_.entries) {
            const std::size_t size = std::min(policy_.entries, entries.size() - at);
            const std::uint64_t added = append_part({entries.data() + at, size});
            posted.added += added;
            posted.skipped += size - added;
        }
        if (late_ > 0) {
            renew_snapshots();
        }
        return posted;
    }

  private:
    void ensure_ledger() {
        const auto found = txn_.exec_params(
            "SELECT genesis FROM ledger.ledger WHERE chain_id = $1 AND ledger_id = $2",
            market_.chain_id,
            ledger_number(market_, book_));
        if (found.empty()) {
            txn_.exec_params("INSERT INTO ledger.ledger VALUES ($1, $2, $3, $4, $5)",
                             market_.chain_id,
                             ledger_number(market_, book_),
                             market_.id,
                             static_cast<int>(book_),
                             to_bytea(genesis_.bytes));
            return;
        }
        invariant(digest_of(bytes_of(found[0][0].c_str())) == genesis_,
                  "the " + ledger_name(market_, book_) + " begins with another hash");
    }

    void load_last_snapshots() {
        for (const auto& row : txn_.exec_params(
                 "SELECT DISTINCT ON (by_party) by_party, position, balances FROM ledger.snapshot "
                 "WHERE chain_id = $1 AND ledger_id = $2 ORDER BY by_party, position DESC, "
                 "block_number DESC",
                 market_.chain_id,
                 ledger_number(market_, book_))) {
            LastSnapshot& last = row[0].as<bool>() ? by_party_ : summed_;
            last.position = row[1].as<std::uint64_t>();
            last.balances = row[2].as<std::uint64_t>();
        }
    }

    std::uint64_t append_part(std::span<const ledger::Entry* const> entries) {
        std::vector<Prepared> prepared;
        prepared.reserve(entries.size());
        std::transform(entries.begin(),
                       entries.end(),
                       std::back_inserter(prepared),
                       [this](const ledger::Entry* entry) { return prepare(*entry); });
        std::map<Digest, Known> known = load_known(prepared);
        std::vector<StoredEntry> rows;
        for (const Prepared& one : prepared) {
            const auto found = known.find(one.identity);
            if (found == known.end()) {
                rows.push_back(next_row(one));
                known[one.identity] = {one.payload, std::to_string(head_.position)};
            } else if (found->second.payload != one.payload) {
                refuse(one, found->second);
            }
        }
        if (!rows.empty()) {
            write_entries(connection_, market_, rows);
            take_snapshots();
        }
        return rows.size();
    }

    [[nodiscard]] Prepared prepare(const ledger::Entry& entry) const {
        Prepared one{&entry, ledger::identity_of(genesis_, entry, chain::sha256), {}, {}};
        const ledger::EntryFault fault = ledger::check(entry);
        invariant(fault == ledger::EntryFault::none,
                  "entry " + hex_of(one.identity) + " (" + entry.narrative + ") has " +
                      text_of(fault) + "; nothing was posted");
        one.canonical = ledger::canonical_bytes(one.identity, entry);
        one.payload = chain::sha256(one.canonical);
        return one;
    }

    [[nodiscard]] std::map<Digest, Known> load_known(const std::vector<Prepared>& prepared) {
        std::map<Digest, Known> known;
        if (head_.position == 0) {
            return known;
        }
        std::string identities = "{";
        for (const Prepared& one : prepared) {
            identities += (identities.size() > 1 ? ",\"\\" : "\"\\") + to_bytea(one.identity.bytes);
            identities += '"';
        }
        // Without statistics the planner would look through the whole ledger instead of the index
        // of identities; one probe for each, and + 0, keep it from that.
        for (const auto& row : txn_.exec_params(
                 "SELECT e.* FROM unnest($3::bytea[]) i CROSS JOIN LATERAL (SELECT x.entry_id, "
                 "x.payload, x.position FROM ledger.entry x WHERE x.chain_id = $1 AND x.entry_id = "
                 "i AND x.ledger_id + 0 = $2 OFFSET 0) e",
                 market_.chain_id,
                 ledger_number(market_, book_),
                 identities + "}")) {
            known[digest_of(bytes_of(row[0].c_str()))] = {digest_of(bytes_of(row[1].c_str())),
                                                          row[2].c_str()};
        }
        return known;
    }

    [[nodiscard]] StoredEntry next_row(const Prepared& one) {
        const std::uint64_t block = one.entry->origin.block.number;
        late_ += block < head_.high_block ? 1 : 0;
        head_.position += 1;
        head_.hash = ledger::chain_hash(head_.position, head_.hash, one.canonical, chain::sha256);
        head_.high_block = std::max(head_.high_block, block);
        return {head_.position,
                one.identity,
                one.payload,
                head_.hash,
                head_.high_block,
                number_of(one.entry->entity),
                *one.entry};
    }

    [[nodiscard]] std::int32_t number_of(const ledger::Entity& entity) {
        const auto next = static_cast<std::int32_t>(entities_.size()) + 1;
        const auto [known, is_new] = entities_.try_emplace(entity, next);
        if (is_new) {
            txn_.exec_params("INSERT INTO ledger.entity VALUES ($1, $2, $3, $4, $5, $6)",
                             market_.chain_id,
                             market_.id,
                             next,
                             to_bytea(entity.pool),
                             to_bytea(entity.reserve),
                             to_bytea(entity.asset.bytes));
        }
        return known->second;
    }

    [[noreturn]] void refuse(const Prepared& one, const Known& known) const {
        throw StoreError{
            StoreErrc::ledger_conflict,
            "entry " + hex_of(one.identity) + " (" + one.entry->narrative +
                ") stands at position " + known.position + " of the " +
                ledger_name(market_, book_) + " with other content: there " +
                hex_of(known.payload) + ", now " + hex_of(one.payload) +
                ". Nothing was posted; to correct it, post its mirror (rule 18) and then the "
                "right entry with the next revision"};
    }

    // Sums over parties are few and come with every load. Balances by party wait for as many
    // entries as they were last, so that they stay about as large as the entries themselves.
    void take_snapshots() {
        if (head_.position >= summed_.position + policy_.entries) {
            take_snapshot("false");
        }
        const std::uint64_t wait = std::max<std::uint64_t>(policy_.entries, by_party_.balances);
        if (head_.position >= by_party_.position + wait) {
            take_snapshot("true");
        }
        load_last_snapshots();
    }

    void take_snapshot(const char* by_party) {
        txn_.exec_params("SELECT ledger.take_snapshot($1, $2, $3, $4)",
                         market_.chain_id,
                         ledger_number(market_, book_),
                         head_.high_block,
                         by_party);
    }

    void renew_snapshots() {
        txn_.exec_params("SELECT ledger.renew_snapshots($1, $2, $3)",
                         market_.chain_id,
                         ledger_number(market_, book_),
                         std::max<std::uint64_t>(policy_.entries, head_.position / kLateShare));
    }

    Connection& connection_;
    pqxx::transaction_base& txn_;
    const MarketRecord& market_;
    ledger::Book book_;
    const SnapshotPolicy& policy_;
    Digest genesis_;
    LedgerHead head_;
    std::map<ledger::Entity, std::int32_t> entities_;
    LastSnapshot summed_;
    LastSnapshot by_party_;
    std::uint64_t late_ = 0;
};

}  // namespace

void lock_ledgers(pqxx::transaction_base& txn, const MarketRecord& market) {
    txn.exec_params("SELECT pg_advisory_xact_lock($1, $2)", kLockSpace, market.id);
}

Posted append_entries(Connection& connection,
                      pqxx::transaction_base& txn,
                      const MarketRecord& market,
                      std::span<const ledger::Entry> entries,
                      const SnapshotPolicy& snapshots) {
    Posted posted;
    for (const ledger::Book book : {ledger::Book::contract, ledger::Book::economic}) {
        std::vector<const ledger::Entry*> of_book;
        for (const ledger::Entry& entry : entries) {
            if (entry.book == book) {
                of_book.push_back(&entry);
            }
        }
        if (!of_book.empty()) {
            const Posted part =
                BookAppender{connection, txn, market, book, snapshots}.append(of_book);
            posted.added += part.added;
            posted.skipped += part.skipped;
        }
    }
    return posted;
}

}  // namespace redink::store
