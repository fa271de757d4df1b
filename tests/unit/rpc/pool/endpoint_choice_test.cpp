#include "indexer/rpc/pool/endpoint_choice.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

using chain::BlockNumber;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Order = std::vector<EndpointId>;

constexpr Clock::Time kStart{};

/// Endpoints that have answered within 10, 20, 30 ... ms.
struct Field {
    explicit Field(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            healths.emplace_back(RateOptions{}, kStart);
            healths.back().on_identified();
            healths.back().on_answer(Service::logs, milliseconds{10 * (i + 1)}, kStart);
        }
    }

    [[nodiscard]] Choice choose(const Need& need, Clock::Time now = kStart) const {
        std::vector<Candidate> candidates;
        for (std::size_t i = 0; i < healths.size(); ++i) {
            candidates.push_back({&healths[i], i < backlogs.size() ? backlogs[i] : Backlog{}});
        }
        return choose_endpoints(candidates, need, now);
    }

    void break_down(EndpointId id) {
        for (int i = 0; i < 4; ++i) {
            healths[id].on_fault("gone", kStart);
        }
    }

    std::vector<EndpointHealth> healths;
    std::vector<Backlog> backlogs;
};

Need logs() {
    Need need;
    need.service = Service::logs;
    return need;
}

}  // namespace

TEST_CASE("the quickest endpoint comes first") {
    Field field{3};
    CHECK(field.choose(logs()).order == Order{0, 1, 2});
    for (int i = 0; i < 20; ++i) {
        field.healths[0].on_answer(Service::logs, seconds{1}, kStart);
    }
    CHECK(field.choose(logs()).order == Order{1, 2, 0});
    CHECK(field.choose(logs()).left.empty());
}

TEST_CASE("a queue or a load sends requests to the next") {
    Field field{2};
    field.backlogs = {{100, 0}, {}};
    CHECK(field.choose(logs()).order == Order{1, 0});
    field.backlogs = {{0, 3}, {}};
    CHECK(field.choose(logs()).order == Order{1, 0});
}

TEST_CASE("equal endpoints keep the order of the configuration") {
    Field field{0};
    for (int i = 0; i < 3; ++i) {
        field.healths.emplace_back(RateOptions{}, kStart);
    }
    CHECK(field.choose(logs()).order == Order{0, 1, 2});
}

TEST_CASE("a request may name, prefer and avoid endpoints") {
    Field field{3};
    Need need = logs();
    need.prefer = 2;
    CHECK(field.choose(need).order == Order{2, 0, 1});
    need.avoid = {0, 2};
    CHECK(field.choose(need).order == Order{1});
    need = logs();
    need.only = 1;
    const Choice choice = field.choose(need);
    CHECK(choice.order == Order{1});
    CHECK(choice.left.size() == 2);
    CHECK(choice.left[0].why == Left::unwanted);
    need.only = 7;
    CHECK(field.choose(need).order.empty());
}

TEST_CASE("a preferred endpoint that is not well has no advantage") {
    Field field{2};
    Need need = logs();
    need.prefer = 1;
    field.healths[1].on_rate_limited("slow down", seconds{5}, kStart);
    CHECK(field.choose(need).order == Order{0, 1});
}

TEST_CASE("excluded endpoints are never in the order, and are named with their reason") {
    Field field{4};
    field.healths[0].on_wrong_chain("serves chain 5, not 1", kStart);
    field.healths[1].on_lie("a forged header", kStart);
    field.healths[2].on_unfit(Service::logs, "no logs on this plan", kStart);
    const Choice choice = field.choose(logs());
    CHECK(choice.order == Order{3});
    REQUIRE(choice.left.size() == 3);
    CHECK(choice.left[0].text == "wrong chain: serves chain 5, not 1");
    CHECK(choice.left[1].text == "lied: a forged header");
    CHECK(choice.left[2].text == "unfit for logs: no logs on this plan");
    for (const LeftAlone& left : choice.left) {
        CHECK(left.why == Left::excluded);
    }
    Need state;
    state.service = Service::state;
    CHECK(field.choose(state).order == Order{2, 3});
}

TEST_CASE("an endpoint that has just been behind is left alone, and comes last a while later") {
    Field field{2};
    Need need = logs();
    need.newest = BlockNumber{100};
    field.healths[0].note_head(BlockNumber{99}, kStart);
    const Choice choice = field.choose(need);
    CHECK(choice.order == Order{1});
    REQUIRE(choice.left.size() == 1);
    CHECK(choice.left[0].why == Left::no_head);
    CHECK(choice.left[0].text == "has not reached block 100");
    CHECK(field.choose(need, kStart + seconds{2}).order == Order{1, 0});
    need.newest = BlockNumber{99};
    CHECK(field.choose(need).order == Order{0, 1});
}

TEST_CASE("an endpoint whose history begins later is left alone") {
    Field field{2};
    field.healths[0].note_oldest(BlockNumber{50});
    Need need = logs();
    need.oldest = BlockNumber{49};
    const Choice choice = field.choose(need);
    CHECK(choice.order == Order{1});
    CHECK(choice.left[0].why == Left::no_history);
    CHECK(choice.left[0].text == "its history begins at block 50");
    need.oldest = BlockNumber{50};
    CHECK(field.choose(need).order == Order{0, 1});
}

TEST_CASE("an endpoint without the state of one block is still asked for that of others") {
    Field field{2};
    field.healths[0].on_no_state(BlockNumber{100}, "pruned", kStart);
    Need need;
    need.service = Service::state;
    need.oldest = BlockNumber{100};
    CHECK(field.choose(need).order == Order{1});
    CHECK(field.choose(need, kStart + std::chrono::hours{1}).order.size() == 2);
    need.oldest = BlockNumber{101};
    CHECK(field.choose(need).order.size() == 2);
    need.oldest.reset();
    CHECK(field.choose(need).order.size() == 2);
}

TEST_CASE("an endpoint whose log range is narrower than the request comes after the others") {
    Field field{3};
    field.healths[0].lower_log_range(0, 100);
    Need need = logs();
    need.blocks = 101;
    CHECK(field.choose(need).order == Order{1, 2, 0});
    need.prefer = 0;
    CHECK(field.choose(need).order == Order{1, 2, 0});
    need.blocks = 100;
    CHECK(field.choose(need).order == Order{0, 1, 2});
}

TEST_CASE("a resting endpoint comes last, but before none") {
    Field field{3};
    field.break_down(0);
    field.healths[1].note_head(BlockNumber{1}, kStart - seconds{60});
    Need need = logs();
    need.newest = BlockNumber{100};
    CHECK(field.choose(need).order == Order{2, 1, 0});
    need.only = 0;
    CHECK(field.choose(need).order == Order{0});
}

TEST_CASE("after its rest an endpoint is taken for one probe") {
    Field field{2};
    field.break_down(0);
    const Clock::Time later = kStart + seconds{2};
    field.healths[1].on_answer(Service::logs, seconds{9}, later);
    CHECK(field.choose(logs(), later).order == Order{0, 1});
    field.healths[0].begin(later);
    CHECK(field.choose(logs(), later).order == Order{1, 0});
}

}  // namespace redink::rpc
