#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// Something that is missing or does not fit among a market's stored blocks and logs.
struct FactFault {
    enum class Kind : std::uint8_t { coverage, missing_block, link, stray_log, cursor };

    Kind kind = Kind::coverage;
    chain::BlockRange range;
    std::string stored;
    std::string computed;
};

/// How many blocks of a market are proved to one level.
struct ProvedBlocks {
    std::string proof;
    std::uint64_t blocks = 0;  ///< counted once for each source
};

/// Blocks up to the market's cursor that no source's coverage has; blocks that a proof above
/// `headers` or a log needs and that are not stored; neighbours that do not link by their parent
/// hash; logs of blocks that are not stored; and a cursor that is at another block. Reads only.
[[nodiscard]] std::vector<FactFault> find_fact_faults(Connection& connection,
                                                      const MarketRecord& market);

/// The market's blocks by proof, weakest first.
[[nodiscard]] std::vector<ProvedBlocks> load_proved_blocks(Connection& connection,
                                                           const MarketRecord& market);

}  // namespace redink::store
