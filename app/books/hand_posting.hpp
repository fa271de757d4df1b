#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "accounting/ledger/entry.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {
class Connection;
}

namespace redink::app {

/// What became of a document.
struct HandPosted {
    std::string market;
    Digest evidence;
    bool is_new = false;            ///< false: it was posted before, and nothing changed
    std::uint64_t after_block = 0;  ///< last block that was booked then
    std::vector<Digest> entries;    ///< identities, in the document's order
};

/// Posts the entries of a document (docs/manual-entries.md) to the economic book of its market,
/// with the document, in one transaction. Throws ConfigError with file, line and reason when it may
/// not be posted; then nothing of it is.
[[nodiscard]] HandPosted post_document(store::Connection& connection,
                                       const std::filesystem::path& path);

/// Why an entry that was posted by hand is taken back.
struct Correction {
    Digest entry;  ///< its identity
    std::string reason;
    std::string reference;
    std::string author;
};

/// Posts the mirror of an entry that was posted by hand, with a document of its own that says why:
/// at most once for each entry. Throws UsageError for any other entry, and when the books would
/// not fit together without it.
[[nodiscard]] HandPosted correct_entry(store::Connection& connection,
                                       const std::vector<store::MarketRecord>& markets,
                                       const Correction& correction);

}  // namespace redink::app
