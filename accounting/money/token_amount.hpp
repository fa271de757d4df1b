#pragma once

#include <compare>

#include "accounting/money/ids.hpp"
#include "accounting/money/u256.hpp"

namespace redink {

/// An amount of one token in its smallest unit. Sums exist only within one asset; nothing converts.
class TokenAmount {
  public:
    TokenAmount(AssetId asset, U256 units) : asset_{asset}, units_{units} {
    }

    [[nodiscard]] const AssetId& asset() const {
        return asset_;
    }

    [[nodiscard]] const U256& units() const {
        return units_;
    }

    /// Throws std::logic_error when the assets differ, std::overflow_error at 2^256.
    friend TokenAmount operator+(const TokenAmount& a, const TokenAmount& b);

    /// Throws std::logic_error when the assets differ, std::range_error below zero.
    friend TokenAmount operator-(const TokenAmount& a, const TokenAmount& b);

    friend bool operator==(const TokenAmount&, const TokenAmount&) = default;

  private:
    AssetId asset_;
    U256 units_;
};

}  // namespace redink
