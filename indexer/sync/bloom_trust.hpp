#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "indexer/chain/types.hpp"
#include "indexer/sync/proof.hpp"

namespace redink::sync {

/// Blocks whose headers carry logs blooms that do not say which logs they hold.
struct WrongBlooms {
    std::uint64_t chain_id = 0;
    chain::BlockRange blocks;
    std::string_view why;
};

/// The known ones.
[[nodiscard]] std::span<const WrongBlooms> wrong_blooms();

/// Whether the blooms of all these blocks can be trusted. Where they cannot, an empty bloom proves
/// nothing: from level `bloom` on every block is settled by its receipts.
[[nodiscard]] BloomTrust bloom_trust_of(std::uint64_t chain_id, chain::BlockRange blocks);

}  // namespace redink::sync
