#include "accounting/valuation/policy.hpp"

#include <string_view>

namespace redink::valuation {
namespace {

void append(std::string& text, std::string_view name, const U256& value) {
    text.append(name).append("=").append(to_decimal(value)).append("\n");
}

}  // namespace

std::string canonical_text(const Policy& policy) {
    std::string text = "redink policy 1\n";
    append(text, "increase_below_wad", policy.increase_below_wad);
    append(text, "grace_seconds", U256{policy.grace_seconds});
    append(text, "min_debt_value", policy.dust.min_debt_value);
    append(text, "liquidation_cost_value", policy.dust.liquidation_cost_value);
    append(text, "write_off_after_seconds", U256{policy.write_off_after_seconds});
    append(text, "slippage_bps", U256{policy.slippage_bps});
    append(text, "max_price_age_seconds", U256{policy.max_price_age_seconds});
    return text;
}

}  // namespace redink::valuation
