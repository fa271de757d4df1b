#include "accounting/valuation/stage.hpp"

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"

namespace redink::valuation {
namespace {

const Policy kPolicy;

// In hundredths.
CreditState with_health(std::uint64_t percent) {
    CreditState state;
    state.health_factor = wad() * percent / 100U;
    return state;
}

Stage stage(const CreditState& state) {
    return stage_of(state, kPolicy);
}

}  // namespace

TEST_CASE("the band of the health factor parts stages 1 and 2") {
    CHECK(stage(with_health(110)) == Stage::performing);
    CHECK(stage(with_health(109)) == Stage::significant_increase);
    CHECK(stage(with_health(100)) == Stage::significant_increase);
    CreditState no_debt;
    no_debt.health_factor = max_u256();
    CHECK(stage(no_debt) == Stage::performing);
}

TEST_CASE("a health factor below 1 is impaired after the grace, not within it") {
    CreditState state = with_health(99);
    state.seconds_below_one = 3'600;
    CHECK(stage(state) == Stage::significant_increase);
    state.seconds_below_one = 3'601;
    CHECK(stage(state) == Stage::credit_impaired);
}

TEST_CASE("a shortfall is impaired whatever the health factor and the grace") {
    CreditState state = with_health(200);
    state.shortfall = 1;
    CHECK(stage(state) == Stage::credit_impaired);
}

TEST_CASE("a flag or a stale price is a significant increase") {
    CreditState flagged = with_health(300);
    flagged.is_flagged = true;
    CHECK(stage(flagged) == Stage::significant_increase);
    CreditState stale = with_health(300);
    stale.has_stale_price = true;
    CHECK(stage(stale) == Stage::significant_increase);
    stale.shortfall = 1;
    CHECK(stage(stale) == Stage::credit_impaired);
}

TEST_CASE("written off stays written off") {
    CreditState state = with_health(300);
    state.is_written_off = true;
    CHECK(stage(state) == Stage::written_off);
}

TEST_CASE("a write-off is due for orphaned and blocked debt after the policy's time") {
    const std::uint64_t after = kPolicy.write_off_after_seconds;
    CHECK(after == 90 * 86'400);
    CHECK(is_write_off_due(BadDebtKind::orphaned, after + 1, kPolicy));
    CHECK(is_write_off_due(BadDebtKind::blocked, after + 1, kPolicy));
    CHECK_FALSE(is_write_off_due(BadDebtKind::orphaned, after, kPolicy));
    CHECK_FALSE(is_write_off_due(BadDebtKind::latent, after + 1, kPolicy));
    CHECK_FALSE(is_write_off_due(BadDebtKind::dust, after + 1, kPolicy));
    CHECK_FALSE(is_write_off_due(std::nullopt, after + 1, kPolicy));
}

TEST_CASE("every stage has a name of its own") {
    CHECK(name_of(Stage::performing) == "performing");
    CHECK(name_of(Stage::significant_increase) == "significant_increase");
    CHECK(name_of(Stage::credit_impaired) == "credit_impaired");
    CHECK(name_of(Stage::written_off) == "written_off");
}

}  // namespace redink::valuation
