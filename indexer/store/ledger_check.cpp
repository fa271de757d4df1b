#include "indexer/store/ledger_check.hpp"

#include <algorithm>
#include <vector>

#include <pqxx/pqxx>

#include "indexer/chain/sha256.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/copy_reader.hpp"
#include "indexer/store/ledger_rows.hpp"
#include "indexer/store/ledger_sums.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

constexpr std::uint64_t kPositionsPerTelling = 10'000;

struct Snapshot {
    std::uint64_t position = 0;
    std::uint64_t block = 0;
    bool by_party = false;
    std::uint64_t entries = 0;
    std::uint64_t balances = 0;
    Digest hash;

    // Whether it leaves out entries of later blocks.
    [[nodiscard]] bool is_partial() const {
        return entries < position;
    }
};

std::string decimal_of(const SignedUnits& value) {
    return (value.is_negative() ? "-" : "") + to_decimal(value.units());
}

class ChainCheck {
  public:
    ChainCheck(Connection& connection,
               const MarketRecord& market,
               ledger::Book book,
               const std::function<void(std::uint64_t)>& progress)
        : connection_{connection},
          market_{market},
          book_{book},
          progress_{progress},
          txn_{connection.session()} {
    }

    LedgerCheck run() {
        txn_.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        txn_.exec("SET LOCAL jit = off");
        entities_ = read_entities(txn_, market_);
        genesis_ = genesis_of(market_, book_);
        check_.head = genesis_;
        load_remembered();
        const std::vector<Snapshot> snapshots = load_snapshots();
        for (const Snapshot& snapshot : snapshots) {
            if (!snapshot.is_partial() && !(follow(snapshot.position) && agrees(snapshot))) {
                return check_;
            }
        }
        if (follow(Span{}.last) && ends_as_remembered() && agrees_with_sums()) {
            check_partial(snapshots);
        }
        return check_;
    }

  private:
    void load_remembered() {
        const std::string name = book_ == ledger::Book::contract ? "contract" : "economic";
        const auto found = txn_.exec_params("SELECT " + name + "_position, " + name +
                                                "_hash FROM ledger.cursor WHERE market_id = $1",
                                            market_.id);
        if (!found.empty()) {
            remembered_ = {
                found[0][0].as<std::uint64_t>(), digest_of(bytes_of(found[0][1].c_str())), 0};
        }
    }

    std::vector<Snapshot> load_snapshots() {
        std::vector<Snapshot> snapshots;
        for (const auto& row : txn_.exec_params(
                 "SELECT position, block_number, by_party, entries, balances, hash FROM "
                 "ledger.snapshot "
                 "WHERE chain_id = $1 AND ledger_id = $2 ORDER BY position, block_number",
                 market_.chain_id,
                 ledger_number(market_, book_))) {
            snapshots.push_back({row[0].as<std::uint64_t>(),
                                 row[1].as<std::uint64_t>(),
                                 row[2].as<bool>(),
                                 row[3].as<std::uint64_t>(),
                                 row[4].as<std::uint64_t>(),
                                 digest_of(bytes_of(row[5].c_str()))});
        }
        return snapshots;
    }

    // Goes on to a position; false at a fault.
    bool follow(std::uint64_t to) {
        read_entries(connection_,
                     market_,
                     book_,
                     {{check_.entries + 1, to}, {}},
                     entities_,
                     [this](const StoredEntry& row) { return is_right(row); });
        if (!check_.fault && to != Span{}.last && check_.entries < to) {
            fail({}, check_.entries + 1, "position", "no entry", "an entry");
        }
        return !check_.fault;
    }

    bool is_right(const StoredEntry& row) {
        const std::uint64_t position = check_.entries + 1;
        if (row.position != position) {
            return fail({}, position, "position", "no entry", "an entry");
        }
        const Digest identity = ledger::identity_of(genesis_, row.entry, chain::sha256);
        const std::vector<std::uint8_t> canonical = ledger::canonical_bytes(identity, row.entry);
        const Digest hash = ledger::chain_hash(position, check_.head, canonical, chain::sha256);
        const std::uint64_t high = std::max(high_block_, row.entry.origin.block.number);
        const bool is_right = same(row, "entry_id", row.identity, identity) &&
                              same(row, "payload", row.payload, chain::sha256(canonical)) &&
                              same(row, "hash", row.hash, hash) && is_postable(row) &&
                              same(row, "high_block", row.high_block, high) &&
                              (position != remembered_.position ||
                               same(row, "hash that the cursor remembers", remembered_.hash, hash));
        if (!is_right) {
            return false;
        }
        add(row);
        check_.entries = position;
        check_.head = hash;
        high_block_ = high;
        if (progress_ && position % kPositionsPerTelling == 0) {
            progress_(position);
        }
        return true;
    }

    bool is_postable(const StoredEntry& row) {
        const bool is_fine =
            row.entry.book == book_ && ledger::check(row.entry) == ledger::EntryFault::none;
        return is_fine || fail(row.identity,
                               row.position,
                               "legs",
                               "legs that may not be posted",
                               "balanced legs of this book");
    }

    bool same(const StoredEntry& row, const char* what, const Digest& stored, const Digest& good) {
        return stored == good ||
               fail(row.identity, row.position, what, hex_of(stored), hex_of(good));
    }

    bool same(const StoredEntry& row, const char* what, std::uint64_t stored, std::uint64_t good) {
        return stored == good ||
               fail(row.identity, row.position, what, std::to_string(stored), std::to_string(good));
    }

    void add(const StoredEntry& row) {
        sums_.add(row.entity_id, row.entry.legs);
        totals_.add_total(row.entity_id, row.entry.legs);
    }

    bool ends_as_remembered() {
        if (check_.entries >= remembered_.position) {
            return true;
        }
        return fail(
            {},
            check_.entries + 1,
            "end of the ledger",
            "no entry",
            "entries up to " + std::to_string(remembered_.position) + ", as the cursor remembers");
    }

    // The balances of a snapshot against those of the entries that it stands for.
    bool agrees(const Snapshot& snapshot) {
        if (snapshot.hash != check_.head && !snapshot.is_partial()) {
            return fail({},
                        snapshot.position,
                        "hash of a snapshot",
                        hex_of(snapshot.hash),
                        hex_of(check_.head));
        }
        const LedgerSums& sums = snapshot.by_party ? sums_ : totals_;
        const std::string rows =
            "SELECT entity_id, account, party, net FROM ledger.snapshot_balance WHERE chain_id = " +
            std::to_string(market_.chain_id) +
            " AND ledger_id = " + std::to_string(ledger_number(market_, book_)) +
            " AND position = " + std::to_string(snapshot.position) +
            " AND block_number = " + std::to_string(snapshot.block) +
            " AND by_party = " + (snapshot.by_party ? "true" : "false");
        if (!compare(rows, snapshot.position, "balance in a snapshot", sums)) {
            return false;
        }
        if (snapshot.balances != sums.size()) {
            return fail({},
                        snapshot.position,
                        "number of balances of a snapshot",
                        std::to_string(snapshot.balances),
                        std::to_string(sums.size()));
        }
        ++check_.snapshots;
        return true;
    }

    bool agrees_with_sums() {
        const std::string rows =
            "SELECT entity_id, account, party, sum(net) FROM ledger.movements(" +
            std::to_string(market_.chain_id) + ", " +
            std::to_string(ledger_number(market_, book_)) + ", " + std::to_string(Span{}.last) +
            ", " + std::to_string(Span{}.last) + ", true) GROUP BY 1, 2, 3 HAVING sum(net) <> 0";
        return compare(rows, check_.entries, "balance at the end", sums_);
    }

    // Each row equal, and as many as there are.
    bool compare(const std::string& rows,
                 std::uint64_t position,
                 const char* what,
                 const LedgerSums& sums) {
        CopyReader in{connection_, rows};
        std::size_t count = 0;
        std::optional<LedgerFault> first;
        while (in.next()) {
            SumKey key;
            key.entity = in.int4();
            key.account = static_cast<ledger::Account>(in.int2());
            if (const auto party = in.bytea_or_null()) {
                std::copy_n(party->begin(),
                            std::min(party->size(), key.party.bytes.size()),
                            key.party.bytes.begin());
            }
            const SignedUnits stored = in.numeric();
            const SignedUnits computed = sums.net(key);
            ++count;
            if (!first && stored != computed) {
                first = {
                    position, {}, name_of(what, key), decimal_of(stored), decimal_of(computed)};
            }
        }
        if (!first && count != sums.size()) {
            first = {position,
                     {},
                     std::string{"number of rows: "} + what,
                     std::to_string(count),
                     std::to_string(sums.size())};
        }
        check_.fault = first;
        return !first;
    }

    static std::string name_of(const char* what, const SumKey& key) {
        const auto account = ledger::find_account(static_cast<std::uint16_t>(key.account));
        return std::string{what} + " (entity " + std::to_string(key.entity) + ", " +
               (account ? std::string{ledger::info(*account).name} : "unknown account") +
               (key.party.is_nobody() ? "" : ", " + chain::to_hex(key.party.bytes)) + ")";
    }

    // Snapshots of earlier blocks that were made anew after corrections: entries by block.
    void check_partial(const std::vector<Snapshot>& snapshots) {
        std::uint64_t position = 0;
        std::uint64_t next_block = 0;
        std::uint64_t entries = 0;
        for (const Snapshot& snapshot : snapshots) {
            if (!snapshot.is_partial()) {
                continue;
            }
            if (snapshot.position != position) {
                position = snapshot.position;
                next_block = 0;
                entries = 0;
                sums_ = {};
                totals_ = {};
            }
            read_entries(connection_,
                         market_,
                         book_,
                         {{1, position}, {next_block, snapshot.block}},
                         entities_,
                         [this, &entries](const StoredEntry& row) {
                             add(row);
                             ++entries;
                             return true;
                         });
            next_block = snapshot.block + 1;
            if (entries != snapshot.entries) {
                fail({},
                     position,
                     "number of entries of a snapshot",
                     std::to_string(snapshot.entries),
                     std::to_string(entries));
                return;
            }
            if (!agrees(snapshot)) {
                return;
            }
        }
    }

    bool fail(const Digest& entry,
              std::uint64_t position,
              const char* what,
              const std::string& stored,
              const std::string& computed) {
        check_.fault = {position, entry, what, stored, computed};
        return false;
    }

    Connection& connection_;
    const MarketRecord& market_;
    ledger::Book book_;
    const std::function<void(std::uint64_t)>& progress_;
    pqxx::work txn_;
    Entities entities_;
    Digest genesis_;
    LedgerHead remembered_;
    LedgerSums sums_;
    LedgerSums totals_;  // over parties
    std::uint64_t high_block_ = 0;
    LedgerCheck check_;
};

}  // namespace

LedgerCheck verify_chain(Connection& connection,
                         const MarketRecord& market,
                         ledger::Book book,
                         const std::function<void(std::uint64_t position)>& progress) {
    return ChainCheck{connection, market, book, progress}.run();
}

std::string text_of(const LedgerFault& fault, const MarketRecord& market, ledger::Book book) {
    return ledger_name(market, book) + ", position " + std::to_string(fault.position) +
           (fault.entry_id.is_none() ? "" : ", entry " + hex_of(fault.entry_id)) + ": " +
           fault.what + " is " + fault.stored + ", but " + fault.computed +
           " follows from the rest";
}

}  // namespace redink::store
