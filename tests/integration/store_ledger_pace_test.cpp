#include <chrono>
#include <cstdlib>

#include <doctest/doctest.h>

#include "tests/support/made_up_books.hpp"

using namespace redink;

namespace {

constexpr std::size_t kEntries = 20'000;
constexpr std::uint64_t kBlocks = 400;
constexpr std::size_t kEntriesPerCommit = 20'000;
constexpr std::uint32_t kParties = 20'000;
constexpr std::uint8_t kEntities = 20;

std::size_t wanted_entries() {
    const char* text = std::getenv("REDINK_LEDGER_ENTRIES");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : kEntries;
}

template <class F>
double seconds_of(F action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Mirrors of some entries and what should have been there instead.
std::vector<ledger::Entry> corrections_of(test::BookedChain& chain, std::size_t every) {
    std::vector<ledger::Entry> entries;
    chain.reader.load_entries(ledger::Book::contract, 1, [&](const store::StoredEntry& row) {
        if (row.position % every == 0 && row.entry.rule != ledger::Rule::reversal) {
            entries.push_back(ledger::mirror_of(row.entry, row.identity));
            entries.push_back(row.entry);
            entries.back().origin.revision += 1;
        }
    });
    return entries;
}

double slowest_trial_balance(test::BookedChain& chain) {
    double slowest = 0;
    for (std::uint64_t block = test::kFirstBlock; block < test::kFirstBlock + kBlocks; block += 9) {
        const std::string sql =
            "SELECT count(*) FROM report.trial_balance_at('aave', " + std::to_string(block) + ")";
        slowest = std::max(slowest, seconds_of([&] { CHECK(chain.ask(sql) != "0"); }));
    }
    return slowest;
}

}  // namespace

TEST_CASE("a ledger is posted, verified and summed at the pace that years of history need") {
    const std::size_t wanted = wanted_entries();
    test::BookedChain chain{test::kFirstBlock + kBlocks};
    test::EntryMaker maker{test::kSeed, kParties, kEntities};
    double posting = 0;
    for (std::size_t done = 0; done < wanted; done += kEntriesPerCommit) {
        std::vector<ledger::Entry> entries;
        std::uint64_t block = 0;
        for (std::size_t i = done; i < std::min(wanted, done + kEntriesPerCommit); ++i) {
            block = test::kFirstBlock + i * kBlocks / wanted;
            entries.push_back(maker.next(block));
        }
        posting += seconds_of([&] { chain.book(entries, block); });
    }
    MESSAGE("posted " << wanted << " entries, " << static_cast<double>(wanted) / posting
                      << " in a second");
    std::uint64_t checked = 0;
    const double verifying = seconds_of([&] {
        for (const ledger::Book book : {ledger::Book::contract, ledger::Book::economic}) {
            const store::LedgerCheck check =
                store::verify_chain(chain.connection, chain.market, book);
            CHECK_FALSE(check.fault);
            checked += check.entries;
        }
    });
    CHECK(checked == wanted);
    MESSAGE("verified in " << verifying << " s");
    MESSAGE("slowest trial balance " << slowest_trial_balance(chain) << " s");
    const std::vector<ledger::Entry> corrections = corrections_of(chain, 20);
    const double correcting = seconds_of([&] { chain.books.append(corrections); });
    MESSAGE("corrected " << corrections.size() << " in " << correcting << " s");
    const double slowest = slowest_trial_balance(chain);
    MESSAGE("slowest trial balance after corrections " << slowest << " s");
    CHECK(slowest < 2.0);
    CHECK(chain.verify().empty());
}
