#include "accounting/positions/aave_interest.hpp"

#include "accounting/money/ray.hpp"

namespace redink::positions {
namespace {

constexpr std::uint64_t kYearSeconds = 31'536'000;

U256 rate_over(const U256& rate, std::uint64_t seconds) {
    return U256{rate * seconds / kYearSeconds};
}

// MathUtils.sol of 3.0 to 3.3: (1 + x)^n by three binomial terms.
U256 binomial_interest(const U256& rate, std::uint64_t seconds) {
    const U256 exponent{seconds};
    const U256 less_one{seconds - 1};
    const U256 less_two{seconds > 2 ? seconds - 2 : 0};
    const U256 year{kYearSeconds};
    const U256 power_two = ray_mul(rate, rate, Round::half_up) / (year * year);
    const U256 power_three = ray_mul(power_two, rate, Round::half_up) / year;
    const U256 second_term = exponent * less_one * power_two / 2U;
    const U256 third_term = exponent * less_one * less_two * power_three / 6U;
    return ray() + rate_over(rate, seconds) + second_term + third_term;
}

// MathUtils.sol from 3.4: e^x by three Taylor terms.
U256 exponential_interest(const U256& rate, std::uint64_t seconds) {
    const U256 x = rate_over(rate, seconds);
    const U256 third = ray_mul(x, x / 6U, Round::half_up);
    return ray() + x + ray_mul(x, x / 2U + third, Round::half_up);
}

}  // namespace

U256 linear_interest(const U256& rate, std::uint64_t seconds) {
    return ray() + rate_over(rate, seconds);
}

U256 compound_interest(AaveVersion version, const U256& rate, std::uint64_t seconds) {
    if (seconds == 0) {
        return ray();
    }
    return version.compounds_by_exponent() ? exponential_interest(rate, seconds)
                                           : binomial_interest(rate, seconds);
}

U256 supply_index_at(const Index& index, std::uint64_t now) {
    if (index.updated_at == now) {
        return index.value;
    }
    return ray_mul(
        linear_interest(index.rate, now - index.updated_at), index.value, Round::half_up);
}

U256 debt_index_at(AaveVersion version, const Index& index, std::uint64_t now) {
    if (index.updated_at == now) {
        return index.value;
    }
    return ray_mul(compound_interest(version, index.rate, now - index.updated_at),
                   index.value,
                   Round::half_up);
}

U256 supply_amount(AaveVersion version, const U256& scaled, const U256& index) {
    return ray_mul(scaled, index, version.directed_rounding() ? Round::down : Round::half_up);
}

U256 debt_amount(AaveVersion version, const U256& scaled, const U256& index) {
    return ray_mul(scaled, index, version.directed_rounding() ? Round::up : Round::half_up);
}

U256 stable_debt_amount(AaveVersion version, const Index& principal, std::uint64_t now) {
    if (principal.value.is_zero()) {
        return 0;
    }
    return ray_mul(principal.value,
                   compound_interest(version, principal.rate, now - principal.updated_at),
                   Round::half_up);
}

U256 scaled_supply_of(const U256& amount, const U256& index) {
    return ray_div(amount, index, Round::up);
}

U256 scaled_debt_of(const U256& amount, const U256& index) {
    return ray_div(amount, index, Round::down);
}

}  // namespace redink::positions
