#include "app/bookkeeper/valuer.hpp"

#include <doctest/doctest.h>

namespace redink::app {
namespace {

constexpr std::uint64_t kDay = 86'400;

chain::Address address(std::uint8_t number) {
    std::array<std::uint8_t, 20> bytes{};
    bytes.back() = number;
    return chain::Address{bytes};
}

rows::ExposureRow debt(std::uint8_t account, std::uint64_t amount) {
    rows::ExposureRow row;
    row.account = address(account);
    row.reserve = 1;
    row.asset = address(101);
    row.price = 1;
    row.debt_amount = amount;
    row.debt_value = U256{amount};
    row.health_factor = pow10(17) * 9;
    return row;
}

rows::ExposureRow collateral(std::uint8_t account, std::uint64_t value) {
    rows::ExposureRow row;
    row.account = address(account);
    row.reserve = 2;
    row.asset = address(102);
    row.price = 1;
    row.supply_amount = value;
    row.is_collateral = true;
    row.collateral_value = U256{value};
    row.bonus_bps = 10'500;
    row.health_factor = pow10(17) * 9;
    return row;
}

valuation::Policy policy() {
    valuation::Policy policy;
    policy.dust = {10, 2};
    return policy;
}

rows::ValuationRow value_at(std::uint64_t time,
                            const std::vector<rows::ExposureRow>& exposures,
                            const rows::ValuationRow* before = nullptr) {
    ValuationInput input;
    input.block.number = time;
    input.block.time = time;
    input.exposures = exposures;
    input.unit = "usd_e0";
    input.before = before;
    return value_debts(input, policy());
}

}  // namespace

TEST_CASE("a debt is short of what its collateral brings in less the bonus") {
    const auto valued = value_at(100, {debt(1, 1'000), collateral(1, 1'000)});
    REQUIRE(valued.debts.size() == 1);
    CHECK(valued.debts[0].shortfall == 1'000 - 952);
    CHECK(valued.debts[0].kind == "latent");
    CHECK(valued.debts[0].stage == 3);
    CHECK(valued.debts[0].below_since == 100);
    CHECK(valued.debtors == 1);
}

TEST_CASE("a debt that is well covered is not among the valued ones") {
    std::vector<rows::ExposureRow> rows{debt(1, 1'000), collateral(1, 9'000)};
    for (auto& row : rows) {
        row.health_factor = pow10(18) * 3;
    }
    CHECK(value_at(100, rows).debts.empty());
}

TEST_CASE("time below water and beyond hope is counted without a break") {
    const auto first = value_at(100, {debt(1, 1'000)});
    CHECK(first.debts[0].kind == "orphaned");
    CHECK(first.debts[0].hopeless_since == 100);
    const auto second = value_at(500, {debt(1, 1'000)}, &first);
    CHECK(second.debts[0].hopeless_since == 100);
    const auto rescued = value_at(600, {debt(1, 1'000), collateral(1, 1'000)}, &second);
    CHECK(!rescued.debts[0].hopeless_since);
    CHECK(rescued.debts[0].below_since == 100);
    const auto lost = value_at(700, {debt(1, 1'000)}, &rescued);
    CHECK(lost.debts[0].hopeless_since == 700);
}

TEST_CASE("a debt without hope is written off after the policy's time and not before") {
    const auto first = value_at(1'000, {debt(1, 500)});
    const std::uint64_t due = 1'000 + 90 * kDay;
    CHECK(value_at(due, {debt(1, 500)}, &first).debts[0].written_off == 0);
    const auto written = value_at(due + 1, {debt(1, 500)}, &first);
    CHECK(written.debts[0].written_off == 500);
    CHECK(to_posting(written).debts[0].is_beyond_hope);
}

TEST_CASE("without a price an account keeps what was found before, as far as it still owes") {
    const auto first = value_at(100, {debt(1, 1'000)});
    rows::ExposureRow unpriced = debt(1, 600);
    unpriced.price.reset();
    unpriced.debt_value.reset();
    const auto second = value_at(200, {unpriced}, &first);
    CHECK(second.unpriced == 1);
    REQUIRE(second.debts.size() == 1);
    CHECK(second.debts[0].gross == 600);
    CHECK(second.debts[0].shortfall == 600);
    CHECK(value_at(200, {unpriced}).debts.empty());
}

TEST_CASE("dust of a reserve is posted as one debtor") {
    const auto valued = value_at(100, {debt(1, 5), collateral(1, 1), debt(2, 4), collateral(2, 1)});
    CHECK(valued.debts.size() == 2);
    const Valuation posting = to_posting(valued);
    REQUIRE(posting.debts.size() == 1);
    CHECK(posting.debts[0].account.is_nobody());
    CHECK(posting.debts[0].gross == 9);
}

TEST_CASE("evidence tells prices and policy apart") {
    const auto base = value_at(100, {debt(1, 1'000)});
    rows::ExposureRow dearer = debt(1, 1'000);
    dearer.price = 2;
    CHECK(value_at(100, {dearer}).price_digest != base.price_digest);
    CHECK(value_at(100, {dearer}).evidence != base.evidence);
    ValuationInput input;
    input.block.number = 100;
    input.block.time = 100;
    const std::vector<rows::ExposureRow> rows{debt(1, 1'000)};
    input.exposures = rows;
    input.unit = "usd_e0";
    valuation::Policy other = policy();
    other.grace_seconds = 1;
    CHECK(value_debts(input, other).price_digest == base.price_digest);
    CHECK(value_debts(input, other).evidence != base.evidence);
}

}  // namespace redink::app
