#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounting/money/u256.hpp"

namespace redink::positions {

/// A version of Aave v3: 300 stands for 3.0.0, 301 for every later 3.0.x, 310 for 3.1 … 370 for
/// 3.7. Each rule that changed between versions asks this number.
class AaveVersion {
  public:
    /// From the text of a configuration: "3.0", "3.0.0", "3.0.2", "3.1" … "3.7". "3.0" alone means
    /// 3.0.1 and later, which is what every public market ran. Empty for anything else.
    [[nodiscard]] static std::optional<AaveVersion> parse(std::string_view text);

    /// From the pool's POOL_REVISION (aave-v3-core, aave-v3-origin: PoolInstance.sol). Empty for a
    /// revision that is newer than this program.
    [[nodiscard]] static std::optional<AaveVersion> from_pool_revision(const U256& revision);

    /// From the stored number; empty when it is none of ours.
    [[nodiscard]] static std::optional<AaveVersion> from_code(std::int64_t code);

    [[nodiscard]] int code() const {
        return code_;
    }

    /// "3.6" for 360, "3.0.0" for 300, "3.0" for 301.
    [[nodiscard]] std::string text() const;

    /// Scaled balances round towards the protocol instead of half up (TokenMath.sol, from 3.5).
    [[nodiscard]] bool directed_rounding() const {
        return code_ >= 350;
    }

    /// The compound interest of 3.4 and later (MathUtils.sol) instead of the three binomial terms.
    [[nodiscard]] bool compounds_by_exponent() const {
        return code_ >= 340;
    }

    /// 3.0.0 only: the debt index stands still while the liquidity rate is zero.
    [[nodiscard]] bool debt_index_needs_liquidity_rate() const {
        return code_ == 300;
    }

    /// From 3.1 a new reserve factor does not apply to the time before it.
    [[nodiscard]] bool syncs_before_reserve_factor() const {
        return code_ >= 310;
    }

    /// From 3.1 the pool counts its cash itself (virtual accounting).
    [[nodiscard]] bool counts_cash() const {
        return code_ >= 310;
    }

    /// From 3.3 the pool records debt that nobody will repay (getReserveDeficit).
    [[nodiscard]] bool records_deficits() const {
        return code_ >= 330;
    }

    /// From 3.2 a category lists its collateral; before, a reserve belongs to one category.
    [[nodiscard]] bool emode_lists_collateral() const {
        return code_ >= 320;
    }

    /// Until 3.3 part of a flash-loan premium raises the liquidity index.
    [[nodiscard]] bool flash_premium_raises_index() const {
        return code_ < 340;
    }

    /// From 3.5 a liquidation paid in aTokens accrues the collateral reserve without an event.
    [[nodiscard]] bool liquidation_accrues_silently() const {
        return code_ >= 350;
    }

    /// 3.5 and 3.6: liquidating an asset against itself accrues the treasury share twice.
    [[nodiscard]] bool same_asset_liquidation_accrues_twice() const {
        return code_ >= 350 && code_ < 370;
    }

    /// From 3.5 debt is valued rounded up, and the health factor is taken from the weighted sum.
    [[nodiscard]] bool values_debt_rounded_up() const {
        return code_ >= 350;
    }

    /// From 3.6 flagged collateral counts even when its liquidation threshold is zero.
    [[nodiscard]] bool counts_zero_threshold_collateral() const {
        return code_ >= 360;
    }

    friend bool operator==(AaveVersion, AaveVersion) = default;

  private:
    explicit AaveVersion(int code) : code_{code} {
    }

    int code_;
};

}  // namespace redink::positions
