#include "indexer/store/embedded_postgres_orphans.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>

#include "indexer/store/embedded_postgres_process.hpp"

namespace redink::store {
namespace {

namespace fs = std::filesystem;

bool is_number(const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_server_in(const fs::path& process, const fs::path& cluster) {
    std::ifstream file{process / "comm"};
    std::string name;
    std::getline(file, name);
    std::error_code problem;
    return name == "postgres" && fs::equivalent(process / "cwd", cluster, problem) && !problem;
}

}  // namespace

std::vector<pid_t> find_server_processes(const fs::path& cluster) {
    std::vector<pid_t> found;
    std::error_code problem;
    for (fs::directory_iterator at{"/proc", problem}, end; !problem && at != end;
         at.increment(problem)) {
        const std::string name = at->path().filename();
        if (is_number(name) && is_server_in(at->path(), cluster)) {
            found.push_back(std::stoi(name));
        }
    }
    return found;
}

bool end_orphans(const fs::path& cluster, std::chrono::seconds patience) {
    // At once, as a crash: the next server recovers. Whoever does not listen is killed.
    for (const int number : {SIGQUIT, SIGKILL}) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        const std::vector<pid_t> orphans = find_server_processes(cluster);
        for (const pid_t orphan : orphans) {
            kill(orphan, number);
        }
        if (std::all_of(orphans.begin(), orphans.end(), [deadline](pid_t orphan) {
                return wait_for_end(orphan, deadline);
            })) {
            return true;
        }
    }
    return find_server_processes(cluster).empty();
}

}  // namespace redink::store
