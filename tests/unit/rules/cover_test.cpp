#include <array>

#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {
namespace {

/// Two debtors, of whom the second was written off in part.
const std::array<DebtorShare, 2> kShares{{{party(1), 10, 0}, {party(2), 5, 3}}};
constexpr const char* kUsedUp =
    "allowance@1 10, allowance@2 2, written_off@2 3, memo.offset@2 3 / ";

std::string borne(const std::string& rule, const std::string& by) {
    return "\n" + rule + " economic: " + kUsedUp + "borne." + by + "@1 10, borne." + by +
           "@2 5, memo.claim@2 3";
}

std::string paid(const std::string& rule, const std::string& from, const std::string& deficit) {
    return rule + " contract: " + from + " 15 / deficit." + deficit + "@1 10, deficit." + deficit +
           "@2 5";
}

std::string moved(const std::string& rule, const std::string& to) {
    return rule + " contract: deficit." + to + "@1 10, deficit." + to +
           "@2 5 / deficit.open@1 10, deficit.open@2 5";
}

}  // namespace

TEST_CASE("rule 7: the reserve pays") {
    CHECK(text_of(post_reserve_used(kShares)) ==
          paid("7", "capital.reserve", "open") + borne("7", "reserve"));
}

TEST_CASE("rule 8: the treasury pays with claims or with cash") {
    events::DeficitCovered event{party(9), events::Layer::treasury, 15, true};
    CHECK(text_of(post_treasury_paid(event, kShares)) ==
          paid("8", "claims.lenders", "open") + borne("8", "treasury"));
    event.with_claims = false;
    CHECK(text_of(post_treasury_paid(event, kShares)) ==
          paid("8", "cash", "open") + borne("8", "treasury"));
}

TEST_CASE("rule 9: slashing moves the deficit and takes from the stake; nobody bears it yet") {
    CHECK(text_of(post(events::InsuranceSlashed{party(7), 15}, kShares)) ==
          moved("9", "slashed") + "\n9 contract: insurance.capital@7 15 / insurance.stake@7 15");
}

TEST_CASE("rule 10: slashed funds are burned, or an insurer pays at once") {
    CHECK(text_of(post(events::SlashedBurned{15}, kShares)) ==
          paid("10", "claims.lenders", "slashed") + borne("10", "insurance"));
    const events::DeficitCovered event{party(9), events::Layer::insurance, 15, false};
    CHECK(text_of(post_insurance_paid(event, kShares)) ==
          paid("10", "cash", "open") + borne("10", "insurance"));
}

TEST_CASE("rule 11: an auction is opened and pays, or new capital pays at once") {
    CHECK(text_of(post(events::AuctionOpened{15}, kShares)) == moved("11", "auction"));
    CHECK(text_of(post(events::AuctionPaid{15}, kShares)) ==
          paid("11", "cash", "auction") + borne("11", "recap"));
    const events::DeficitCovered event{party(9), events::Layer::recap, 15, false};
    CHECK(text_of(post_recap_paid(event, kShares)) ==
          paid("11", "cash", "open") + borne("11", "recap"));
}

TEST_CASE("rule 12: lenders bear it") {
    CHECK(text_of(post_socialised(kShares)) ==
          paid("12", "claims.lenders", "open") + borne("12", "lenders"));
}

TEST_CASE("cover of nothing posts nothing") {
    CHECK(post_socialised({}).empty());
    CHECK(post(events::InsuranceSlashed{party(7), 0}, {}).empty());
}

}  // namespace redink::rules
