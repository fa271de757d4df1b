#pragma once

#include "app/config/config.hpp"
#include "app/database.hpp"
#include "indexer/sync/market_sync.hpp"

namespace redink::app {

/// A configured market with its protocol's adapter, which must outlive what is made from it.
struct ConfiguredMarket {
    const MarketConfig* config = nullptr;
    std::unique_ptr<protocols::Protocol> protocol;
};

/// The markets of a chain, in the order of the configuration.
[[nodiscard]] std::vector<ConfiguredMarket> markets_of(const Config& config,
                                                       const ChainConfig& chain);

/// Registers the market in the database and gives what its synchronisation needs; hooks and limits
/// are left to the caller. Throws as MarketRegistry does.
[[nodiscard]] sync::SyncSetup register_and_set_up(const ConfiguredMarket& market,
                                                  const ChainConfig& chain,
                                                  const Database& database,
                                                  store::Connection& connection);

/// The level of the indexer for the word of the configuration.
[[nodiscard]] sync::ProofLevel level_of(const ChainConfig& chain);

}  // namespace redink::app
