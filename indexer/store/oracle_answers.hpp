#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "accounting/money/u256.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// A price that has to be asked of the protocol's oracle.
struct OracleQuestion {
    chain::Address oracle;
    chain::Address asset;

    friend bool operator==(const OracleQuestion&, const OracleQuestion&) = default;
};

/// What the oracle answered at the end of a block.
struct OracleAnswer {
    OracleQuestion question;
    chain::BlockRef block;
    std::optional<U256> price;  ///< base units; empty: it reverted or said 0, so there is none
    std::int32_t endpoint = 0;  ///< who told it, see MarketRegistry::register_endpoint
};

/// The answers of protocols' oracles to eth_call: kept for ever, never changed. Each call is one
/// transaction; database trouble throws.
class OracleAnswers {
  public:
    OracleAnswers(Connection& connection, MarketRecord market)
        : connection_{connection}, market_{std::move(market)} {
    }

    /// What a valuation of the market at a block needs and neither an event nor a kept answer of
    /// that block tells, by asset.
    [[nodiscard]] std::vector<OracleQuestion> load_unasked(chain::BlockNumber block);

    /// Keeps answers; one to a question that is answered already changes nothing.
    void save(std::span<const OracleAnswer> answers);

  private:
    Connection& connection_;
    MarketRecord market_;
};

}  // namespace redink::store
