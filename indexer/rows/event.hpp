#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "accounting/money/u256.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/rows/position.hpp"

namespace redink::rows {

/// Where an event stands in the chain.
struct LogRef {
    chain::BlockNumber block;
    std::uint32_t log_index = 0;
    chain::Hash32 txn_hash;
};

/// A price of an asset in the protocol's base unit, from a block on. Empty means: there is none.
struct PriceVersion {
    chain::Address asset;
    LogRef log;
    std::optional<U256> price;
    chain::Address source;
};

/// The last answer of a price feed, from a block on. Empty: the feed answered zero or less.
struct FeedAnswer {
    chain::Address source;
    LogRef log;
    std::optional<U256> answer;
    std::uint64_t updated_at = 0;
};

/// The feed that an oracle asks for an asset, from a block on.
struct AssetSource {
    chain::Address oracle;
    chain::Address asset;
    LogRef log;
    chain::Address source;
};

/// A liquidation. Amounts in underlying units; values in the protocol's base unit, rounded down.
struct Liquidation {
    LogRef log;
    ReserveId collateral_reserve = 0;
    ReserveId debt_reserve = 0;
    chain::Address account;
    chain::Address liquidator;
    U256 debt_covered;
    U256 collateral_seized;
    bool receives_shares = false;
    std::optional<U256> debt_value;
    std::optional<U256> collateral_value;
};

/// Bad debt that the protocol itself recorded (`created`) or that somebody paid for (`covered`).
struct DeficitEvent {
    LogRef log;
    ReserveId reserve = 0;
    chain::Address account;  ///< the borrower, or who covered
    bool created = true;
    U256 amount;                ///< underlying units
    std::optional<U256> value;  ///< base unit at that block, rounded down
};

/// A setting of the whole market, from a block on.
struct MarketSetting {
    std::string key;
    chain::BlockNumber block;
    std::string value;
};

/// An index that the contract printed and the rules do not give. The printed one is kept.
struct IndexDrift {
    ReserveId reserve = 0;
    std::string field;
    LogRef log;
    U256 computed;
    U256 printed;
};

}  // namespace redink::rows
