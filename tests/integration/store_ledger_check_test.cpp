#include <map>

#include <doctest/doctest.h>

#include "tests/support/made_up_books.hpp"

using namespace redink;

namespace {

constexpr std::size_t kEntries = 60;
constexpr std::uint64_t kLast = 140;

// What a superuser may do to one column, so that the table's own checks still pass.
std::string tampered(const std::string& column, const std::string& type) {
    static const std::map<std::string, std::string> kSpecial{
        {"position", "(SELECT max(position) + 1 FROM ledger.entry)"},
        {"rule", "CASE rule WHEN 18 THEN 18 WHEN 1 THEN 2 ELSE 1 END"},
        {"entity_id", "CASE entity_id WHEN 1 THEN 2 ELSE 1 END"},
        {"reverses", "CASE rule WHEN 18 THEN set_byte(reverses, 0, get_byte(reverses, 0) # 1) END"},
        {"log_index", "coalesce(log_index + 1, 0)"},
        {"leg_account",
         "array_replace(leg_account, leg_account[1], CASE WHEN leg_account[1] <> 103 "
         "THEN 103 ELSE 104 END::smallint)"},
        {"leg_debit",
         "(SELECT array_agg(NOT d ORDER BY n) FROM unnest(leg_debit) WITH ORDINALITY u "
         "(d, n))"},
        {"leg_units",
         "(SELECT array_agg(2 * d ORDER BY n) FROM unnest(leg_units) WITH ORDINALITY u "
         "(d, n))"},
        {"leg_party", "array_fill(decode(repeat('ab', 20), 'hex'), ARRAY[cardinality(leg_party)])"},
    };
    const auto special = kSpecial.find(column);
    if (special != kSpecial.end()) {
        return special->second;
    }
    if (type == "bytea") {
        return "coalesce(set_byte(" + column + ", 31, get_byte(" + column +
               ", 31) # 1), decode(repeat('ab', 32), 'hex'))";
    }
    return type == "text" ? column + " || ' '" : column + " + 1";
}

struct TamperedBooks : test::BookedChain {
    TamperedBooks() : test::BookedChain{kLast, {20}} {
        test::EntryMaker maker{test::kSeed, 5, 2};
        std::vector<ledger::Entry> entries;
        while (entries.size() < kEntries) {
            const std::uint64_t block = test::kFirstBlock + entries.size() / 2;
            ledger::Entry entry = maker.next(block);
            if (entry.book == ledger::Book::contract) {
                entries.push_back(entry);
            }
        }
        book(entries, kLast);
        std::vector<ledger::Entry> mirrors;
        reader.load_entries(ledger::Book::contract, 1, [&mirrors](const store::StoredEntry& row) {
            if (row.position % 7 == 0) {
                mirrors.push_back(ledger::mirror_of(row.entry, row.identity));
            }
        });
        book(mirrors, kLast);
    }

    // Changes a row behind the back of every trigger, asks, and puts it back.
    std::string verify_with(const std::string& table,
                            const std::string& row,
                            const std::string& change) {
        const std::string apart = "SET LOCAL session_replication_role = replica; ";
        ask("DROP TABLE IF EXISTS kept");
        ask("CREATE TEMP TABLE kept AS SELECT * FROM " + table);
        ask(apart + change);
        std::string found = verify();
        ask(apart + "DELETE FROM " + table + "; INSERT INTO " + table + " SELECT * FROM kept");
        CHECK(verify().empty());
        INFO(row);
        return found;
    }
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a ledger that nobody touched is right, with its snapshots") {
    TamperedBooks chain;
    const store::LedgerCheck check =
        store::verify_chain(chain.connection, chain.market, ledger::Book::contract);
    CHECK_FALSE(check.fault);
    CHECK(check.entries == kEntries + kEntries / 7);
    CHECK(check.snapshots >= 3);
    CHECK(check.head == chain.reader.load_head(ledger::Book::contract).hash);
    CHECK(chain.verify(ledger::Book::economic).empty());
}

TEST_CASE("a change of any column of any entry is found and the entry is named") {
    TamperedBooks chain;
    const std::string columns = chain.ask(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = "
        "'ledger.entry'::regclass AND attnum > 0 AND attname NOT IN ('chain_id', 'ledger_id', "
        "'book', 'reverses') ORDER BY attnum");
    std::size_t at = 0;
    std::size_t columns_seen = 0;
    while (at < columns.size()) {
        const std::size_t end = std::min(columns.find('\n', at), columns.size());
        const std::size_t bar = columns.find('|', at);
        const std::string column = columns.substr(at, bar - at);
        const std::string type = columns.substr(bar + 1, end - bar - 1);
        at = end + 1;
        ++columns_seen;
        for (const std::string position : {"1", "33", "66", "68"}) {
            // The last position plus one is a gap only behind the last, and a mirror has one rule.
            const bool is_mirror = position == "66" || position == "68";
            if ((column == "position" && position == "68") || (column == "rule" && is_mirror)) {
                continue;
            }
            const std::string found = chain.verify_with(
                "ledger.entry_1",
                position,
                "UPDATE ledger.entry SET " + column + " = " + tampered(column, type) +
                    " WHERE ledger_id = 2 AND position = " + position);
            CAPTURE(column);
            CAPTURE(found);
            CHECK(holds(found, "contract ledger of market \"aave\", position " + position));
        }
    }
    CHECK(columns_seen == 20);
    const std::string reverses = chain.verify_with(
        "ledger.entry_1",
        "61",
        "UPDATE ledger.entry SET reverses = sha256('x') WHERE ledger_id = 2 AND position = 61");
    CHECK(holds(reverses, "position 61"));
}

TEST_CASE("entries that are missing, at the end too, and changed entities are found") {
    TamperedBooks chain;
    CHECK(holds(chain.verify_with("ledger.entry_1",
                                  "30",
                                  "DELETE FROM ledger.entry WHERE ledger_id = 2 AND position = 30"),
                "position 30: position is no entry"));
    CHECK(holds(chain.verify_with("ledger.entry_1",
                                  "68",
                                  "DELETE FROM ledger.entry WHERE ledger_id = 2 AND position = 68"),
                "position 68: end of the ledger is no entry"));
    CHECK(holds(
        chain.verify_with(
            "ledger.entity", "1", "UPDATE ledger.entity SET pool = '\\xcd' WHERE entity_id = 1"),
        ": payload is 0x"));
}

TEST_CASE("a snapshot that is not the sum of its entries is found") {
    TamperedBooks chain;
    const std::string table = "ledger.snapshot_balance";
    for (const std::string& change :
         {"UPDATE " + table + " SET net = net + 1 WHERE by_party AND position = 20",
          "UPDATE " + table + " SET party = sha256('x') WHERE by_party AND position = 20",
          "UPDATE " + table + " SET net = -net WHERE NOT by_party AND position = 20",
          "DELETE FROM " + table + " WHERE position = 20 AND account = 101",
          "UPDATE " + table + " SET account = 106 WHERE account = 101 AND position = 20"}) {
        const std::string found = chain.verify_with(table, "20", change);
        CAPTURE(change);
        CAPTURE(found);
        CHECK(holds(found, "position 20"));
        CHECK(holds(found, "snapshot"));
    }
    CHECK(holds(chain.verify_with("ledger.snapshot",
                                  "40",
                                  "UPDATE ledger.snapshot SET hash = sha256('x') WHERE position = "
                                  "40"),
                "hash of a snapshot"));
}
