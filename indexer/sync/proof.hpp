#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/chain/header.hpp"
#include "indexer/chain/receipt.hpp"
#include "indexer/sync/log_filter.hpp"

namespace redink::sync {

/// How much is known of a range. Each level includes the ones before it.
enum class ProofLevel : std::uint8_t {
    headers,  ///< blocks hash and link; each log carries its block's hash and is in its bloom
    bloom,    ///< besides, a block whose bloom admits the filter and came without logs has none
    second_source,  ///< besides, another endpoint gave the same logs
    receipts  ///< besides, every block whose bloom admits the filter was rebuilt from its receipts
};

/// Whether a chain's logs blooms say what its logs are (see bloom_trust_of).
enum class BloomTrust : std::uint8_t { trusted, wrong };

/// The name in configuration and reports.
[[nodiscard]] std::string_view name_of(ProofLevel level);

/// The inverse of name_of.
[[nodiscard]] std::optional<ProofLevel> proof_level_of(std::string_view name);

/// A range as one endpoint gave it.
struct RangeAnswer {
    chain::BlockRange range;
    std::vector<chain::Header> headers;  ///< verified; ascending
    std::vector<chain::Log> logs;        ///< as they came
};

/// The header of a block in an answer; null when it is not there.
[[nodiscard]] const chain::Header* find_header(const RangeAnswer& answer, chain::BlockNumber block);

/// Checks what needs no receipts: headers are of the range, ascending, and link to each other and
/// to `parent` (the hash of the block before the range, where it is known); logs are wanted, in
/// the range, in order, carry their block's hash and lie in its bloom. The error names the block.
[[nodiscard]] Result<void> check_range(const RangeAnswer& answer,
                                       const LogFilter& filter,
                                       const std::optional<chain::Hash32>& parent,
                                       BloomTrust trust = BloomTrust::trusted);

/// Blocks that have to be settled by their receipts at this level, ascending. Blocks that may hold
/// a critical log are settled at every level. Where blooms are wrong, every block of the range is.
[[nodiscard]] std::vector<chain::BlockNumber> blocks_to_settle(
    const RangeAnswer& answer,
    const LogFilter& filter,
    ProofLevel level,
    BloomTrust trust = BloomTrust::trusted);

/// The wanted logs of a block, from receipts that hash to the header's receipts root; in order.
[[nodiscard]] Result<std::vector<chain::Log>> proved_logs(const chain::Header& header,
                                                          std::vector<chain::Receipt> receipts,
                                                          const LogFilter& filter);

/// Compares the logs that came for a block with those that its receipts prove. The error names the
/// block and what is missing, invented or altered.
[[nodiscard]] Result<void> compare_block(const chain::Header& header,
                                         std::span<const chain::Log> proved,
                                         std::span<const chain::Log> came);

/// Blocks of which two lists, both in order, hold different logs; ascending.
[[nodiscard]] std::vector<chain::BlockNumber> differing_blocks(std::span<const chain::Log> a,
                                                               std::span<const chain::Log> b);

/// The logs of one block within logs that are in order.
[[nodiscard]] std::span<const chain::Log> logs_of(std::span<const chain::Log> logs,
                                                  chain::BlockNumber block);

}  // namespace redink::sync
