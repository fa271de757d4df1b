#pragma once

#include <cstdint>
#include <span>

#include "accounting/money/ids.hpp"

namespace redink::chain {

/// SHA-256 (FIPS 180-4), which chains the entries of the ledger.
[[nodiscard]] Digest sha256(std::span<const std::uint8_t> bytes);

}  // namespace redink::chain
