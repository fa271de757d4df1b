#include "indexer/sync/fork_search.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

namespace redink::sync {
namespace {

using Hashes = std::vector<std::optional<chain::Hash32>>;

chain::Hash32 hash_of(std::uint64_t height, std::uint8_t branch) {
    std::array<std::uint8_t, 32> bytes{};
    bytes[0] = branch;
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[31 - i] = static_cast<std::uint8_t>(height >> (8 * i));
    }
    return chain::Hash32{bytes};
}

struct Chains {
    std::uint64_t fork = 0;        // last height that both share
    std::uint64_t only_every = 1;  // ours are stored at multiples of this, below the fork
};

Hashes ours(const Chains& chains, chain::BlockRange window) {
    Hashes hashes;
    for (std::uint64_t at = window.first.value(); at <= window.last.value(); ++at) {
        const bool stored = at > chains.fork || at % chains.only_every == 0;
        hashes.push_back(stored ? std::optional{hash_of(at, at > chains.fork ? 1 : 0)}
                                : std::nullopt);
    }
    return hashes;
}

Hashes theirs(const Chains& chains, chain::BlockRange window) {
    Hashes hashes;
    for (std::uint64_t at = window.first.value(); at <= window.last.value(); ++at) {
        hashes.emplace_back(hash_of(at, at > chains.fork ? 2 : 0));
    }
    return hashes;
}

struct Found {
    std::optional<std::uint64_t> fork;
    std::uint64_t asked = 0;
    int rounds = 0;
};

Found search(const Chains& chains, std::uint64_t top, std::uint64_t floor) {
    ForkSearch search{chain::BlockNumber{top}, chain::BlockNumber{floor}};
    Found found;
    std::uint64_t above = top + 1;
    while (const auto window = search.next()) {
        CHECK(window->last.value() + 1 == above);
        CHECK(window->first.value() >= std::min(floor, top));
        CHECK(window->size() <= ForkSearch::kWidestWindow);
        above = window->first.value();
        found.asked += window->size();
        ++found.rounds;
        search.learn(ours(chains, *window), theirs(chains, *window));
    }
    CHECK(search.failed() == !search.fork().has_value());
    if (search.fork()) {
        found.fork = search.fork()->value();
    }
    return found;
}

}  // namespace

TEST_CASE("a chain that did not change costs one header") {
    const Found found = search({.fork = 1'000}, 1'000, 0);
    CHECK(found.fork == 1'000);
    CHECK(found.asked == 1);
}

TEST_CASE("every depth from 1 to 300 is found exactly, in a few requests") {
    for (std::uint64_t depth = 1; depth <= 300; ++depth) {
        CAPTURE(depth);
        const Found found = search({.fork = 5'000 - depth}, 5'000, 0);
        CHECK(found.fork == 5'000 - depth);
        CHECK(found.asked <= 3 * depth + 130);
        CHECK(found.rounds <= 10);
    }
}

TEST_CASE("a chain that changed below the floor is refused") {
    const Found found = search({.fork = 899}, 1'000, 900);
    CHECK_FALSE(found.fork.has_value());
    CHECK(found.asked == 101);
    CHECK(search({.fork = 900}, 1'000, 900).fork == 900);
}

TEST_CASE("heights that are not stored are passed over") {
    const Found found = search({.fork = 777, .only_every = 10}, 800, 0);
    CHECK(found.fork == 770);
}

TEST_CASE("a floor above the top asks for the top alone") {
    CHECK(search({.fork = 10}, 10, 50).fork == 10);
    CHECK_FALSE(search({.fork = 9}, 10, 50).fork.has_value());
}

}  // namespace redink::sync
