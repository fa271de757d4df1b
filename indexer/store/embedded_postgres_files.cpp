#include "indexer/store/embedded_postgres_files.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/store/errors.hpp"

namespace redink::store {

namespace fs = std::filesystem;

void refuse_directory(const std::string& text) {
    throw StoreError{StoreErrc::data_directory, text};
}

void refuse_errno(const std::string& what, const fs::path& path) {
    const int problem = errno;
    const std::string text = what + " " + path.string() + ": " + std::strerror(problem);
    if (problem == ENOSPC || problem == EDQUOT) {
        throw StoreError{StoreErrc::disk_full, text + "; free space there and start again"};
    }
    refuse_directory(text + "; choose another [database] data_dir or mend its permissions");
}

void make_directory(const fs::path& path, mode_t mode) {
    if (mkdir(path.c_str(), mode) == 0) {
        if (chmod(path.c_str(), mode) != 0) {
            refuse_errno("cannot set the mode of", path);
        }
    } else if (errno != EEXIST) {
        refuse_errno("cannot create", path);
    }
}

void give_to(const fs::path& path, const Account& account) {
    if (account.switched && lchown(path.c_str(), account.uid, account.gid) != 0) {
        refuse_errno("cannot give to account " + account.name, path);
    }
}

void sync_directory(const fs::path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        refuse_errno("cannot open", path);
    }
    const int synced = fsync(fd);
    close(fd);
    if (synced != 0) {
        refuse_errno("cannot sync", path);
    }
}

std::uint64_t hash_of(const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return hash;
}

bool is_private_directory(const fs::path& path, uid_t owner) {
    struct stat state {};

    return lstat(path.c_str(), &state) == 0 && S_ISDIR(state.st_mode) && state.st_uid == owner &&
           (state.st_mode & 07777U) == 0700U;
}

}  // namespace redink::store
