#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/postgres_fixture.hpp"

namespace redink::test {

/// A branch to be mined on top of a canonical block.
struct BranchPlan {
    std::uint64_t parent = 0;
    std::uint64_t blocks = 0;
};

/// Writes a file of branches for a node to play: each holds the transactions of the canonical
/// blocks in its place, mined into blocks of other hashes. Gives the file's path.
[[nodiscard]] std::string write_branches(const std::string& recording,
                                         const std::vector<BranchPlan>& plans,
                                         const TemporaryFolder& folder);

/// Writes a recording that goes on behind the end of another with `blocks` empty blocks, twelve
/// seconds apart. Gives its folder; calls are not in it.
[[nodiscard]] std::string write_longer_recording(const std::string& recording,
                                                 std::uint64_t blocks,
                                                 const TemporaryFolder& folder);

}  // namespace redink::test
