#include <doctest/doctest.h>

#include "accounting/rules/entity_book.hpp"
#include "tests/support/made_up_books.hpp"

using namespace redink;

namespace {

constexpr const char* kDebtor = "0x0000000000000000000000000000000000000005";

// Books of one reserve, posted by the rules; every event has a block of its own from 101 on.
struct Losses : test::BookedChain {
    Losses() : test::BookedChain{120} {
    }

    std::vector<ledger::Entry> post(const events::DomainEvent& event) {
        ++block;
        std::vector<ledger::Entry> entries;
        for (rules::Posting& posting : kept.apply(event)) {
            ledger::Entry entry;
            entry.book = posting.book;
            entry.rule = posting.rule;
            entry.entity = test::entity_of(1);
            entry.origin = test::origin_at(block, 0);
            entry.origin.ordinal = static_cast<std::uint32_t>(entries.size());
            entry.origin.evidence = evidence;
            entry.legs = std::move(posting.legs);
            entry.narrative = std::move(posting.narrative);
            entries.push_back(std::move(entry));
        }
        return entries;
    }

    void happen(const events::DomainEvent& event) {
        book(post(event), block + 1);
    }

    std::string write_offs() {
        return ask(
            "SELECT block, amount, kind, borne_by, recovered_later, memo_claim, recovered_so_far "
            "FROM report.write_offs ORDER BY block, kind, borne_by");
    }

    rules::EntityBook kept;
    PartyId debtor = test::party_of(5);
    Digest evidence;
    std::uint64_t block = 100;
};

}  // namespace

TEST_CASE("a write-off shows what came back on it and what can still come") {
    Losses losses;
    losses.happen(events::Supplied{test::party_of(1), 1'000});
    losses.happen(events::Borrowed{losses.debtor, 400});
    CHECK(losses.write_offs().empty());
    losses.happen(events::DebtValued{losses.debtor, 400, 300, 0, 0});
    losses.happen(events::DebtWrittenOff{losses.debtor, 300});
    CHECK(losses.write_offs() == "104|300|written_off||0|300|0");
    losses.happen(events::RecoveredOpen{losses.debtor, events::Source::third_party, 120});
    CHECK(losses.write_offs().starts_with("104|300|written_off||"));
    CHECK(losses.ask("SELECT memo_claim = (SELECT balance FROM report.account_balances_at('aave', "
                     "105) WHERE account = 'memo.claim') FROM report.write_offs") == "t");
    CHECK(losses.ask("SELECT account, by_hand, finality, pool FROM report.write_offs") ==
          std::string{kDebtor} + "|f|booked|0xcc");
}

TEST_CASE("losses that layers bore stand by layer, and late recoveries count for the oldest") {
    Losses losses;
    losses.happen(events::Supplied{test::party_of(1), 1'000});
    losses.happen(events::Borrowed{losses.debtor, 400});
    losses.happen(events::DeficitCreated{losses.debtor, 300});
    losses.happen(events::DeficitCovered{test::party_of(9), events::Layer::treasury, 100, true});
    losses.happen(events::DeficitCovered{test::party_of(9), events::Layer::treasury, 50, true});
    losses.happen(events::LossSocialised{60});
    CHECK(losses.write_offs() ==
          "104|100|borne|treasury|0|0|0\n105|50|borne|treasury|0|0|0\n106|60|borne|lenders|0|0|0");
    losses.happen(events::RecoveredLate{
        losses.debtor, events::Source::third_party, events::Layer::treasury, 120});
    CHECK(losses.write_offs() ==
          "104|100|borne|treasury|100|0|0\n105|50|borne|treasury|20|0|0\n"
          "106|60|borne|lenders|0|0|0");
    CHECK(losses.ask("SELECT block, amount, claims_before, haircut_ratio, finality FROM "
                     "report.haircuts") == "106|60|850|0.070588235294117648|booked");
    CHECK(losses.ask("SELECT state, recognised_block, recognised, open, recovered, "
                     "recovered_share, covered_block FROM report.loss_history") ==
          "recognised|103|300|90|120|0.400000000000000000|");
    losses.happen(events::LossSocialised{90});
    CHECK(losses.ask("SELECT state, covered_block, time_to_cover_seconds, lag_blocks FROM "
                     "report.loss_history") == "covered|108|5|0");
}

TEST_CASE("a debt that was forgiven says so, and an entry by hand names its document") {
    Losses losses;
    losses.happen(events::Supplied{test::party_of(1), 1'000});
    losses.happen(events::Borrowed{losses.debtor, 400});
    losses.evidence.bytes.fill(8);
    losses.ask(
        "INSERT INTO ledger.document VALUES (1, decode(repeat('08', 32), 'hex'), 102, 'no claim', "
        "'proposal 467', 'Ada', 'Grace', '2026-04-20', '\\x00')");
    losses.happen(events::DebtForgiven{losses.debtor, 70});
    CHECK(losses.write_offs() == "103|70|forgiven||0|70|0");
    CHECK(losses.ask("SELECT by_hand, reason, reference, author FROM report.write_offs") ==
          "t|no claim|proposal 467|Ada");
}

TEST_CASE("what was taken back is no write-off and no haircut any more") {
    Losses losses;
    losses.happen(events::Supplied{test::party_of(1), 1'000});
    losses.happen(events::Borrowed{losses.debtor, 400});
    losses.happen(events::DeficitCreated{losses.debtor, 300});
    losses.happen(events::LossSocialised{60});
    REQUIRE(losses.ask("SELECT count(*) FROM report.write_offs") == "1");
    std::vector<ledger::Entry> mirrors;
    for (const char* book : {"economic", "contract"}) {
        const auto found = losses.reader.find_entry(
            Digest{chain::Hash32::parse(
                       losses.ask("SELECT DISTINCT entry_id FROM report.journal WHERE rule = 12 "
                                  "AND book = '" +
                                  std::string{book} + "'"))
                       ->bytes()});
        REQUIRE(found.has_value());
        mirrors.push_back(ledger::mirror_of(found->entry, found->identity));
    }
    losses.books.append(mirrors);
    CHECK(losses.ask("SELECT count(*) FROM report.write_offs") == "0");
    CHECK(losses.ask("SELECT count(*) FROM report.haircuts") == "0");
}

TEST_CASE("provisional losses are shown and say so") {
    Losses losses;
    losses.happen(events::Supplied{test::party_of(1), 1'000});
    losses.happen(events::Borrowed{losses.debtor, 400});
    losses.happen(events::DeficitCreated{losses.debtor, 300});
    std::vector<ledger::Entry> pending = losses.post(events::Withdrawn{test::party_of(1), 200});
    for (ledger::Entry& entry : losses.post(events::LossSocialised{60})) {
        pending.push_back(std::move(entry));
    }
    losses.books.replace_provisional(pending, test::block_ref(115));
    CHECK(losses.ask("SELECT amount, claims_before, finality, entry_id IS NULL FROM "
                     "report.haircuts") == "60|800|provisional|t");
    CHECK(losses.ask("SELECT amount, borne_by, finality FROM report.write_offs") ==
          "60|lenders|provisional");
}
