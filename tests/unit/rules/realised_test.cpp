#include "accounting/rules/realised.hpp"

#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {
namespace {

SignedUnits realised(const Postings& postings) {
    SignedUnits sum;
    for (const Posting& posting : postings) {
        sum = sum + realised_by(posting.legs);
    }
    return sum;
}

SignedUnits taken_back(Postings postings) {
    for (Posting& posting : postings) {
        posting = reversed(posting);
    }
    return realised(postings);
}

}  // namespace

TEST_CASE("deficits, absorbed debts and recoveries on loans are realised, once") {
    const std::vector<Postings> realising{
        post(events::DeficitCreated{party(1), 5}, {.allowance = 2}),
        post(events::DeficitCreated{party(1), 5}, {.allowance = 9}),
        post(events::DebtForgiven{party(1), 5}, {}),
        post(events::DebtAbsorbed{party(1), 5}, {.allowance = 9}),
        post(events::Repaid{party(1), 7}, {.written_off = 5}),
        post(events::RecoveredOpen{party(1), events::Source::borrower, 9},
             {.allowance = 9, .deficit_open = 4}),
    };
    for (const Postings& postings : realising) {
        CAPTURE(text_of(postings));
        CHECK(realised(postings) == SignedUnits::plus(5));
        CHECK(taken_back(postings) == SignedUnits::minus(5));
    }
}

TEST_CASE("valuation, cover, repayment and rounding realise nothing") {
    const std::vector<DebtorShare> shares{{party(1), 5, 2}};
    const std::vector<Postings> others{
        post(events::DebtValued{party(1), 9, 5, 1, 9}, {.allowance = 2}),
        post(events::DebtWrittenOff{party(1), 5}, {}),
        post(events::Repaid{party(1), 5}, {.allowance = 5}),
        post(events::InterestAccrued{SignedUnits::minus(1), {}, {}, {}, SignedUnits::minus(2)}),
        post_reserve_used(shares),
        post_socialised(shares),
        post(events::InsuranceSlashed{party(9), 5}, shares),
        post(events::RecoveredOpen{party(1), events::Source::borrower, 5},
             {.allowance = 5, .deficit_open = 5}),
        post(events::RecoveredLate{party(1), events::Source::borrower, events::Layer::lenders, 5}),
        post(events::CollateralSold{0, 5}, shares),
        {released(party(1), {.written_off = 5}, 5)},
    };
    for (const Postings& postings : others) {
        CAPTURE(text_of(postings));
        CHECK(realised(postings).is_zero());
        CHECK(taken_back(postings).is_zero());
    }
}

TEST_CASE("a recovery is seen by its accounts") {
    CHECK(
        has_recovery(post(events::CollateralSold{0, 5}, std::vector<DebtorShare>{{party(1), 5, 0}})
                         .back()
                         .legs));
    CHECK_FALSE(has_recovery(post(events::DebtAbsorbed{party(1), 5}, {}).back().legs));
}

}  // namespace redink::rules
