#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <doctest/doctest.h>

#include "tests/support/made_up_books.hpp"

using namespace redink;
using store::AsOf;

namespace {

constexpr std::uint64_t kLast = 160;
constexpr int kRounds = 40;

struct Recorded {
    std::uint64_t position;
    ledger::Entry entry;
};

using Key = std::tuple<ledger::Entity, ledger::Account, PartyId>;
using Naive = std::map<Key, SignedUnits>;

// Sums from nothing.
Naive naive(const std::vector<Recorded>& entries, const AsOf& as_of) {
    Naive sums;
    for (const Recorded& one : entries) {
        if (one.position > as_of.known_at || one.entry.origin.block.number > as_of.block) {
            continue;
        }
        for (const ledger::Leg& leg : one.entry.legs) {
            const bool grows = (ledger::info(leg.account).nature == ledger::Nature::debit) ==
                               (leg.side == ledger::Side::debit);
            SignedUnits& sum = sums[{one.entry.entity, leg.account, leg.party}];
            sum = grows ? sum + SignedUnits::plus(leg.units) : sum - SignedUnits::plus(leg.units);
        }
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second.is_zero(); });
    return sums;
}

Naive stored(test::BookedChain& chain, const AsOf& as_of) {
    Naive sums;
    for (const auto& balance : chain.reader.load_balances(ledger::Book::contract, as_of)) {
        sums[{balance.entity, balance.account, balance.party}] = balance.amount;
    }
    return sums;
}

// Random histories of one ledger: new blocks, corrections of old ones, questions in between.
class History {
  public:
    explicit History(std::uint64_t seed, std::size_t entries_per_snapshot)
        : chain{kLast, {entries_per_snapshot}}, maker_{seed, 4, 2} {
    }

    void post_some() {
        std::vector<ledger::Entry> entries;
        const std::size_t count = 1 + maker_.random().below(30);
        while (entries.size() < count) {
            block_ = std::min(kLast, block_ + maker_.random().below(2));
            ledger::Entry entry = maker_.next(block_);
            if (entry.book == ledger::Book::contract) {
                entries.push_back(entry);
            }
        }
        post(entries);
    }

    void correct_some() {
        std::vector<ledger::Entry> entries;
        const std::size_t one_of = 1 + maker_.random().below(6);
        for (const Recorded& one : recorded) {
            const Digest identity = store_identity(one);
            if (!reversed_.contains(identity) && maker_.random().below(one_of) == 0) {
                reversed_.insert(identity);
                entries.push_back(ledger::mirror_of(one.entry, identity));
                entries.push_back(one.entry);
                entries.back().rule = ledger::Rule::interest;
                entries.back().reverses.reset();
                entries.back().origin.revision += 1 + static_cast<std::uint32_t>(one.position);
            }
        }
        post(entries);
    }

    [[nodiscard]] AsOf ask() {
        AsOf as_of{test::kFirstBlock + maker_.random().below(kLast - test::kFirstBlock)};
        if (maker_.random().below(2) == 0) {
            as_of.known_at = maker_.random().below(recorded.size() + 1);
        }
        return as_of;
    }

    test::BookedChain chain;
    std::vector<Recorded> recorded;

  private:
    void post(const std::vector<ledger::Entry>& entries) {
        CHECK(chain.books.append(entries).added == entries.size());
        for (const ledger::Entry& entry : entries) {
            recorded.push_back({recorded.size() + 1, entry});
        }
    }

    [[nodiscard]] Digest store_identity(const Recorded& one) {
        std::string text = chain.ask(
            "SELECT redink.hex(entry_id) FROM ledger.entry WHERE ledger_id = 2 AND "
            "position = " +
            std::to_string(one.position));
        return Digest{chain::Hash32::parse(text)->bytes()};
    }

    test::EntryMaker maker_;
    std::uint64_t block_ = test::kFirstBlock;
    std::set<Digest> reversed_;
};

}  // namespace

TEST_CASE("balances at any block and any position are the sums of what was recorded") {
    for (const std::size_t entries_per_snapshot : {3U, 25U, 10'000U}) {
        INFO("seed ", test::kSeed);
        CAPTURE(entries_per_snapshot);
        History history{test::kSeed + entries_per_snapshot, entries_per_snapshot};
        std::vector<std::pair<AsOf, Naive>> said;
        for (int round = 0; round < kRounds; ++round) {
            round % 13 == 12 ? history.correct_some() : history.post_some();
            for (int i = 0; i < 3; ++i) {
                const AsOf as_of = history.ask();
                const Naive found = stored(history.chain, as_of);
                CHECK(found == naive(history.recorded, as_of));
                if (as_of.known_at != store::kEveryPosition) {
                    said.emplace_back(as_of, found);
                }
            }
        }
        CHECK(said.size() > 20);
        for (const auto& [as_of, before] : said) {
            CHECK(stored(history.chain, as_of) == before);
        }
        CHECK(history.chain.verify().empty());
        const std::string snapshots = history.chain.ask(
            "SELECT count(*) FILTER (WHERE entries = position) > 0, count(*) FILTER (WHERE entries "
            "< position) > 0 FROM ledger.snapshot");
        CHECK(snapshots == (entries_per_snapshot < 10'000 ? "t|t" : "f|f"));
    }
}

TEST_CASE("a snapshot is used where there is one") {
    test::BookedChain chain{kLast, {5}};
    std::vector<ledger::Entry> entries;
    for (std::uint32_t i = 0; i < 20; ++i) {
        entries.push_back(test::supply_at(100 + i, 0, 10));
    }
    chain.book(entries, 130);
    const auto cash_at = [&chain](std::uint64_t block) {
        return chain.ask("SELECT balance FROM report.trial_balance_at('aave', " +
                         std::to_string(block) + ") WHERE account = 'cash'");
    };
    CHECK(cash_at(112) == "130");
    // One of the snapshot that block 112 rests on; the ones before and after do not matter.
    chain.ask(
        "UPDATE ledger.snapshot_balance SET net = net + 1000 WHERE position = 10 AND net > 0");
    CHECK(cash_at(112) == "1130");
    CHECK(cash_at(108) == "90");
    CHECK(cash_at(116) == "170");
    chain.ask("DELETE FROM ledger.snapshot WHERE position = 10");
    CHECK(cash_at(112) == "130");
}
