#pragma once

#include <optional>
#include <set>
#include <vector>

#include "indexer/sync/node_reader.hpp"
#include "indexer/sync/proof.hpp"

namespace redink::sync {

/// A range whose logs are proved to a level.
struct ProvedRange {
    RangeAnswer answer;
    std::set<chain::BlockNumber> settled;  ///< blocks rebuilt from their receipts
    std::uint64_t split_to = 0;            ///< largest part the endpoint took; 0 when not split
};

/// Fetches ranges and proves them. What the endpoint says against the chain is asked once more,
/// because load balancers mix backends; a second contradiction is an error that names endpoint
/// and block.
class RangeFetcher {
  public:
    /// `reader` and `filter` outlive the fetcher.
    RangeFetcher(NodeReader& reader, const LogFilter& filter, ProofLevel level)
        : reader_{reader}, filter_{filter}, level_{level} {
    }

    /// The range, proved. A range that the endpoint refuses is halved until it takes it; a single
    /// block that it refuses is read from its receipts.
    [[nodiscard]] Task<Result<ProvedRange>> fetch(chain::BlockRange range);

    /// Proves every block with logs by its receipts.
    [[nodiscard]] Task<Result<void>> settle_all(ProvedRange& range);

  private:
    [[nodiscard]] Task<Result<ProvedRange>> fetch_once(chain::BlockRange range);
    [[nodiscard]] Task<Result<void>> fetch_parts(chain::BlockRange range, ProvedRange& out);
    [[nodiscard]] Task<Result<chain::Header>> fetch_whole_block(chain::BlockNumber block,
                                                                ProvedRange& out);
    [[nodiscard]] Task<Result<void>> fetch_headers(ProvedRange& out, chain::Header last);
    [[nodiscard]] Task<Result<void>> settle(ProvedRange& range,
                                            std::vector<chain::BlockNumber> blocks);

    NodeReader& reader_;
    const LogFilter& filter_;
    ProofLevel level_;
};

}  // namespace redink::sync
