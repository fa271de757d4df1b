#include "indexer/protocols/aave_v3/reserve.hpp"

#include "accounting/money/ray.hpp"

namespace redink::protocols::aave_v3 {
namespace {

using positions::AaveVersion;
using positions::Index;

U256 grown_debt_index(const rows::ReserveState& state, AaveVersion version, std::uint64_t now) {
    const bool stands_still =
        state.debt_scaled.is_zero() ||
        (version.debt_index_needs_liquidity_rate() && state.supply_rate.is_zero());
    if (stands_still) {
        return state.debt_index;
    }
    return positions::debt_index_at(
        version, Index{state.debt_index, state.debt_rate, state.last_update}, now);
}

// Interest on stable debt since the last update (ReserveLogic._accrueToTreasury, 3.0 and 3.1).
U256 stable_interest(const rows::ReserveState& state, AaveVersion version, std::uint64_t now) {
    if (state.stable_principal.is_zero()) {
        return 0;
    }
    const auto amount_at = [&](std::uint64_t time) {
        const std::uint64_t from = state.stable_last_update;
        const U256 growth = positions::compound_interest(
            version, state.stable_average_rate, time > from ? time - from : 0);
        return ray_mul(state.stable_principal, growth, Round::half_up);
    };
    return amount_at(now) - amount_at(state.last_update);
}

U256 interest_accrued(const rows::ReserveState& state,
                      AaveVersion version,
                      const U256& old_debt_index,
                      std::uint64_t now) {
    if (version.directed_rounding()) {
        return ray_mul(state.debt_scaled, state.debt_index - old_debt_index, Round::down);
    }
    return ray_mul(state.debt_scaled, state.debt_index, Round::half_up) -
           ray_mul(state.debt_scaled, old_debt_index, Round::half_up) +
           stable_interest(state, version, now);
}

}  // namespace

U256 accrue(ReserveBook& reserve,
            AaveVersion version,
            std::uint64_t now,
            std::uint64_t action,
            const std::optional<U256>& printed_debt_index) {
    rows::ReserveState& state = reserve.state;
    if (state.last_update == now) {
        return state.debt_index;
    }
    const U256 old_debt_index = state.debt_index;
    const U256 computed = grown_debt_index(state, version, now);
    if (!state.supply_rate.is_zero()) {
        state.supply_index = normalized_income(reserve, now);
    }
    const bool printed_is_sane = printed_debt_index && *printed_debt_index >= old_debt_index;
    state.debt_index = printed_is_sane ? *printed_debt_index : computed;
    reserve.accrued_share = 0;
    if (reserve.config.reserve_factor_bps != 0) {
        const U256 share = percent_mul(interest_accrued(state, version, old_debt_index, now),
                                       reserve.config.reserve_factor_bps,
                                       Round::half_up);
        reserve.accrued_share = ray_div(
            share, state.supply_index, version.directed_rounding() ? Round::down : Round::half_up);
        state.treasury_accrued += reserve.accrued_share;
    }
    state.last_update = now;
    reserve.accrued_in = action;
    return computed;
}

rows::ReserveTotals totals_of(const rows::ReserveState& state,
                              AaveVersion version,
                              std::uint64_t time) {
    const U256 income = positions::supply_index_at(
        {state.supply_index, state.supply_rate, state.last_update}, time);
    const U256 debt_index = positions::debt_index_at(
        version, {state.debt_index, state.debt_rate, state.last_update}, time);
    const Index stable{state.stable_principal, state.stable_average_rate, state.stable_last_update};
    rows::ReserveTotals totals;
    totals.loans = positions::debt_amount(version, state.debt_scaled, debt_index) +
                   positions::stable_debt_amount(version, stable, time);
    totals.lenders = positions::supply_amount(version, state.supply_scaled, income);
    totals.treasury = ray_mul(state.treasury_accrued, income, Round::down);
    totals.deficit = state.deficit;
    totals.cash = state.cash;
    return totals;
}

U256 normalized_income(const ReserveBook& reserve, std::uint64_t now) {
    const rows::ReserveState& state = reserve.state;
    return positions::supply_index_at(
        Index{state.supply_index, state.supply_rate, state.last_update}, now);
}

}  // namespace redink::protocols::aave_v3
