#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "indexer/store/errors.hpp"
#include "tests/support/made_up_books.hpp"

using namespace redink;
using test::borrow_at;
using test::supply_at;

namespace {

// A copy of entry 1 behind the last one, with some columns changed; `into` is a table.
std::string insert_sql(const std::string& changes, const std::string& into = "ledger.entry") {
    return "CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM ledger.entry WHERE ledger_id "
           "= "
           "2 AND position = 1; UPDATE copied SET position = (SELECT max(position) + 1 FROM "
           "ledger.entry WHERE ledger_id = 2), entry_id = sha256('other'), high_block = (SELECT "
           "max(high_block) FROM ledger.entry WHERE ledger_id = 2); UPDATE copied SET " +
           changes + "; INSERT INTO " + into + " SELECT * FROM copied";
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct Books : test::BookedChain {
    Books() : test::BookedChain{120} {
        book({supply_at(101, 0, 1'000), borrow_at(101, 1, 5, 600), supply_at(103, 0, 20)}, 110);
    }
};

constexpr const char* kReversing = "To correct an entry, post its mirror (rule 18";

}  // namespace

TEST_CASE("entries are not changed or removed, by their owner, a writer, or in a partition") {
    Books chain;
    for (const std::string role : {"", "SET LOCAL ROLE redink_writer; "}) {
        for (const std::string table : {"ledger.entry", "ledger.entry_1"}) {
            for (const std::string& sql : {"UPDATE " + table + " SET narrative = 'x'",
                                           "UPDATE " + table + " SET narrative = 'x' WHERE false",
                                           "DELETE FROM " + table + " WHERE position = 3",
                                           "DELETE FROM " + table + " WHERE false",
                                           "TRUNCATE " + table,
                                           "TRUNCATE " + table + " CASCADE"}) {
                CAPTURE(role + sql);
                const std::string refusal = chain.refusal_of(role + sql);
                CHECK(holds(refusal, role.empty() ? kReversing : "permission denied"));
            }
        }
    }
    CHECK(chain.ask("SELECT count(*) FROM ledger.entry WHERE narrative = 'made up'") == "3");
    for (const std::string table : {"account", "rule", "ledger", "entity"}) {
        CAPTURE(table);
        CHECK(holds(chain.refusal_of("DELETE FROM ledger." + table), "is only ever added to"));
        CHECK(holds(chain.refusal_of("TRUNCATE ledger." + table + " CASCADE"), "never change") !=
              holds(chain.refusal_of("TRUNCATE ledger." + table + " CASCADE"), "only ever added"));
    }
}

TEST_CASE("a partition that is made later is guarded like the others") {
    Books chain;
    const store::MarketRecord other = chain.add_market("other", 7);
    store::LedgerWriter writer{chain.connection, other};
    writer.append(std::vector{supply_at(101, 0, 1)});
    CHECK(holds(chain.refusal_of("DELETE FROM ledger.entry_7"), kReversing));
    CHECK(holds(chain.refusal_of("TRUNCATE ledger.entry_7"), kReversing));
    CHECK(holds(chain.refusal_of("UPDATE ledger.entry_7 SET rule = 2"), kReversing));
    CHECK(holds(chain.refusal_of("INSERT INTO ledger.entry_7 SELECT * FROM ledger.entry_7"),
                "duplicate key"));
    chain.ask("CREATE TABLE ledger.entry_by_hand PARTITION OF ledger.entry FOR VALUES IN (8)");
    CHECK(chain.refusal_of("DELETE FROM ledger.entry_by_hand").empty());
    CHECK(chain.ask("SELECT count(*) FROM pg_trigger WHERE tgrelid = "
                    "'ledger.entry_by_hand'::regclass AND tgname = 'entry_never_changes'") == "1");
}

TEST_CASE("what is not a balanced entry of its book is refused by the table itself") {
    Books chain;
    const std::vector<std::pair<std::string, std::string>> refused{
        {"leg_units = '{1000,999}'", "entry_legs_balance"},
        {"leg_debit = '{t,t}'", "entry_legs_balance"},
        {"leg_units = '{0,0}'", "entry_legs_in_range"},
        {"leg_units = '{-5,-5}'", "entry_legs_in_range"},
        {"leg_units = array_fill(2::numeric ^ 256, ARRAY[2])", "entry_legs_in_range"},
        {"leg_units = '{NULL,NULL}'", "entry_legs_whole"},
        {"leg_units = '{1000}'", "entry_legs_"},
        {"leg_units = '{1000,1000,1}'", "entry_legs_"},
        {"leg_debit = '{t,NULL}'", "entry_legs_whole"},
        {"leg_account = '{101,NULL}'", "entry_legs_"},
        {"leg_account = '{}', leg_debit = '{}', leg_units = '{}', leg_party = '{}'",
         "entry_has_legs"},
        {"leg_account = '{101}', leg_debit = '{t}', leg_units = '{1}', leg_party = '{NULL}'",
         "entry_"},
        {"leg_account = '{101,501}'", "entry_legs_of_book"},
        {"leg_account = '{101,107}'", "entry_legs_of_book"},
        {"book = 1", "entry_legs_of_book"},
        {"book = 2", "entry_legs_of_book"},
        {R"(leg_party = '{"\\x01",NULL}')", "entry_legs_of_parties"},
        {"leg_party = array_fill(decode(repeat('00', 20), 'hex'), ARRAY[2])",
         "entry_legs_of_parties"},
        {"leg_account = '[0:1]={101,201}'", "entry_legs_whole"},
        {"txn_hash = decode(repeat('00', 32), 'hex')", "entry_none_is_empty"},
        {"rule = 18", "entry_reversal"},
        {"rule = 20", "entry_rule_check"},
        {"entry_id = '\\x01'", "entry_entry_id_check"},
        {"log_index = 4294967296", "entry_log_index_check"},
        {"block_hash = NULL", "not-null"}};
    for (const auto& [changes, constraint] : refused) {
        for (const std::string table : {"ledger.entry", "ledger.entry_1"}) {
            CAPTURE(changes);
            const std::string refusal = chain.refusal_of(insert_sql(changes, table));
            CAPTURE(refusal);
            CHECK(holds(refusal, constraint));
        }
    }
    CHECK(chain.refusal_of(insert_sql("narrative = 'right'")).empty());
}

TEST_CASE("entries are appended at the end, without a gap, to a ledger that is there") {
    Books chain;
    const std::vector<std::pair<std::string, std::string>> refused{
        {"position = 5", "do not follow its last entry without a gap"},
        {"position = 2", "duplicate key"},
        {"position = 0", "entry_position_check"},
        {"high_block = 104", "high_block of entry 4 is not the highest block"},
        {"high_block = 101", "high_block of entry 4 is not the highest block"},
        {"entity_id = 9", "no entity 9"},
        {"ledger_id = 99, position = 1, high_block = block_number", "has no book 0"},
        {"ledger_id = 3, position = 1, high_block = block_number", "has no book 0"},
        {"entry_id = (SELECT entry_id FROM ledger.entry WHERE position = 2)",
         "entry_id, ledger_id"},
        {"rule = 18, reverses = sha256('nothing')", "is not the mirror"},
        {"rule = 18, reverses = (SELECT entry_id FROM ledger.entry WHERE position = 1)",
         "is not the mirror"},
        {"rule = 18, block_number = 102, leg_debit = '{f,t}', reverses = (SELECT entry_id FROM "
         "ledger.entry WHERE position = 1)",
         "is not the mirror"},
        {"chain_id = 99", "no partition"}};
    for (const auto& [changes, reason] : refused) {
        CAPTURE(changes);
        const std::string refusal = chain.refusal_of(insert_sql(changes));
        CAPTURE(refusal);
        CHECK(holds(refusal, reason));
        CHECK_FALSE(chain.refusal_of(insert_sql(changes, "ledger.entry_1")).empty());
    }
    CHECK(holds(chain.refusal_of(insert_sql("position = 5")), "append behind the last one"));
}

TEST_CASE("an entry is reversed once") {
    Books chain;
    const std::string mirror =
        "rule = 18, leg_debit = '{f,t}', reverses = (SELECT entry_id FROM ledger.entry WHERE "
        "position = 1)";
    CHECK(chain.refusal_of(insert_sql(mirror)).empty());
    CHECK(holds(chain.refusal_of(insert_sql(mirror + ", entry_id = sha256('again')")),
                "(chain_id, reverses, ledger_id)"));
}

TEST_CASE("a writer without other rights posts, and reads what it posted") {
    Books chain;
    chain.ask("GRANT redink_writer TO CURRENT_USER; SET ROLE redink_writer");
    CHECK(chain.book({supply_at(111, 0, 5)}, 112).added == 1);
    chain.books.replace_provisional(std::vector{supply_at(114, 0, 5)}, test::block_ref(115));
    CHECK(chain.reader.load_head(ledger::Book::contract).position == 4);
    CHECK(chain.verify().empty());
    CHECK_FALSE(chain.refusal_of("UPDATE redink.market SET name = 'x'").empty());
    CHECK_FALSE(
        chain.refusal_of("INSERT INTO ledger.account VALUES (999, 'x', 0, 'debit')").empty());
}

TEST_CASE("an identity is posted once, and never with other content") {
    Books chain;
    const std::vector<ledger::Entry> entries{
        supply_at(101, 0, 1'000), supply_at(111, 0, 7), supply_at(111, 0, 7)};
    const store::Posted posted = chain.books.append(entries);
    CHECK(posted.added == 1);
    CHECK(posted.skipped == 2);
    CHECK(chain.books.append(entries).added == 0);
    CHECK(chain.ask("SELECT count(*), max(position) FROM ledger.entry") == "4|4");
    for (const auto& other : {std::vector{supply_at(101, 0, 1'001)},
                              std::vector{supply_at(112, 0, 3), supply_at(112, 0, 4)}}) {
        std::string text;
        store::StoreErrc code{};
        try {
            chain.books.append(other);
        } catch (const store::StoreError& error) {
            text = error.what();
            code = error.code();
        }
        CHECK(code == store::StoreErrc::ledger_conflict);
        CHECK(
            holds(text, "of the contract ledger of market \"aave\" with other content: there 0x"));
        CHECK(holds(text, ", now 0x"));
    }
    CHECK(chain.ask("SELECT count(*) FROM ledger.entry") == "4");
}

TEST_CASE("an entry that may not be posted stops the process before anything is written") {
    Books chain;
    ledger::Entry unbalanced = supply_at(111, 0, 5);
    unbalanced.legs.front().units = 6;
    ledger::Entry legless = supply_at(111, 1, 5);
    legless.legs.clear();
    for (const ledger::Entry& entry : {unbalanced, legless}) {
        CHECK_THROWS_AS(chain.books.append(std::vector{supply_at(111, 3, 1), entry}),
                        InvariantBroken);
    }
    CHECK(chain.ask("SELECT count(*) FROM ledger.entry") == "3");
}

TEST_CASE("the booked block moves from where it was to a finalized block that is stored") {
    Books chain;
    const auto commit = [&chain](const auto& expected, const chain::BlockRef& head) {
        try {
            chain.books.commit(expected, {}, head);
        } catch (const store::StoreError& error) {
            return error.code();
        }
        return store::StoreErrc{};
    };
    const std::optional<chain::BlockRef> none;
    CHECK(commit(none, test::block_ref(112)) == store::StoreErrc::reorganised);
    CHECK(commit(chain.books.load_booked(), test::block_ref(112, 'B')) ==
          store::StoreErrc::reorganised);
    CHECK(commit(chain.books.load_booked(), test::block_ref(121)) == store::StoreErrc::finality);
    chain.books.halt({chain::BlockNumber{115}, "a reason"});
    CHECK(commit(chain.books.load_booked(), test::block_ref(116)) ==
          store::StoreErrc::ledger_halted);
    CHECK(holds(chain.refusal_of(insert_sql("block_number = 116, high_block = 116")), "a reason"));
    CHECK(chain.refusal_of(insert_sql("block_number = 102")).empty());
    CHECK(chain.books.load_halt()->reason == "a reason");
    chain.books.lift_halt(store::HaltCause::assertion);
    CHECK(commit(chain.books.load_booked(), test::block_ref(116)) == store::StoreErrc{});
    CHECK(chain.books.load_booked() == test::block_ref(116));
    CHECK_THROWS_AS(chain.book({supply_at(119, 0, 1)}, 118), InvariantBroken);
}

TEST_CASE("the chart and the rules in the database are those of the program") {
    Books chain;
    std::string expected;
    for (const ledger::AccountInfo& account : ledger::chart()) {
        expected +=
            (expected.empty() ? "" : "\n") + std::to_string(static_cast<int>(account.account)) +
            "|" + std::string{account.name} + "|" + std::to_string(static_cast<int>(account.book)) +
            "|" + (account.nature == ledger::Nature::debit ? "debit" : "credit");
    }
    CHECK(chain.ask("SELECT * FROM ledger.account ORDER BY 1") == expected);
    CHECK(chain.ask("SELECT min(rule), max(rule), count(*) FROM ledger.rule") == "1|19|19");
}
