#pragma once

#include <span>
#include <string>
#include <vector>

#include "indexer/store/embedded_sql.hpp"

namespace redink::store {

class Connection;

/// What migrate() did.
struct MigrationReport {
    int version = 0;                     ///< schema version now; 0 for an empty schema
    std::vector<std::string> applied;    ///< paths of numbered files, in order
    std::vector<std::string> reapplied;  ///< paths of repeatable files, in order

    [[nodiscard]] bool changed() const {
        return !applied.empty() || !reapplied.empty();
    }
};

/// The digest by which migrate() recognises a file's text: lower-case hexadecimal, no 0x.
[[nodiscard]] std::string sha256_of(std::string_view text);

/// Brings the schema to the version of `files`, forward only. Safe when several processes do it at
/// once: the others wait and then find nothing to do. No transaction may be open.
///
/// `migrations/NNNN_<name>.sql` is applied once, in the order of its number, in a transaction of
/// its own, and recorded in redink.migration with its SHA-256. Every other file is repeatable: when
/// its digest changed, it and all repeatable files after it are applied in one transaction (first
/// those below migrations/, then the rest, by path); all of them after a numbered one was applied.
/// They must therefore be written so that they can run again (CREATE OR REPLACE, DROP IF EXISTS).
///
/// Throws StoreError (migration) when an applied file has changed or is unknown, when the database
/// is newer than the program, when a file comes out of order or ends its own transaction.
MigrationReport migrate(Connection& connection, std::span<const EmbeddedFile> files);

}  // namespace redink::store
