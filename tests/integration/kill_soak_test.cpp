#include <csignal>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <thread>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "tests/integration/node_client.hpp"
#include "tests/support/mined_branches.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t kFirstHead = 100;
constexpr std::uint64_t kLastHead = 718;
constexpr std::chrono::seconds kPatience{120};
constexpr milliseconds kLook{10};

Recorded with_version() {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    return recorded;
}

// A chain that goes from the first head to the last, with branches on the way, as many steps at a
// time as `rounds` rounds need.
class MovingChain {
  public:
    MovingChain(const Recorded& recorded, unsigned seed, int rounds) : random_{seed} {
        std::vector<BranchPlan> plans;
        std::uint64_t steps = kLastHead - kFirstHead;
        for (std::uint64_t parent = kFirstHead + 10; parent < kLastHead - 40;) {
            const std::uint64_t depth = 1 + below(16);
            plans.push_back({parent, depth});
            steps += depth;
            parent += depth + 10 + below(60);
        }
        node::NodeOptions options = serving(recorded, {});
        options.orphans = write_branches(recorded.folder, plans, folder_);
        options.head = kFirstHead;
        node_ = std::make_unique<node::NodeServer>(options);
        a_round_ = steps / static_cast<std::uint64_t>(rounds + 1) + 1;
    }

    std::uint64_t below(std::uint64_t end) {
        return random_() % end;
    }

    // The moment is the point: any will do.
    void let_pass(milliseconds longest) {
        std::this_thread::sleep_for(
            milliseconds{below(static_cast<std::uint64_t>(longest.count()))});
    }

    // A round's steps, a few at a time, in about this while.
    void move(milliseconds about) {
        constexpr std::uint64_t kBites = 16;
        for (std::uint64_t i = 0; i < kBites; ++i) {
            node_->advance(a_round_ / kBites + (i < a_round_ % kBites ? 1 : 0));
            let_pass(2 * about / kBites);
        }
    }

    chain::BlockRef finish() {
        chain::BlockRef head = node_->advance(1);
        for (chain::BlockRef before{}; head != before;) {
            before = head;
            head = node_->advance(1);
        }
        return head;
    }

    chain::BlockRef head() {
        return node_->advance(0);
    }

    [[nodiscard]] std::string url() const {
        return node_->url();
    }

  private:
    std::mt19937_64 random_;
    TemporaryFolder folder_;
    std::unique_ptr<node::NodeServer> node_;
    std::uint64_t a_round_ = 1;
};

std::uint16_t port_of(const RunningProgram& program) {
    return static_cast<std::uint16_t>(
        std::stoul(program.wait_for_error_text("address=http://127.0.0.1:")));
}

std::vector<std::string> run_command(const std::string& config) {
    return {"run", "--config", config, "--port", "0"};
}

// A daemon that ended answers nothing: its own words tell why.
std::string ask_readiness(const RunningProgram& program, std::uint16_t port) {
    try {
        NodeClient client{port};
        return client.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").body();
    } catch (const boost::system::system_error& failure) {
        FAIL(failure.what() << ": " << program.errors());
        throw;
    }
}

// Until the daemon is well and has this block; its own words when that does not happen.
void wait_for_block(const RunningProgram& program, const chain::BlockRef& block) {
    const std::uint16_t port = port_of(program);
    const auto until = steady_clock::now() + kPatience;
    for (;;) {
        const auto told = nlohmann::json::parse(ask_readiness(program, port));
        const auto& market = told["chains"][0]["markets"][0];
        if (market["indexed_block"] == block.number.value() &&
            told["chains"][0]["problem"].is_null()) {
            return;
        }
        REQUIRE_MESSAGE(steady_clock::now() < until, program.errors() << told.dump(2));
        std::this_thread::sleep_for(kLook);
    }
}

void end(RunningProgram& program) {
    program.signal(SIGTERM);
    const ProgramResult result = program.wait();
    CHECK_MESSAGE(result.exit_code == 0, result.err);
}

void check_equals_straight_sync(const std::string& url) {
    const std::string& straight = booked_v36();
    CHECK(digest_derived(url) == digest_derived(straight));
    CHECK(query(url, "SELECT count(*) FROM report.halts").front() == "0");
    CHECK(query(url, "SELECT count(*) FROM report.logs WHERE canonical") ==
          query(straight, "SELECT count(*) FROM report.logs"));
    CHECK(query(url, "SELECT block_number FROM redink.cursor") ==
          query(straight, "SELECT block_number FROM redink.cursor"));
}

// Of the private server in this folder; empty while none runs.
std::optional<pid_t> find_postmaster(const std::filesystem::path& data_dir) {
    std::ifstream in{data_dir / "postgres" / "postmaster.pid"};
    pid_t pid = 0;
    return in >> pid && pid > 1 && ::kill(pid, 0) == 0 ? std::optional{pid} : std::nullopt;
}

}  // namespace

TEST_CASE("a daemon killed again and again on a chain that forks ends with the right rows") {
    const Recorded recorded = with_version();
    const unsigned seed = seed_from_environment();
    INFO("seed " << seed);
    const int kills = number_from_environment("REDINK_KILLS", 3);
    MovingChain chain{recorded, seed, kills};
    const std::string url = fresh_database();
    const TemporaryFolder folder;
    const std::string config =
        write_file(folder, "redink.toml", toml_of(recorded, chain.url(), url));
    for (int i = 0; i < kills; ++i) {
        RunningProgram program{run_command(config)};
        chain.move(milliseconds{1'500});
        chain.let_pass(milliseconds{1'000});
        program.signal(SIGKILL);
        const ProgramResult result = program.wait();
        CHECK_MESSAGE(result.exit_code == 128 + SIGKILL, result.err);
    }
    RunningProgram last{run_command(config)};
    const chain::BlockRef head = chain.finish();
    REQUIRE(head.number.value() == kLastHead);
    wait_for_block(last, head);
    end(last);
    check_equals_straight_sync(url);
    MESSAGE(query(url, "SELECT count(*) FROM report.reorgs").front() << " reorganisations");
}

TEST_CASE("a daemon whose private PostgreSQL is killed again and again recovers by itself") {
    const Recorded recorded = with_version();
    const unsigned seed = seed_from_environment();
    INFO("seed " << seed);
    const int kills = number_from_environment("REDINK_KILLS", 3);
    MovingChain chain{recorded, seed + 1, kills};
    const TemporaryFolder folder;
    const auto data_dir = folder.path() / "private";
    std::string toml = toml_of(recorded, chain.url(), "");
    const std::string url_line = "url = \"\"";
    toml.replace(toml.find(url_line), url_line.size(), "data_dir = \"" + data_dir.string() + "\"");
    const std::string config = write_file(folder, "redink.toml", toml);
    {
        RunningProgram program{run_command(config)};
        wait_for_block(program, chain.head());
        int killed = 0;
        for (int i = 0; i < kills; ++i) {
            CAPTURE(i);
            chain.move(milliseconds{1'000});
            const auto postmaster = find_postmaster(data_dir);
            if (postmaster) {
                ::kill(*postmaster, SIGKILL);
                ++killed;
            }
            // Some are killed while they recover.
            if (chain.below(3) != 0) {
                wait_for_block(program, chain.head());
            }
        }
        CHECK(killed > 0);
        MESSAGE("PostgreSQL was killed " << killed << " times");
        const chain::BlockRef head = chain.finish();
        REQUIRE(head.number.value() == kLastHead);
        wait_for_block(program, head);
        end(program);
    }
    app::DatabaseConfig there;
    there.data_dir = data_dir;
    const app::Database database{there, app::DatabaseUse::existing};
    check_equals_straight_sync(database.url());
}

}  // namespace redink::test
