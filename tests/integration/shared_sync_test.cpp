#include <csignal>
#include <memory>
#include <thread>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

using std::chrono::steady_clock;

Recorded with_version() {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    return recorded;
}

// What a plain run up to the finalized block leaves.
std::string synced_alone(const Recorded& recorded) {
    const std::string url = fresh_database();
    RunOptions options;
    options.to = rpc::BlockTag::finalized;
    const auto outcome = sync_recorded(recorded, url, options);
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    return url;
}

// A database, a node that takes its time, and processes that share the work.
class Sharing {
  public:
    explicit Sharing(const Recorded& recorded) : node_{slow(recorded)}, url_{fresh_database()} {
        config_ = write_file(folder_, "redink.toml", toml_of(recorded, node_.url(), url_));
    }

    [[nodiscard]] const std::string& url() const {
        return url_;
    }

    [[nodiscard]] std::vector<std::string> command(const std::string& to = "finalized") const {
        return {"sync",
                "--config",
                config_,
                "--workers-join",
                "--lease-blocks",
                "16",
                "--to",
                to,
                "--quiet"};
    }

    // Until this query gives a row.
    void wait_for(const std::string& sql) const {
        constexpr std::chrono::seconds kPatience{60};
        constexpr std::chrono::milliseconds kLook{10};
        const auto until = steady_clock::now() + kPatience;
        for (;;) {
            const bool ready =
                !query(url_, "SELECT WHERE to_regclass('redink.lease') IS NOT NULL").empty();
            if (ready && !query(url_, sql).empty()) {
                return;
            }
            REQUIRE_MESSAGE(steady_clock::now() < until, sql);
            std::this_thread::sleep_for(kLook);
        }
    }

    // The leader has found the contracts, and fetches.
    void wait_for_leader() const {
        wait_for("SELECT FROM redink.lease");
    }

    void wait_for_workers(int count) const {
        wait_for("SELECT FROM redink.lease HAVING count(DISTINCT worker) >= " +
                 std::to_string(count));
    }

    void check_equals(const std::string& alone) const {
        CHECK(digest_derived(url_) == digest_derived(alone));
        CHECK(digest_facts(url_) == digest_facts(alone));
        CHECK(query(url_, "SELECT FROM redink.lease").empty());
    }

  private:
    static node::NodeOptions slow(const Recorded& recorded) {
        RunOptions options;
        options.faults = {"slow:ms=25"};
        options.max_range = 64;
        return serving(recorded, options);
    }

    TemporaryFolder folder_;
    node::NodeServer node_;
    std::string url_;
    std::string config_;
};

void check_ends_well(RunningProgram& program) {
    const ProgramResult result = program.wait();
    CHECK_MESSAGE(result.exit_code == 0, result.err);
}

// A dead worker's leases last for two minutes.
void expire_leases(const Sharing& sharing) {
    query(sharing.url(), "UPDATE redink.lease SET expires_at = clock_timestamp()");
}

}  // namespace

TEST_CASE("processes that share a backfill leave what one leaves, and a late one ends at once") {
    const Recorded recorded = recorded_v30();
    const std::string alone = synced_alone(recorded);
    const Sharing sharing{recorded};
    RunningProgram first{sharing.command()};
    RunningProgram second{sharing.command()};
    RunningProgram third{sharing.command()};
    sharing.wait_for_workers(2);
    check_ends_well(first);
    check_ends_well(second);
    check_ends_well(third);
    sharing.check_equals(alone);
    const auto before = steady_clock::now();
    const ProgramResult late = run_program(sharing.command());
    CHECK_MESSAGE(late.exit_code == 0, late.err);
    CHECK(steady_clock::now() - before < std::chrono::seconds{10});
    sharing.check_equals(alone);
}

TEST_CASE("a worker that is killed loses its leases, and the others finish") {
    const Recorded recorded = with_version();
    const std::string alone = synced_alone(recorded);
    const Sharing sharing{recorded};
    RunningProgram leader{sharing.command()};
    sharing.wait_for_leader();
    RunningProgram second{sharing.command()};
    RunningProgram third{sharing.command()};
    sharing.wait_for_workers(3);
    second.signal(SIGKILL);
    CHECK(second.wait().exit_code == 128 + SIGKILL);
    expire_leases(sharing);
    check_ends_well(leader);
    check_ends_well(third);
    sharing.check_equals(alone);
}

TEST_CASE("another process leads when the leader is killed") {
    const Recorded recorded = with_version();
    const std::string alone = synced_alone(recorded);
    const Sharing sharing{recorded};
    auto leader = std::make_unique<RunningProgram>(sharing.command());
    sharing.wait_for_leader();
    RunningProgram second{sharing.command()};
    RunningProgram third{sharing.command()};
    sharing.wait_for("SELECT FROM redink.cursor WHERE block_number > 100");
    leader->signal(SIGKILL);
    CHECK(leader->wait().exit_code == 128 + SIGKILL);
    expire_leases(sharing);
    check_ends_well(second);
    check_ends_well(third);
    sharing.check_equals(alone);
}

TEST_CASE("everybody is killed, and who comes then goes on") {
    const Recorded recorded = with_version();
    const std::string alone = synced_alone(recorded);
    const Sharing sharing{recorded};
    {
        RunningProgram first{sharing.command()};
        RunningProgram second{sharing.command()};
        sharing.wait_for("SELECT FROM redink.cursor WHERE block_number > 60");
        first.signal(SIGKILL);
        second.signal(SIGKILL);
    }
    expire_leases(sharing);
    RunningProgram third{sharing.command()};
    check_ends_well(third);
    sharing.check_equals(alone);
}

TEST_CASE("contracts that are found late are shared as well") {
    const Recorded recorded = with_version();
    const std::string alone = synced_alone(recorded);
    const Sharing sharing{recorded};
    // Most contracts are deployed between blocks 20 and 90.
    for (const char* to : {"33", "47", "61", "finalized"}) {
        CAPTURE(to);
        RunningProgram first{sharing.command(to)};
        RunningProgram second{sharing.command(to)};
        check_ends_well(first);
        check_ends_well(second);
    }
    sharing.check_equals(alone);
}

TEST_CASE("blocks that may still be replaced are not shared out") {
    const Sharing sharing{with_version()};
    const ProgramResult result = run_program(sharing.command("latest"));
    CHECK(result.exit_code != 0);
    CHECK_MESSAGE(result.err.find("--to finalized") != std::string::npos, result.err);
}

}  // namespace redink::test
