#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "accounting/events/domain_event.hpp"
#include "accounting/valuation/policy.hpp"
#include "accounting/waterfall/layer.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// What a market's books go by.
struct BookTerms {
    std::uint64_t valuation_interval = 3'600;  ///< seconds of chain time between two valuations
    valuation::Policy policy;                  ///< its dust counts only where the two below are set
    std::optional<U256> min_debt_value;        ///< base units; empty: as the protocol takes it
    std::optional<U256> liquidation_cost_value;  ///< base units; empty: as the protocol takes it
    std::map<PartyId, events::Layer> payers;     ///< whose covers are whose

    friend bool operator==(const BookTerms&, const BookTerms&) = default;
};

/// A layer of cover, and whose payments are its.
struct CoverLayer {
    waterfall::Layer layer;
    std::optional<PartyId> payer;
};

/// The word of configuration and reports: "reserve", "treasury" …
[[nodiscard]] std::string_view name_of(events::Layer layer);

/// Terms by block: those of a block are the newest at or below it.
using TermsByBlock = std::map<std::uint64_t, BookTerms>;

/// Notes the terms of a market where they differ from the newest ones: from the block after the
/// last one booked on. Replaces its layers of cover. One transaction.
void save_terms(Connection& connection,
                const MarketRecord& market,
                const BookTerms& terms,
                const std::vector<CoverLayer>& layers);

/// All terms of a market; those of block 0 are the usual ones where none are stored.
[[nodiscard]] TermsByBlock load_terms(Connection& connection, const MarketRecord& market);

/// The layers of cover of a market, in order.
[[nodiscard]] std::vector<CoverLayer> load_cover(Connection& connection,
                                                 const MarketRecord& market);

}  // namespace redink::store
