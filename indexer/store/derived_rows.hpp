#pragma once

#include "indexer/rows/reserve.hpp"

namespace pqxx {
class row;
}

namespace redink::store {

/// The columns of derived.reserve_state that make a state, in the order of the fields.
inline constexpr const char* kReserveStateColumns =
    "supply_index, debt_index, supply_rate, debt_rate, last_update, supply_scaled, debt_scaled, "
    "stable_principal, stable_average_rate, stable_last_update, treasury_accrued, deficit, cash";

/// Reads those columns, from the column `first` of a row on.
[[nodiscard]] rows::ReserveState reserve_state_of(const pqxx::row& row, int first);

}  // namespace redink::store
