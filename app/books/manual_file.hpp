#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounting/ledger/entry.hpp"

namespace redink::app {

/// A block that entries may take effect at; empty when it is not booked.
using FindBlock = std::function<std::optional<ledger::BlockStamp>(std::uint64_t number)>;

/// Entries that somebody signed for, because no event on the chain says what happened.
struct ManualEntries {
    std::string market;  ///< its configured name
    std::string reason;
    std::string reference;  ///< a vote, a post, an invoice
    std::string author;
    std::string signed_off_by;
    std::string date;  ///< yyyy-mm-dd
    Digest evidence;   ///< SHA-256 of the file's bytes

    /// Of either book, in the file's order; each with the evidence, the narrative "manual: <reason>
    /// (<reference>), by <author>", and its place in the file as ordinal.
    std::vector<ledger::Entry> entries;
    std::vector<std::uint32_t> lines;  ///< where each entry begins in the file
};

/// Reads a document of manual entries (docs/manual-entries.md). `file` names the text in errors.
/// Throws ConfigError with line, key and reason of everything that is wrong; then no entry counts.
/// Every entry that comes back passes ledger::check.
[[nodiscard]] ManualEntries parse_manual_entries(std::string_view text,
                                                 const std::string& file,
                                                 const FindBlock& find_block);

/// The same from a file on disk.
[[nodiscard]] ManualEntries read_manual_entries(const std::filesystem::path& path,
                                                const FindBlock& find_block);

}  // namespace redink::app
