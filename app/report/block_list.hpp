#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "indexer/chain/result.hpp"

namespace redink::app {

/// Blocks that a report is asked for, in the order they were given.
class BlockList {
  public:
    /// Reads `B`, `A,B,C`, `A..B/STEP` (`A..B`: every block) or a list of these. A range ends with
    /// the last step that is not behind B. The error says what is accepted.
    [[nodiscard]] static Result<BlockList> parse(std::string_view text);

    /// Calls `visit` for each block.
    void for_each(const std::function<void(std::uint64_t)>& visit) const;

    /// Number of blocks.
    [[nodiscard]] std::uint64_t size() const;

  private:
    struct Steps {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::uint64_t step = 1;
    };

    [[nodiscard]] static std::optional<Steps> parse_steps(std::string_view text);

    std::vector<Steps> parts_;
};

}  // namespace redink::app
