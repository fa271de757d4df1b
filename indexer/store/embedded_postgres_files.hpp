#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>

#include "indexer/store/embedded_postgres_process.hpp"

namespace redink::store {

/// Throws StoreError (data_directory).
[[noreturn]] void refuse_directory(const std::string& text);

/// Throws StoreError that tells `what` failed on `path` and why, after errno; disk_full when that
/// is the reason, else data_directory.
[[noreturn]] void refuse_errno(const std::string& what, const std::filesystem::path& path);

/// Makes a directory of exactly this mode; one that is there stays as it is.
void make_directory(const std::filesystem::path& path, mode_t mode);

/// Makes `account` the owner, where it is not us.
void give_to(const std::filesystem::path& path, const Account& account);

/// Puts the directory's entries on disk.
void sync_directory(const std::filesystem::path& path);

/// True for a directory, not a link, of mode 0700 that `owner` owns.
[[nodiscard]] bool is_private_directory(const std::filesystem::path& path, uid_t owner);

/// FNV-1a, for names of directories.
[[nodiscard]] std::uint64_t hash_of(const std::string& text);

}  // namespace redink::store
