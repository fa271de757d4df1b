#pragma once

#include <span>
#include <vector>

#include "accounting/money/ids.hpp"
#include "accounting/money/ratio.hpp"

namespace redink::waterfall {

/// The haircut h = residual loss / claims of the class that bears it, exact. Display it with to_ppm
/// or to_wad, rounded up.
[[nodiscard]] Fraction haircut(const U256& residual, const U256& claims);

/// What one lender is owed.
struct Claim {
    PartyId account;
    U256 units;
};

/// What one lender loses.
struct LenderLoss {
    PartyId account;
    U256 claim;  ///< before the loss
    U256 loss;   ///< of it; never more

    friend bool operator==(const LenderLoss&, const LenderLoss&) = default;
};

/// Shares a loss among lenders pro rata to their claims by largest remainder; the losses sum to it
/// exactly. InvariantBroken when the loss is above the claims.
[[nodiscard]] std::vector<LenderLoss> share_loss(const U256& loss, std::span<const Claim> claims);

/// The total of a pool in which lenders hold shares. What the protocol adds against inflation
/// attacks counts like one more holder (Morpho Blue: 10^6 shares and 1 asset; ERC-4626 with
/// offset).
struct SharePool {
    U256 assets;
    U256 shares;
    U256 virtual_assets;
    U256 virtual_shares;

    /// What `held` shares are worth, rounded down (Morpho Blue: SharesMathLib.toAssetsDown;
    /// ERC-4626: convertToAssets). Zero when there are no shares at all.
    [[nodiscard]] U256 to_assets(const U256& held) const;
};

/// The shares of one lender.
struct ShareHolding {
    PartyId account;
    U256 shares;
};

/// The loss of each holder when `loss` leaves the pool's assets and no share is burned: what the
/// shares were worth before less what they are worth after, by the protocol's own formula. The
/// holdings must be all shares of the pool. InvariantBroken when they are not, when the loss is
/// above the assets, or when the losses differ from `loss` by more than one unit for each holder
/// (the virtual one among them).
[[nodiscard]] std::vector<LenderLoss> share_loss_by_price(const U256& loss,
                                                          const SharePool& before,
                                                          std::span<const ShareHolding> holdings);

}  // namespace redink::waterfall
