#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "indexer/store/document_book.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/ledger_writer.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

// Two blocks after a valuation that found a shortfall and before the protocol recognised it.
constexpr std::uint64_t kBooked = 443;
constexpr std::uint64_t kValued = 442;

const std::string& early_books() {
    static const std::string url = [] {
        std::string fresh = fresh_database();
        RunOptions options;
        options.to = chain::BlockNumber{kBooked};
        REQUIRE(sync_recorded(recorded_v36(), fresh, options).has_value());
        return fresh;
    }();
    return url;
}

// The recorded chain booked up to kBooked, and documents for it.
class HandBooks {
  public:
    HandBooks() {
        const std::string row =
            query(url,
                  "SELECT pool, reserve, party, credit FROM report.account_balances_at('m', 443) "
                  "WHERE account = 'allowance' AND symbol = 'USDC'")
                .at(0);
        const std::size_t first = row.find('|');
        const std::size_t second = row.find('|', first + 1);
        const std::size_t third = row.find('|', second + 1);
        pool = row.substr(0, first);
        reserve = row.substr(first + 1, second - first - 1);
        debtor = row.substr(second + 1, third - second - 1);
        allowance = row.substr(third + 1);
        config = write_file(folder, "redink.toml", toml_of(recorded_v36(), node.url(), url));
    }

    void sync_to(rpc::BlockId block) {
        RunOptions options;
        options.to = block;
        const auto outcome = sync_from(node.url(), recorded_v36(), url, options);
        REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    }

    [[nodiscard]] std::string leg(const std::string& account,
                                  const std::string& side,
                                  const std::string& units) const {
        return "  { account = \"" + account + "\", side = \"" + side + "\", units = \"" + units +
               "\", party = \"" + debtor + "\" },\n";
    }

    [[nodiscard]] std::string document(const std::string& legs,
                                       std::uint64_t block = kValued,
                                       const std::string& rule = "write_off") const {
        return "market = \"m\"\nreason = \"no claim process\"\nreference = \"proposal 467\"\n"
               "author = \"Ada\"\nsigned_off_by = \"Grace\"\ndate = 2026-04-20\n\n[[entry]]\n"
               "rule = \"" +
               rule + "\"\nblock = " + std::to_string(block) + "\npool = \"" + pool +
               "\"\nreserve = \"" + reserve + "\"\nasset = \"" + reserve + "\"\nlegs = [\n" + legs +
               "]\n";
    }

    [[nodiscard]] std::string write_off(const std::string& units) const {
        return document(leg("allowance", "debit", units) + leg("written_off", "credit", units) +
                        leg("memo.claim", "debit", units) + leg("memo.offset", "credit", units));
    }

    [[nodiscard]] ProgramResult post(const std::string& text) const {
        return run_program(
            {"books", "post", write_file(folder, "d.toml", text), "--config", config});
    }

    [[nodiscard]] ProgramResult correct(const std::string& entry) const {
        return run_program({"books",
                            "correct",
                            "--entry",
                            entry,
                            "--reason",
                            "wrong debtor",
                            "--author",
                            "Ada",
                            "--reference",
                            "proposal 468",
                            "--config",
                            config});
    }

    [[nodiscard]] std::string balance(const std::string& account) const {
        return query(url,
                     "SELECT coalesce(sum(balance), 0) FROM report.account_balances_at('m', 443) "
                     "WHERE account = '" +
                         account + "' AND symbol = 'USDC'")
            .at(0);
    }

    [[nodiscard]] std::string documents() const {
        return query(url, "SELECT count(*) FROM ledger.document").at(0);
    }

    node::NodeServer node{serving(recorded_v36(), {})};
    TemporaryFolder folder;
    std::string url = copy_of_database(early_books());
    std::string pool;
    std::string reserve;
    std::string debtor;
    std::string allowance;
    std::string config;
};

// What a refusal says; nothing may be posted.
void check_refused(const HandBooks& books, const ProgramResult& result, const std::string& part) {
    CHECK_MESSAGE(result.exit_code == 2, result.err);
    CHECK_MESSAGE(result.err.find(part) != std::string::npos, result.err);
    CHECK(books.documents() == "0");
    CHECK(books.balance("allowance") == books.allowance);
}

std::string entry_in(const ProgramResult& result) {
    const std::size_t at = result.out.find("entry    0x");
    REQUIRE_MESSAGE(at != std::string::npos, (result.out + result.err));
    return result.out.substr(at + 9, 66);
}

}  // namespace

TEST_CASE("documents that may not be posted are refused with line and reason, and post nothing") {
    const HandBooks books;
    const auto refused = [&books](const std::string& text, const std::string& part) {
        check_refused(books, books.post(text), part);
    };
    const std::string all = books.allowance;
    refused(books.write_off(all + "0"), "d.toml:8: [[entry]] 1: makes allowance of 0x");
    refused(books.document(books.leg("allowance", "debit", "5") +
                           books.leg("written_off", "credit", "6")),
            "do not balance");
    refused(
        books.document(books.leg("cash", "debit", "5") + books.leg("deficit.open", "credit", "5")),
        "d.toml:8: [[entry]] 1: is of the contract book, which follows the chain");
    refused(books.document(books.leg("allowance", "debit", "5") +
                           books.leg("written_off", "credit", "5")),
            "and memo.claim at 0; accepted: as much of one as of the other");
    // It is there at 443, and was not before the valuation.
    refused(
        books.document(
            books.leg("allowance", "debit", "5") + books.leg("written_off", "credit", "5"), 200),
        "below zero at block 200");
    refused(books.document(
                books.leg("allowance", "debit", "5") + books.leg("written_off", "credit", "5"),
                kBooked + 1),
            "which is not booked");
    refused(books.document(
                books.leg("allowance", "debit", "5") + books.leg("borne.treasury", "credit", "5"),
                kValued,
                "treasury_paid"),
            "does not fit the books (I6");
    std::string other = books.write_off("5");
    other.replace(other.find("asset = \"0x") + 11, 4, "1234");
    refused(other, "has no books of");
    std::string market = books.write_off("5");
    market.replace(market.find("\"m\""), 3, "\"n\"");
    refused(market, "market: is \"n\", which is not in this database");
    refused("market = ", "is not TOML");
    check_refused(books, books.correct("0x12"), "--entry");
}

TEST_CASE("a document is posted once, corrected once, and the books go on and can be rebuilt") {
    HandBooks books;
    const ProgramResult posted = books.post(books.write_off("1000000000"));
    CHECK_MESSAGE(posted.exit_code == 0, posted.err);
    CHECK(posted.out.find("m: posted 1 entry by hand after block 443") == 0);
    CHECK(books.balance("written_off") == "1000000000");
    const std::string entry = entry_in(posted);
    CHECK(query(books.url,
                "SELECT d.evidence = j.evidence, j.rule_name, j.block, d.entries, d.block FROM "
                "report.documents d, report.journal j WHERE j.entry_id = '" +
                    entry + "' AND j.leg = 1")
              .at(0) == "t|write_off|442|1|443");

    const ProgramResult again = books.post(books.write_off("1000000000"));
    CHECK(again.exit_code == 0);
    CHECK(again.out.find("m: already posted, nothing changed: 1 entry by hand") == 0);
    CHECK(entry_in(again) == entry);
    CHECK(books.balance("written_off") == "1000000000");

    const std::string from_chain = query(books.url,
                                         "SELECT entry_id FROM report.journal WHERE rule_name = "
                                         "'valuation' AND finality = 'booked' LIMIT 1")
                                       .at(0);
    CHECK(books.correct(from_chain).err.find("was not posted by hand") != std::string::npos);

    const ProgramResult small = books.post(books.write_off("7"));
    CHECK(small.exit_code == 0);
    const ProgramResult corrected = books.correct(entry_in(small));
    CHECK_MESSAGE(corrected.exit_code == 0, corrected.err);
    CHECK(books.balance("written_off") == "1000000000");
    CHECK(books.correct(entry_in(small)).out.find("already posted") != std::string::npos);
    const ProgramResult twice = run_program({"books",
                                             "correct",
                                             "--entry",
                                             entry_in(small),
                                             "--reason",
                                             "again",
                                             "--author",
                                             "Ada",
                                             "--reference",
                                             "x",
                                             "--config",
                                             books.config});
    CHECK(twice.exit_code == 2);
    CHECK(twice.err.find("was taken back before") != std::string::npos);
    CHECK(books.correct(entry_in(corrected)).err.find("takes another entry back") !=
          std::string::npos);
    CHECK(books.documents() == "3");

    books.sync_to(rpc::BlockTag::latest);
    CHECK(query(books.url, "SELECT * FROM report.halts").empty());
    CHECK(query(books.url, "SELECT booked_block > 443 FROM report.ledgers").at(0) == "t");
    const auto heads =
        query(books.url, "SELECT book, entries, head FROM report.ledgers ORDER BY 1");
    const ProgramResult rebuilt = run_program({"rebuild", "--config", books.config});
    CHECK_MESSAGE(rebuilt.exit_code == 0, rebuilt.err);
    CHECK_MESSAGE(rebuilt.out.find("taken back") == std::string::npos, rebuilt.out);
    CHECK(query(books.url, "SELECT book, entries, head FROM report.ledgers ORDER BY 1") == heads);
    CHECK(query(books.url, "SELECT * FROM report.halts").empty());
}

TEST_CASE("who computed entries before a document was posted has to compute them again") {
    HandBooks books;
    store::Connection connection{books.url};
    const auto market = store::MarketRegistry{connection}.find_market("m").value();
    store::LedgerWriter writer{connection, market};
    writer.known_documents = 0;
    const auto booked = writer.load_booked();
    store::DocumentBook documents{connection, market};
    const auto state = documents.load_state().value();
    CHECK(documents.post({Digest{{1}}, "r", "x", "a", "b", "", "text"}, {}, state).added == 0);
    try {
        writer.commit(booked, {}, *booked);
        FAIL("committed");
    } catch (const store::StoreError& error) {
        CHECK(error.code() == store::StoreErrc::serialization);
    }
    store::BooksState old = state;
    old.economic_position -= 1;
    CHECK_THROWS_AS(documents.post({Digest{{2}}, "r", "x", "a", "b", "", "t"}, {}, old),
                    store::StoreError);
    CHECK_FALSE(documents.has(Digest{{2}}));
    CHECK(query(books.url, "SELECT signed_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' FROM ledger.document")
              .at(0) == "t");
    for (const char* sql : {"UPDATE ledger.document SET author = 'x'",
                            "DELETE FROM ledger.document",
                            "TRUNCATE ledger.document"}) {
        CHECK_THROWS(query(books.url, sql));
    }
}

}  // namespace redink::test
