#include "indexer/store/embedded_postgres_location.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/store/embedded_postgres_files.hpp"

namespace redink::store {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPrivate = 0700;
constexpr mode_t kPassable = 0711;

fs::path make_new_directory(const fs::path& wanted, const Account& account) {
    fs::path path = wanted;
    for (int number = 2; mkdir(path.c_str(), kPrivate) != 0; ++number) {
        if (errno != EEXIST) {
            refuse_errno("cannot create", path);
        }
        path = wanted.string() + "-" + std::to_string(number);
    }
    give_to(path, account);
    return path;
}

std::string hex_of(std::uint64_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4U) {
        *digit = kDigits[value & 15U];
    }
    return text;
}

}  // namespace

std::optional<std::string> find_closed_parent(const fs::path& path, const Account& account) {
    std::vector<std::string> ancestors;
    for (fs::path part = path;; part = part.parent_path()) {
        ancestors.push_back(part);
        if (part == part.root_path()) {
            break;
        }
    }
    std::reverse(ancestors.begin(), ancestors.end());
    return find_closed_directory(account, ancestors);
}

std::optional<fs::path> load_location(const fs::path& data_dir) {
    const fs::path file = data_dir / kLocationFile;
    std::ifstream in{file};
    if (!in) {
        return std::nullopt;
    }
    std::string line;
    std::getline(in, line);
    if (!line.starts_with('/')) {
        refuse_directory(file.string() +
                         " does not name the directory of the cluster: write its "
                         "absolute path there, or remove the file and let redink fill a new one");
    }
    return line;
}

fs::path make_location(const fs::path& data_dir,
                       const fs::path& fallback_dir,
                       const Account& account) {
    make_directory(fallback_dir, kPassable);
    const fs::path home = make_new_directory(fallback_dir / hex_of(hash_of(data_dir)), account);
    const fs::path file = data_dir / kLocationFile;
    const fs::path draft = file.string() + "." + std::to_string(getpid());
    std::ofstream{draft} << home.string() << "\n" << std::flush;
    const bool won = link(draft.c_str(), file.c_str()) == 0;
    const int problem = errno;
    unlink(draft.c_str());
    if (!won) {
        rmdir(home.c_str());
        errno = problem;
        if (errno != EEXIST) {
            refuse_errno("cannot write", file);
        }
    }
    sync_directory(data_dir);
    return load_location(data_dir).value_or(home);
}

}  // namespace redink::store
