#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.hpp"
#include "indexer/protocols/protocol.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::app {

/// The protocol of this name; null when there is none.
[[nodiscard]] std::unique_ptr<protocols::Protocol> find_protocol(std::string_view name);

/// What a protocol needs to open the market.
[[nodiscard]] protocols::MarketSpec to_market_spec(const MarketConfig& market);

/// The same from the database, for work without the configuration. Throws InvariantBroken when the
/// stored reserves cannot be read.
[[nodiscard]] protocols::MarketSpec to_market_spec(const store::MarketRecord& record);

/// What the database keeps of a market, not yet with a number.
[[nodiscard]] store::MarketRecord to_market_record(const MarketConfig& market,
                                                   const ChainConfig& chain,
                                                   int adapter_version);

}  // namespace redink::app
