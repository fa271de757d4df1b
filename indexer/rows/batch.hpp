#pragma once

#include <vector>

#include "indexer/rows/contract.hpp"
#include "indexer/rows/domain_event.hpp"
#include "indexer/rows/event.hpp"
#include "indexer/rows/position.hpp"
#include "indexer/rows/reserve.hpp"

namespace redink::rows {

/// Everything that an adapter derived from a run of blocks, in order of blocks.
struct Batch {
    std::vector<Reserve> reserves;
    std::vector<NewPosition> positions;
    std::vector<PositionVersion> position_versions;
    std::vector<ReserveStateVersion> reserve_states;
    std::vector<ReserveConfigVersion> reserve_configs;
    std::vector<EmodeCategoryVersion> emode_categories;
    std::vector<AccountVersion> accounts;
    std::vector<PriceVersion> prices;
    std::vector<FeedAnswer> answers;
    std::vector<AssetSource> sources;
    std::vector<Liquidation> liquidations;
    std::vector<DeficitEvent> deficits;
    std::vector<DomainEvent> domain_events;
    std::vector<MarketSetting> settings;
    std::vector<IndexDrift> drifts;
};

/// The newest version of everything that a market keeps besides positions: what an adapter needs
/// to go on after a restart.
struct Snapshot {
    std::vector<Contract> contracts;
    std::vector<Reserve> reserves;
    std::vector<ReserveStateVersion> reserve_states;
    std::vector<ReserveConfigVersion> reserve_configs;
    std::vector<EmodeCategoryVersion> emode_categories;
    std::vector<FeedAnswer> answers;
    std::vector<AssetSource> sources;
    std::vector<MarketSetting> settings;
    std::vector<IndexDrift> drifts;
};

}  // namespace redink::rows
