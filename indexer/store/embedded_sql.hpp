#pragma once

#include <string_view>
#include <vector>

namespace redink::store {

/// A file of the source tree that is part of the program.
struct EmbeddedFile {
    std::string_view path;  ///< relative to the source tree, with forward slashes
    std::string_view text;
};

/// All SQL of the program, sorted by path: migrations/*.sql, migrations/report/*.sql and
/// indexer/protocols/*/report.sql. Written by cmake/embed_files.cmake.
const std::vector<EmbeddedFile>& embedded_sql();

}  // namespace redink::store
