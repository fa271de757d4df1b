#pragma once

#include <cstdint>
#include <optional>

#include "indexer/chain/types.hpp"
#include "indexer/sync/proof.hpp"

namespace redink::sync {

/// Which headers of a range are fetched at level `headers`; the other levels need all.
enum class HeaderScope : std::uint8_t { with_logs, all };

/// A range to fetch, and how far to prove it at once.
struct PlannedRange {
    chain::BlockRange range;
    ProofLevel level = ProofLevel::headers;
    HeaderScope headers = HeaderScope::with_logs;

    friend bool operator==(const PlannedRange&, const PlannedRange&) = default;
};

/// What a range brought.
struct RangeYield {
    std::uint64_t blocks = 0;
    std::uint64_t logs = 0;
    std::uint64_t blocks_with_logs = 0;
};

/// Cuts a stretch of blocks into ranges to fetch, one after another. The size follows the density
/// of logs, never above what the endpoints were seen to take. Where few blocks hold logs and much
/// is left, ranges are long and proved to `headers` at first: the other headers of the chain come
/// later, in the background. Pure.
class RangePlanner {
  public:
    /// Blocks of the first range: small enough for every public limit, large enough to learn from.
    static constexpr std::uint64_t kFirstRange = 128;

    /// Logs that a range should bring: a few megabytes of answer, well below the usual limit of
    /// 10,000 results, and a commit's worth of rows.
    static constexpr std::uint64_t kTargetLogs = 5'000;

    /// No range whose headers are all fetched is longer: they come block by block.
    static constexpr std::uint64_t kLongestRange = 2'000;

    /// No range of a sparse source is longer: the usual limit of providers.
    static constexpr std::uint64_t kLongestSparseRange = 10'000;

    /// A source is sparse when fewer than one in so many blocks holds logs of it.
    static constexpr std::uint64_t kSparse = 16;

    /// Less than this at the end of a stretch is proved at once.
    static constexpr std::uint64_t kWorthLater = 4'000;

    /// Plans `stretch` for the level that the chain is to be proved to. Blocks above `finalized`
    /// are fetched with all headers, so that a fork can be found among them.
    RangePlanner(chain::BlockRange stretch,
                 ProofLevel level,
                 std::optional<chain::BlockNumber> finalized = std::nullopt);

    /// The next range; empty at the end.
    [[nodiscard]] std::optional<PlannedRange> next();

    /// Later ranges aim at kTargetLogs.
    void learn(const RangeYield& yield);

    /// The endpoints take at most `blocks` at once: no later range is longer.
    void limit(std::uint64_t blocks);

    /// Blocks of the next range.
    [[nodiscard]] std::uint64_t size() const {
        return size_;
    }

  private:
    [[nodiscard]] std::uint64_t longest() const;

    chain::BlockNumber next_;
    chain::BlockNumber last_;
    ProofLevel level_;
    std::optional<chain::BlockNumber> finalized_;
    std::uint64_t limit_;
    std::uint64_t size_;
    bool sparse_ = false;
    bool done_ = false;
};

}  // namespace redink::sync
