#pragma once

#include <cstdint>
#include <span>

#include "indexer/store/embedded_sql.hpp"

namespace redink::store {

class Connection;

/// How the schema of a database compares with the program's.
enum class SchemaState : std::uint8_t {
    missing,  ///< nothing was ever migrated
    behind,   ///< the program has files that were not applied, or in another text
    current,
    newer,  ///< files were applied that the program does not have
};

/// Compares without changing anything; needs to read redink.migration and redink.repeatable only.
[[nodiscard]] SchemaState load_schema_state(Connection& connection,
                                            std::span<const EmbeddedFile> files);

}  // namespace redink::store
