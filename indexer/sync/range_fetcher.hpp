#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "indexer/sync/node_reader.hpp"
#include "indexer/sync/proof.hpp"
#include "indexer/sync/range_planner.hpp"

namespace redink::sync {

/// A range whose logs are proved to a level.
struct ProvedRange {
    RangeAnswer answer;
    std::set<chain::BlockNumber> settled;    ///< blocks rebuilt from their receipts
    ProofLevel level = ProofLevel::headers;  ///< reached
    rpc::EndpointId endpoint = 0;            ///< who gave the logs, or most of them
};

/// What came of settling a range by its receipts.
enum class Settled : std::uint8_t {
    proved,  ///< the logs are what happened
    refuted  ///< they are not: their endpoint is marked, and fetch() asks others
};

/// What an endpoint said against the chain.
struct EndpointLie {
    rpc::EndpointId endpoint = 0;
    chain::BlockRange range;
    std::string text;
};

/// Fetches ranges of one chain and proves them. What contradicts itself is asked again of the
/// suspect alone, because load balancers mix backends; an endpoint that contradicts itself twice
/// is marked, and the range is fetched elsewhere. Only when no endpoint is left is that an error,
/// which names endpoint and block.
class RangeFetcher {
  public:
    using OnLie = std::function<void(const EndpointLie&)>;

    /// `reader` and `filter` outlive the fetcher.
    RangeFetcher(NodeReader& reader, const LogFilter& filter, BloomTrust trust, OnLie on_lie)
        : reader_{reader}, filter_{filter}, trust_{trust}, on_lie_{std::move(on_lie)} {
    }

    /// The range, proved to its level, or to second-source where receipts are needed and nobody
    /// serves them. A range that is refused is split as the refusal asks (see after_refusal).
    [[nodiscard]] Task<Result<ProvedRange>> fetch(PlannedRange plan);

    /// Proves every block with logs by its receipts. An error that names the endpoint when it lied
    /// and there is no other.
    [[nodiscard]] Task<Result<Settled>> settle_all(ProvedRange& range);

    /// Whom to ask first about blocks that are not final, because endpoints may differ there.
    void prefer(std::optional<rpc::EndpointId> endpoint) {
        preferred_ = endpoint;
    }

    [[nodiscard]] const LogFilter& filter() const {
        return filter_;
    }

  private:
    [[nodiscard]] Task<Result<ProvedRange>> fetch_once(PlannedRange plan, Asking& asking);
    [[nodiscard]] Task<Result<void>> fetch_logs(ProvedRange& out, Asking& asking);
    [[nodiscard]] Task<Result<void>> fetch_whole_block(chain::BlockNumber block,
                                                       ProvedRange& out,
                                                       Asking& asking);
    [[nodiscard]] Task<Result<void>> fetch_headers(ProvedRange& out,
                                                   HeaderScope scope,
                                                   Asking& asking);
    [[nodiscard]] Task<Result<void>> settle(ProvedRange& range,
                                            std::vector<chain::BlockNumber> blocks,
                                            Asking& asking);
    [[nodiscard]] Task<Result<void>> compare_second(ProvedRange& range, Asking& asking);
    [[nodiscard]] Result<void> blame(Asking& asking, chain::BlockRange range, const Error& lie);

    NodeReader& reader_;
    const LogFilter& filter_;
    BloomTrust trust_;
    OnLie on_lie_;
    std::optional<rpc::EndpointId> preferred_;
};

}  // namespace redink::sync
