#include "accounting/waterfall/haircut.hpp"

#include "accounting/money/invariant.hpp"
#include "accounting/waterfall/apportion.hpp"

namespace redink::waterfall {
namespace {

U256 distance(const U256& a, const U256& b) {
    return a > b ? U256{a - b} : U256{b - a};
}

}  // namespace

Fraction haircut(const U256& residual, const U256& claims) {
    return {residual, claims};
}

std::vector<LenderLoss> share_loss(const U256& loss, std::span<const Claim> claims) {
    std::vector<U256> weights;
    weights.reserve(claims.size());
    U256 total = 0;
    for (const Claim& claim : claims) {
        weights.push_back(claim.units);
        total += claim.units;
    }
    invariant(loss <= total, "a loss above the claims that bear it");
    const std::vector<U256> parts = apportion(loss, weights);
    std::vector<LenderLoss> losses;
    losses.reserve(claims.size());
    for (std::size_t i = 0; i < claims.size(); ++i) {
        losses.push_back({claims[i].account, claims[i].units, parts[i]});
    }
    return losses;
}

U256 SharePool::to_assets(const U256& held) const {
    const U256 all = shares + virtual_shares;
    return all.is_zero() ? U256{0} : mul_div(held, assets + virtual_assets, all, Round::down);
}

std::vector<LenderLoss> share_loss_by_price(const U256& loss,
                                            const SharePool& before,
                                            std::span<const ShareHolding> holdings) {
    invariant(loss <= before.assets, "a loss above the assets of the pool");
    SharePool after = before;
    after.assets -= loss;
    std::vector<LenderLoss> losses;
    losses.reserve(holdings.size());
    U256 shares = 0;
    U256 sum = before.to_assets(before.virtual_shares) - after.to_assets(before.virtual_shares);
    for (const ShareHolding& holding : holdings) {
        const U256 claim = before.to_assets(holding.shares);
        losses.push_back({holding.account, claim, claim - after.to_assets(holding.shares)});
        sum += losses.back().loss;
        shares += holding.shares;
    }
    invariant(shares == before.shares, "holdings that are not all shares of the pool");
    const std::size_t holders = holdings.size() + (before.virtual_shares.is_zero() ? 0 : 1);
    invariant(shares.is_zero() || distance(sum, loss) <= U256{holders},
              "losses by share price that differ from the loss by more than a unit each");
    return losses;
}

}  // namespace redink::waterfall
