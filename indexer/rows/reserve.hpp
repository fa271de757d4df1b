#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounting/money/u256.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/rows/position.hpp"

namespace redink::rows {

/// One asset of a market: who keeps the balances and in what unit.
struct Reserve {
    ReserveId id = 0;
    chain::Bytes pool;       ///< the protocol's own isolated unit (Aave: the Pool)
    chain::Address reserve;  ///< the contract that keeps the balance
    chain::Address asset;    ///< the underlying token
    chain::Address supply_token;
    chain::Address debt_token;
    chain::Address stable_debt_token;
    std::optional<std::uint8_t> decimals;
    chain::BlockNumber block;  ///< where it appeared

    friend bool operator==(const Reserve&, const Reserve&) = default;
};

/// What a reserve stores, at the end of a block.
struct ReserveState {
    U256 supply_index;              ///< ray, as stored
    U256 debt_index;                ///< ray, as stored
    U256 supply_rate;               ///< ray a year
    U256 debt_rate;                 ///< ray a year
    std::uint64_t last_update = 0;  ///< Unix seconds
    U256 supply_scaled;
    U256 debt_scaled;
    U256 stable_principal;
    U256 stable_average_rate;  ///< ray a year
    std::uint64_t stable_last_update = 0;
    U256 treasury_accrued;     ///< as stored (Aave: scaled)
    U256 deficit;              ///< underlying units
    std::optional<U256> cash;  ///< underlying units, where the protocol counts it

    friend bool operator==(const ReserveState&, const ReserveState&) = default;
};

/// The state of a reserve from `block` on.
struct ReserveStateVersion {
    ReserveId id = 0;
    chain::BlockNumber block;
    ReserveState state;
};

/// The risk parameters of a reserve.
struct ReserveConfig {
    std::int32_t rules = 0;  ///< the protocol's own number for the rules in force
    std::uint32_t ltv_bps = 0;
    std::uint32_t liquidation_threshold_bps = 0;
    std::uint32_t liquidation_bonus_bps = 0;  ///< 10,500 means 5 % bonus; 0 means none set
    std::uint32_t reserve_factor_bps = 0;
    std::uint32_t liquidation_fee_bps = 0;
    std::uint32_t emode_category = 0;  ///< where a reserve belongs to one category
    bool active = true;
    bool frozen = false;
    bool paused = false;
    bool borrowing = false;

    friend bool operator==(const ReserveConfig&, const ReserveConfig&) = default;
};

/// The parameters of a reserve from `block` on.
struct ReserveConfigVersion {
    ReserveId id = 0;
    chain::BlockNumber block;
    ReserveConfig config;
};

/// A category of correlated assets with its own risk parameters (Aave e-mode).
struct EmodeCategory {
    std::uint32_t ltv_bps = 0;
    std::uint32_t liquidation_threshold_bps = 0;
    std::uint32_t liquidation_bonus_bps = 0;
    chain::Address price_source;  ///< until 3.1; zero when none
    std::string label;
    std::vector<ReserveId> collateral;  ///< ascending; from 3.2

    friend bool operator==(const EmodeCategory&, const EmodeCategory&) = default;
};

/// A category from `block` on.
struct EmodeCategoryVersion {
    std::uint32_t category = 0;
    chain::BlockNumber block;
    EmodeCategory state;
};

/// What an account chose for itself, from `block` on.
struct AccountVersion {
    chain::Address account;
    chain::BlockNumber block;
    std::uint32_t emode_category = 0;
};

}  // namespace redink::rows
