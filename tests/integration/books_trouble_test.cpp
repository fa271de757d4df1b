#include <atomic>

#include <doctest/doctest.h>

#include "app/bookkeeper/bookkeeper.hpp"
#include "app/config/market_spec.hpp"
#include "app/node/node_server.hpp"
#include "indexer/store/book_terms.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/document_book.hpp"
#include "indexer/store/ledger_check.hpp"
#include "indexer/store/market_registry.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

using Lines = std::vector<std::string>;

// Blocks above this one are not final on the recorded chain.
constexpr const char* kFinal = "654";

// The recorded chain, indexed and booked.
class Chain {
  public:
    Chain() : url{copy_of_database(booked_v36())} {
    }

    explicit Chain(const RunOptions& options) : url{fresh_database()} {
        sync(options);
    }

    void sync(const RunOptions& options = {}) const {
        const auto outcome = sync_recorded(recorded_v36(), url, options);
        REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    }

    [[nodiscard]] Lines ask(const std::string& sql) const {
        return query(url, sql);
    }

    [[nodiscard]] std::string one(const std::string& sql) const {
        return query(url, sql).at(0);
    }

    // As rows that a wrong decoder left, before they are derived again.
    void forge(const std::string& sql) const {
        query(url, sql);
        query(url, "INSERT INTO ledger.rederived SELECT market_id FROM redink.market");
    }

    [[nodiscard]] Lines trial_balance(const std::string& block) const {
        return query(url,
                     "SELECT reserve, book, account, debit, credit FROM "
                     "report.trial_balance_at('m', " +
                         block + ") ORDER BY 1, 2, 3");
    }

    std::string url;
};

// A bookkeeper of its own over a chain's rows.
struct Booking {
    explicit Booking(const Chain& chain) : connection{chain.url} {
    }

    store::Connection connection;
    store::MarketRecord market = store::MarketRegistry{connection}.find_market("m").value();
    std::shared_ptr<const protocols::Protocol> protocol = app::find_protocol(market.protocol);
    app::Bookkeeper keeper{connection, market, *protocol};
};

// The block and the log of the last deficit that is final.
std::string last_deficit(const Chain& chain) {
    return chain.one(
        "SELECT max(from_block) FROM derived.domain_event WHERE kind = 12 AND from_block <= " +
        std::string{kFinal});
}

}  // namespace

TEST_CASE("a market from the genesis block on has the books of one from its first block on") {
    RunOptions options;
    options.from_block = 0;
    const Chain whole{options};
    const Chain usual;
    CHECK(whole.trial_balance(kFinal) == usual.trial_balance(kFinal));
    CHECK(whole.trial_balance("718") == usual.trial_balance("718"));
    const auto valuations = "SELECT from_block, evidence FROM derived.valuation ORDER BY 1";
    CHECK(whole.ask(valuations) == usual.ask(valuations));
    whole.forge("UPDATE derived.domain_event SET amount = amount + 1 WHERE kind = 12");
    whole.sync(options);
    CHECK(whole.ask("SELECT cause FROM report.halts") == Lines{"books"});
}

TEST_CASE("entries that are posted anew before a fault stand in the ledger again") {
    const Chain chain;
    const std::string fault = last_deficit(chain);
    const std::string before = std::to_string(std::stoul(fault) - 1);
    const auto right = chain.trial_balance(before);
    const std::string standing =
        "SELECT count(*) FROM ledger.entry e WHERE book = 1 AND reverses IS NULL AND block_number "
        "<= " +
        before +
        " AND NOT EXISTS (SELECT FROM ledger.entry r WHERE r.reverses = e.entry_id AND "
        "r.ledger_id = e.ledger_id)";
    const std::string entries = chain.one(standing);
    REQUIRE(entries != "0");
    // Another policy gives every valuation other evidence; one amount is wrong.
    query(chain.url, "UPDATE ledger.terms SET slippage_bps = slippage_bps + 1");
    chain.forge(
        "UPDATE derived.domain_event SET amount = amount + 1 WHERE kind = 12 AND "
        "from_block = " +
        fault);
    Booking booking{chain};
    const app::BookOutcome outcome = booking.keeper.advance();
    REQUIRE(outcome.halt.has_value());
    CHECK(outcome.halt->cause == store::HaltCause::books);
    CHECK(outcome.halt->reason.rfind("block " + fault + ": deficit is ", 0) == 0);
    CHECK(outcome.booked->number < chain::BlockNumber{std::stoul(fault)});
    CHECK(outcome.reversed > 0);
    CHECK(outcome.posted > outcome.reversed);
    CHECK(chain.one(standing) == entries);
    CHECK(chain.trial_balance(std::to_string(outcome.booked->number.value())) ==
          Chain{}.trial_balance(std::to_string(outcome.booked->number.value())));
    CHECK(chain.ask("SELECT from_block FROM derived.provisional_head").empty());
    for (const auto book : {ledger::Book::contract, ledger::Book::economic}) {
        CHECK_FALSE(store::verify_chain(booking.connection, booking.market, book).fault);
    }
}

TEST_CASE("rows that break a rule stop the market with block and reason, and not the process") {
    const Chain chain;
    const std::string fault = last_deficit(chain);
    chain.forge(
        "UPDATE derived.domain_event SET reserve_id = 999 WHERE kind = 12 AND "
        "from_block = " +
        fault);
    Booking booking{chain};
    const app::BookOutcome outcome = booking.keeper.advance();
    REQUIRE(outcome.halt.has_value());
    CHECK(outcome.halt->reason ==
          "block " + fault + ": money moves in a reserve that has no state yet");
    const ProgramResult again = run_program({"rebuild", "--database", chain.url, "--quiet"});
    CHECK_MESSAGE(again.exit_code == 0, again.err);
    CHECK(chain.ask("SELECT reason FROM report.halts").empty());
    CHECK(chain.trial_balance(kFinal) == Chain{}.trial_balance(kFinal));
}

TEST_CASE("books that stopped before their first block go on after a rebuild") {
    const Chain chain;
    query(chain.url, "DELETE FROM ledger.cursor");
    query(chain.url,
          "INSERT INTO ledger.halt SELECT market_id, from_block - 1, 'a wrong row', now(), 'books' "
          "FROM redink.market");
    const ProgramResult result = run_program({"rebuild", "--database", chain.url, "--quiet"});
    CHECK_MESSAGE(result.exit_code == 0, result.err);
    CHECK(chain.ask("SELECT reason FROM report.halts").empty());
    CHECK(chain.trial_balance(kFinal) == Chain{}.trial_balance(kFinal));
}

TEST_CASE("what somebody asserted stays when the entries are computed again") {
    const Chain chain;
    query(chain.url,
          "INSERT INTO ledger.halt SELECT market_id, 654, 'an auditor says so' FROM "
          "redink.market");
    chain.forge("UPDATE derived.valuation SET debtors = debtors");
    Booking booking{chain};
    const app::BookOutcome outcome = booking.keeper.advance();
    REQUIRE(outcome.halt.has_value());
    CHECK(outcome.halt->reason == "an auditor says so");
    CHECK(outcome.halt->cause == store::HaltCause::assertion);
    CHECK(outcome.reversed == 0);
}

TEST_CASE("a fault among blocks that are not final ends what is shown before it") {
    const Chain chain;
    const std::string fault = chain.one(
        "SELECT max(from_block) FROM derived.domain_event WHERE kind = 3 AND from_block > " +
        std::string{kFinal});
    const std::string before =
        chain.one("SELECT max(from_block) FROM derived.reserve_state WHERE from_block < " + fault);
    const auto right = chain.trial_balance(before);
    CHECK(chain.one("SELECT from_block FROM derived.provisional_head") == "718");
    query(chain.url,
          "UPDATE derived.domain_event SET amount = amount + 1 WHERE kind = 3 AND from_block = " +
              fault);
    Booking booking{chain};
    CHECK_FALSE(booking.keeper.advance().halt.has_value());
    CHECK(std::stoul(chain.one("SELECT from_block FROM derived.provisional_head")) <
          std::stoul(fault));
    CHECK(chain.trial_balance(before) == right);
    CHECK_THROWS(static_cast<void>(chain.trial_balance(fault)));
    // Only so much is computed at once.
    booking.keeper.provisional_changes = 3;
    static_cast<void>(booking.keeper.advance());
    CHECK(std::stoul(chain.one("SELECT from_block FROM derived.provisional_head")) <
          std::stoul(before));
}

TEST_CASE("a comparison that was stopped begins anew the next time") {
    const Chain chain;
    chain.forge("UPDATE derived.domain_event SET amount = amount + 1 WHERE kind = 12");
    Booking booking{chain};
    std::atomic<bool> stop{false};
    booking.keeper.stop = &stop;
    booking.keeper.window_changes = 50;
    booking.keeper.report = [&](const app::BookStatus&) { stop = true; };
    const app::BookOutcome stopped = booking.keeper.advance();
    CHECK(stopped.posted == 0);
    CHECK(stopped.booked->number == chain::BlockNumber{std::stoul(kFinal)});
    CHECK(chain.ask("SELECT FROM ledger.rederived").size() == 1);
    stop = false;
    booking.keeper.report = {};
    CHECK(booking.keeper.advance().halt.has_value());
    CHECK(chain.ask("SELECT FROM ledger.rederived").empty());
}

TEST_CASE("a document that is posted between two windows is taken in by the next one") {
    RunOptions options;
    options.to = chain::BlockNumber{443};
    const Chain chain{options};
    // The rows of the whole chain, and the books of its beginning.
    const Chain whole;
    query(chain.url, "INSERT INTO ledger.halt SELECT market_id, 443, 'wait' FROM redink.market");
    chain.sync();
    query(chain.url, "DELETE FROM ledger.halt");
    Booking booking{chain};
    booking.keeper.window_changes = 10;
    bool is_posted = false;
    booking.keeper.report = [&](const app::BookStatus&) {
        if (!is_posted) {
            is_posted = true;
            store::Connection other{chain.url};
            store::DocumentBook documents{other, booking.market};
            const auto state = documents.load_state().value();
            static_cast<void>(
                documents.post({Digest{{1}}, "r", "x", "a", "b", "", "text"}, {}, state));
        }
    };
    const app::BookOutcome outcome = booking.keeper.advance();
    CHECK(is_posted);
    CHECK_FALSE(outcome.halt.has_value());
    CHECK(chain.trial_balance(kFinal) == whole.trial_balance(kFinal));
}

TEST_CASE("terms of blocks that were taken back do not outlive what is configured now") {
    const Chain chain;
    store::Connection connection{chain.url};
    const auto market = store::MarketRegistry{connection}.find_market("m").value();
    store::BookTerms terms = store::load_terms(connection, market).at(0);
    terms.policy.slippage_bps = 7;
    store::save_terms(connection, market, terms, {});
    CHECK(store::load_terms(connection, market).rbegin()->first == 655);
    query(chain.url, "UPDATE ledger.cursor SET block_number = 300");
    terms.policy.slippage_bps = 9;
    store::save_terms(connection, market, terms, {});
    const store::TermsByBlock now = store::load_terms(connection, market);
    CHECK(now.size() == 2);
    CHECK(now.rbegin()->first == 301);
    CHECK(now.rbegin()->second == terms);
}

TEST_CASE("sync ends with exit code 1 and says after which block the books stop") {
    const Chain chain;
    chain.forge("UPDATE derived.domain_event SET amount = amount + 1 WHERE kind = 12");
    const node::NodeServer node{serving(recorded_v36(), {})};
    const TemporaryFolder folder;
    const std::string config =
        write_file(folder, "redink.toml", toml_of(recorded_v36(), node.url(), chain.url));
    const ProgramResult result = run_program({"sync", "--config", config, "--quiet"});
    CHECK(result.exit_code == 1);
    CHECK_MESSAGE(result.err.find("market m: its books stop after block ") != std::string::npos,
                  result.err);
    CHECK_MESSAGE(result.err.find(" in the books and ") != std::string::npos, result.err);
}

}  // namespace redink::test
