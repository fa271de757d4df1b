#include "indexer/store/derived_rows.hpp"

#include <pqxx/pqxx>

#include "indexer/store/sql_values.hpp"

namespace redink::store {

rows::ReserveState reserve_state_of(const pqxx::row& row, int first) {
    int at = first;
    const auto number = [&] { return number_of(row[at++].c_str()); };
    const auto seconds = [&] { return row[at++].as<std::uint64_t>(); };
    rows::ReserveState state;
    state.supply_index = number();
    state.debt_index = number();
    state.supply_rate = number();
    state.debt_rate = number();
    state.last_update = seconds();
    state.supply_scaled = number();
    state.debt_scaled = number();
    state.stable_principal = number();
    state.stable_average_rate = number();
    state.stable_last_update = seconds();
    state.treasury_accrued = number();
    state.deficit = number();
    if (!row[at].is_null()) {
        state.cash = number();
    }
    return state;
}

}  // namespace redink::store
