#include "accounting/valuation/stage.hpp"

#include "accounting/money/ray.hpp"

namespace redink::valuation {

std::string_view name_of(Stage stage) {
    switch (stage) {
        case Stage::performing:
            return "performing";
        case Stage::significant_increase:
            return "significant_increase";
        case Stage::credit_impaired:
            return "credit_impaired";
        case Stage::written_off:
            return "written_off";
    }
    return "";
}

Stage stage_of(const CreditState& state, const Policy& policy) {
    if (state.is_written_off) {
        return Stage::written_off;
    }
    const bool is_below_one = state.health_factor < wad();
    if (!state.shortfall.is_zero() ||
        (is_below_one && state.seconds_below_one > policy.grace_seconds)) {
        return Stage::credit_impaired;
    }
    if (is_below_one || state.health_factor < policy.increase_below_wad || state.is_flagged ||
        state.has_stale_price) {
        return Stage::significant_increase;
    }
    return Stage::performing;
}

bool is_write_off_due(std::optional<BadDebtKind> kind,
                      std::uint64_t seconds_in_kind,
                      const Policy& policy) {
    const bool is_without_recovery = kind == BadDebtKind::orphaned || kind == BadDebtKind::blocked;
    return is_without_recovery && seconds_in_kind > policy.write_off_after_seconds;
}

}  // namespace redink::valuation
