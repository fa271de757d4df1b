#include <filesystem>
#include <malloc.h>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "tests/support/followed_chain.hpp"
#include "tests/support/mined_branches.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"

#if defined(__SANITIZE_ADDRESS__)
// Of the sanitizer's allocator; g++ installs no header for it.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

namespace redink::test {
namespace {

constexpr std::uint64_t kSlotSeconds = 12;

// What this process holds: heap bytes in use, files and sockets, sessions at the database.
struct Holdings {
    std::size_t bytes = 0;
    std::size_t files = 0;
    std::size_t sessions = 0;
};

Holdings held(const std::string& url) {
    Holdings now;
#if defined(__SANITIZE_ADDRESS__)
    now.bytes = __sanitizer_get_current_allocated_bytes();
#else
    now.bytes = mallinfo2().uordblks;
#endif
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        static_cast<void>(entry);
        ++now.files;
    }
    now.sessions = std::stoul(
        query(url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            .front());
    return now;
}

}  // namespace

TEST_CASE("hours of following the head leave no more memory, files or sessions in use") {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    const int hours = number_from_environment("REDINK_FOLLOW_HOURS", 1);
    const std::uint64_t blocks = static_cast<std::uint64_t>(hours) * 3'600 / kSlotSeconds;
    const TemporaryFolder folder;
    node::NodeOptions options = serving(recorded, {});
    options.files = {write_longer_recording(recorded.folder, blocks, folder)};
    options.head = 718;
    // Sockets break now and then, so that a lost one is part of the day.
    options.faults = {"ws-drop:every=97"};
    node::NodeServer node{options};
    const std::string url = fresh_database();
    FollowSetup setup;
    // A slot lasts 5 ms.
    setup.speed = 2'400;
    setup.finality_depth = 64;
    setup.audit_requests_per_second = 5;
    FollowedChain chain{
        recorded, {"ws://127.0.0.1:" + std::to_string(node.port()), node.url()}, url, setup};
    Holdings early;
    for (std::uint64_t i = 1; i <= blocks; ++i) {
        const chain::BlockRef head = node.advance(1);
        REQUIRE(chain.wait_for(head));
        if (i == blocks / 5) {
            early = held(url);
        }
    }
    const Holdings late = held(url);
    MESSAGE(hours << " simulated hours: " << early.bytes << " bytes, " << early.files
                  << " files after a fifth; " << late.bytes << " bytes, " << late.files
                  << " files at the end");
    constexpr std::size_t kSlack = std::size_t{1} << 20;
    CHECK(late.bytes < early.bytes + kSlack);
    CHECK(late.files <= early.files + 2);
    CHECK(late.sessions == early.sessions);
    chain.stop();
    CHECK(chain.health().trouble.empty());
}

}  // namespace redink::test
