#include "accounting/coverage/cover.hpp"

#include <algorithm>

#include "accounting/money/invariant.hpp"

namespace redink::coverage {

Ratio reserve_cover(const SignedUnits& reserve, const U256& bad_debt) {
    const U256 usable = reserve.is_negative() ? U256{0} : reserve.units();
    return to_wad({std::min(usable, bad_debt), bad_debt}, Round::down);
}

Ratio insurance_cover(const Insurance& insurance, const U256& bad_debt) {
    const U256 exposed = bad_debt > insurance.offset ? U256{bad_debt - insurance.offset} : U256{0};
    return to_wad({std::min(insurance.capacity, exposed), bad_debt}, Round::down);
}

Ratio whole(const U256& residual, const U256& bad_debt) {
    invariant(residual <= bad_debt, "a residual above the bad debt");
    return to_wad({bad_debt - residual, bad_debt}, Round::down);
}

Ratio pool_cover(std::span<const AssetCover> assets) {
    Fraction sum;
    for (const AssetCover& asset : assets) {
        invariant(asset.absorbed <= asset.bad_debt, "an asset that absorbs more than its bad debt");
        sum.part += asset.absorbed;
        sum.whole += asset.bad_debt;
    }
    return to_wad(sum, Round::down);
}

Ratio stress_cover(const U256& capacity, const U256& stressed_loss) {
    return to_wad({capacity, stressed_loss}, Round::down);
}

}  // namespace redink::coverage
