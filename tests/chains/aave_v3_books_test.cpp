#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "app/bookkeeper/event_of.hpp"
#include "app/bookkeeper/market_book.hpp"
#include "tests/support/compared.hpp"
#include "tests/support/replayed_market.hpp"

namespace redink::test {
namespace {

using ledger::Account;
using nlohmann::json;

// Keeps the books of a recorded chain in memory, block by block.
class KeptBooks {
  public:
    explicit KeptBooks(ReplayedMarket& market) : market_{market} {
        market.on_block = [this](const chain::Header& header, const rows::Batch& batch) {
            post(header, batch);
        };
    }

    // At the end of the next blocks every reserve is accrued, as at a checkpoint.
    bool accrue_all = false;

    [[nodiscard]] const rules::EntityBook& of(rows::ReserveId reserve) const {
        return book_.books().at(reserve);
    }

    std::vector<std::string> faults;
    std::size_t entries = 0;
    std::map<rows::ReserveId, U256> recognised;

  private:
    void post(const chain::Header& header, const rows::Batch& batch) {
        for (const rows::Reserve& reserve : batch.reserves) {
            ledger::Entity entity;
            entity.pool = reserve.pool;
            entity.asset.bytes = app::party_of(reserve.asset).bytes;
            book_.add_entity(reserve.id, entity);
        }
        std::set<rows::ReserveId> changed;
        for (const auto& version : batch.reserve_states) {
            changed.insert(version.id);
        }
        for (const auto& event : batch.domain_events) {
            changed.insert(event.reserve);
        }
        for (const auto& [asset, reserve] : market_.reserves) {
            if (accrue_all) {
                changed.insert(reserve.id);
            }
        }
        std::vector<app::TotalsNow> totals;
        for (const rows::ReserveId reserve : changed) {
            totals.push_back({reserve, market_.totals(reserve, header.timestamp)});
        }
        app::BlockInput input;
        input.block.number = header.number.value();
        input.block.time = header.timestamp;
        input.events = batch.domain_events;
        input.totals = totals;
        const app::BlockEntries posted = book_.post(input);
        for (const app::BookFault& fault : posted.faults) {
            faults.push_back("block " + std::to_string(header.number.value()) + ": " + fault.text);
        }
        for (const ledger::Entry& entry : posted.entries) {
            CHECK(ledger::check(entry) == ledger::EntryFault::none);
        }
        entries += posted.entries.size();
    }

    ReplayedMarket& market_;
    app::MarketBook book_;
};

void compare_books(const KeptBooks& books,
                   const ReplayedMarket& market,
                   const json& snapshot,
                   Compared& compared) {
    for (const auto& [asset, want] : snapshot["reserves"].items()) {
        const rows::Reserve& reserve = market.reserves.at(chain::Address::parse(asset).value());
        const rules::EntityBook& book = books.of(reserve.id);
        const std::string at =
            "block " + snapshot["block"].dump() + " " + want["symbol"].get<std::string>() + " ";
        const auto balance = [&book](Account account) { return book.total(account).units(); };
        const auto number = [&want](const char* key) {
            return from_decimal(want[key].get<std::string>()).value();
        };
        U256 loans = number("variableDebtTotalSupply");
        if (want.contains("stableTotalSupply")) {
            loans += number("stableTotalSupply");
        }
        compared.equal(at + "loans", balance(Account::loans), to_decimal(loans));
        compared.equal(at + "lenders", balance(Account::claims_lenders), want["aTokenTotalSupply"]);
        if (want.contains("deficit")) {
            compared.equal(at + "deficit", balance(Account::deficit_open), want["deficit"]);
            compared.equal(at + "cash", balance(Account::cash), want["virtualUnderlyingBalance"]);
        } else {
            // Donations lie in the token beside what the protocol knows of.
            CHECK(balance(Account::cash) <= number("underlyingInAToken"));
        }
    }
}

void keep_books(const std::string& folder, const std::string& version) {
    ReplayedMarket market{folder, version};
    KeptBooks books{market};
    Compared compared;
    const json truth = read_json(folder + "/truth.json.gz");
    std::uint64_t reached = 0;
    for (const json& snapshot : truth["snapshots"]) {
        const auto block = snapshot["block"].get<std::uint64_t>();
        books.accrue_all = false;
        if (block > reached + 1) {
            market.advance_to(block - 1);
        }
        books.accrue_all = true;
        market.advance_to(block);
        reached = block;
        compare_books(books, market, snapshot, compared);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(books.faults.size(), 20); ++i) {
        MESSAGE(books.faults[i]);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(compared.differences.size(), 20); ++i) {
        MESSAGE(compared.differences[i]);
    }
    for (const auto& [asset, reserve] : market.reserves) {
        const SignedUnits slack = books.of(reserve.id).total(Account::capital_slack);
        MESSAGE("slack " << std::string{slack.is_negative() ? "-" : ""}
                         << to_decimal(slack.units()));
    }
    MESSAGE(folder << ": " << books.entries << " entries, " << compared.numbers << " numbers");
    CHECK(books.faults.empty());
    CHECK(compared.differences.empty());
}

}  // namespace

TEST_CASE("the contract book of the recorded Aave v3.6 chain equals the contracts' totals") {
    keep_books(REDINK_TEST_DATA "/chains/aave-v3", "3.6");
}

TEST_CASE("the contract book of the recorded Aave v3.0 chain equals the contracts' totals") {
    keep_books(REDINK_TEST_DATA "/chains/aave-v30", "3.0");
}

}  // namespace redink::test
