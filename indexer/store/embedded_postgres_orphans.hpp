#pragma once

#include <chrono>
#include <filesystem>
#include <sys/types.h>
#include <vector>

namespace redink::store {

/// Server processes that work in this cluster. Without a postmaster they are what a killed one left
/// behind: one that computes does not notice its death, and writes on.
[[nodiscard]] std::vector<pid_t> find_server_processes(const std::filesystem::path& cluster);

/// Ends them, so that a new server does not meet them in the same files. False when one is still
/// there after `patience`.
[[nodiscard]] bool end_orphans(const std::filesystem::path& cluster, std::chrono::seconds patience);

}  // namespace redink::store
