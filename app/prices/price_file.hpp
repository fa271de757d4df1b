#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "accounting/money/ids.hpp"
#include "accounting/valuation/price_set.hpp"

namespace redink::app {

/// Prices from a file, and the digest that entries carry of them.
struct ImportedPrices {
    valuation::PriceSet set;  ///< rows in canonical order
    Digest digest;            ///< SHA-256 of canonical_bytes(set): the same for any order of lines
};

/// Whether a text names a kind of imported prices: "market", or "scenario:<name>" with a name of 1
/// to 64 letters, digits, dots, hyphens and underscores.
[[nodiscard]] bool is_price_kind(std::string_view kind);

/// Reads prices from CSV text (docs/prices.md). `kind` is "market" or "scenario:<name>"; `file`
/// names the text in errors. Throws ConfigError with line, column and reason of everything that is
/// wrong, up to 20; then nothing is imported.
[[nodiscard]] ImportedPrices parse_prices(std::string_view text,
                                          const std::string& file,
                                          const std::string& kind);

/// The same from a file on disk.
[[nodiscard]] ImportedPrices read_prices(const std::filesystem::path& path,
                                         const std::string& kind);

}  // namespace redink::app
