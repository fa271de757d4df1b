#pragma once

#include <cstdint>
#include <functional>

#include "accounting/money/u256.hpp"
#include "indexer/chain/types.hpp"

/// Derived rows: what a protocol's adapter makes of logs, and the store keeps. Every row that can
/// change is versioned: it holds from its block until the next row of the same key.
namespace redink::rows {

/// What an account holds against a reserve. `collateral` is not lent (Morpho, Comet, Maker).
enum class Side : std::uint8_t { supply = 0, debt = 1, stable_debt = 2, collateral = 3 };

/// Dense number of a reserve within its market, from 1 in order of first appearance.
using ReserveId = std::int32_t;

/// Dense number of a position within its market, from 1 in order of first appearance.
using PositionId = std::int64_t;

/// Who holds what where, within one market.
struct PositionKey {
    ReserveId reserve = 0;
    chain::Address account;
    Side side = Side::supply;

    friend bool operator==(const PositionKey&, const PositionKey&) = default;
};

/// A position at the end of a block.
struct PositionState {
    U256 scaled;  ///< the protocol's own stored unit
    bool is_collateral = false;
    U256 rate;                ///< stable debt only: ray a year
    std::uint64_t since = 0;  ///< stable debt only: Unix seconds of the last accrual

    friend bool operator==(const PositionState&, const PositionState&) = default;
};

/// A position that appeared.
struct NewPosition {
    PositionId id = 0;
    PositionKey key;
    chain::BlockNumber block;
};

/// The state of a position from `block` on.
struct PositionVersion {
    PositionId id = 0;
    chain::BlockNumber block;
    PositionState state;
};

}  // namespace redink::rows

template <>
struct std::hash<redink::rows::PositionKey> {
    std::size_t operator()(const redink::rows::PositionKey& key) const noexcept {
        const std::size_t account = std::hash<redink::chain::Address>{}(key.account);
        const auto side = static_cast<std::size_t>(key.side);
        const auto slot = static_cast<std::size_t>(key.reserve) * 4U + side;
        return account ^ (slot + 1) * 0x9e3779b97f4a7c15U;
    }
};
