#include "accounting/coverage/lender_value.hpp"

#include "accounting/money/invariant.hpp"

namespace redink::coverage {

LenderValue lender_value(const LenderAssets& assets) {
    const U256 owed = assets.loans + assets.deficits;
    const U256 lost = assets.allowance + assets.written_off;
    invariant(lost <= owed, "an allowance above what is owed");
    LenderValue value;
    value.net_assets = assets.cash + (owed - lost) + assets.expected_cover;
    value.per_claim = to_wad({value.net_assets, assets.claims}, Round::down);
    const U256 missing =
        assets.claims > value.net_assets ? U256{assets.claims - value.net_assets} : U256{0};
    value.shortfall = to_wad({missing, assets.claims}, Round::up);
    return value;
}

Ratio book_share_price(const U256& total_assets, const U256& shares) {
    return to_wad({total_assets, shares}, Round::down);
}

}  // namespace redink::coverage
