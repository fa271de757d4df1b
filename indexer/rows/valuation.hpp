#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounting/money/ids.hpp"
#include "accounting/money/u256.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/rows/position.hpp"

namespace redink::rows {

/// What an account with debt holds against one reserve at the end of a block. Values in the
/// market's base unit; empty where a price is missing.
struct ExposureRow {
    chain::Address account;
    ReserveId reserve = 0;
    chain::Address asset;
    std::uint8_t decimals = 0;
    std::optional<U256> price;
    U256 debt_amount;
    std::optional<U256> debt_value;
    U256 supply_amount;
    bool is_collateral = false;
    std::optional<U256> collateral_value;
    std::uint32_t bonus_bps = 0;
    std::optional<U256> health_factor;  ///< wad; empty where a price is missing
};

/// A debt that is not performing, at a valuation.
struct ValuedDebtRow {
    chain::Address account;
    ReserveId reserve = 0;
    U256 gross;
    U256 shortfall;
    std::string kind;  ///< empty: no shortfall
    std::uint8_t stage = 1;
    U256 health_factor;
    std::optional<std::uint64_t> below_since;
    std::optional<std::uint64_t> hopeless_since;
    U256 written_off;

    friend bool operator==(const ValuedDebtRow&, const ValuedDebtRow&) = default;
};

/// A valuation of a market.
struct ValuationRow {
    chain::BlockNumber block;
    std::uint64_t time = 0;
    Digest evidence;
    Digest price_digest;
    std::string policy;
    std::uint32_t debtors = 0;
    std::uint32_t unpriced = 0;
    std::vector<ValuedDebtRow> debts;

    friend bool operator==(const ValuationRow&, const ValuationRow&) = default;
};

}  // namespace redink::rows
