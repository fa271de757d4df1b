#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "indexer/store/embedded_postgres_process.hpp"

namespace redink::store {

/// The file in data_dir that tells where the cluster is when it is not in data_dir.
inline constexpr const char* kLocationFile = "cluster-location";

/// The first directory on the way from the root to `path` that `account` cannot enter.
[[nodiscard]] std::optional<std::string> find_closed_parent(const std::filesystem::path& path,
                                                            const Account& account);

/// The place that kLocationFile names; empty when there is no such file. Throws StoreError
/// (data_directory) when it names none.
[[nodiscard]] std::optional<std::filesystem::path> load_location(
    const std::filesystem::path& data_dir);

/// Makes a directory of mode 0700 for `account` below `fallback_dir`, named after a hash of
/// data_dir, and notes it in data_dir. Of several processes that do it at once one wins, and all
/// return its place. A directory that is there already belongs to a data_dir that was removed or
/// moved: it is left alone, and the new one gets a number.
[[nodiscard]] std::filesystem::path make_location(const std::filesystem::path& data_dir,
                                                  const std::filesystem::path& fallback_dir,
                                                  const Account& account);

}  // namespace redink::store
