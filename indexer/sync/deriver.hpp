#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "indexer/protocols/protocol.hpp"
#include "indexer/store/derived_reader.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::sync {

/// The logs of one block, in order.
struct BlockLogs {
    chain::BlockNumber number;
    std::uint64_t timestamp = 0;
    bool proved = false;
    std::span<const chain::Log> logs;
};

/// Moves a market forward, block by block, and collects what to write. Holds the adapter's state
/// and as many positions as a named constant allows; the rest is loaded when it is touched.
class Deriver {
  public:
    /// Positions held in memory: some 200 bytes each.
    static constexpr std::size_t kMaxPositions = 600'000;

    /// How the deriver reaches positions that are not in memory.
    using LoadPositions =
        std::function<std::vector<store::StoredPosition>(const std::vector<rows::PositionKey>&)>;

    /// Takes up `market` at the state in `reader`. At most `max_positions` are held between two
    /// calls of apply().
    Deriver(std::unique_ptr<protocols::Market> market,
            store::DerivedReader& reader,
            std::size_t max_positions = kMaxPositions);

    /// Starts `market` from nothing; positions that were pushed out come back through `load`.
    explicit Deriver(std::unique_ptr<protocols::Market> market,
                     std::size_t max_positions = kMaxPositions);

    /// Applies blocks, ascending. On an error the deriver is spent: make a new one.
    [[nodiscard]] Result<rows::Batch> apply(std::span<const BlockLogs> blocks,
                                            const LoadPositions& load);

    [[nodiscard]] const protocols::Market& market() const {
        return *market_;
    }

  private:
    std::unique_ptr<protocols::Market> market_;
    protocols::PositionBook book_;
    std::size_t max_positions_ = kMaxPositions;
    rows::ReserveId reserves_ = 0;
};

}  // namespace redink::sync
