#include "app/doctor/searches.hpp"

#include <doctest/doctest.h>

namespace redink::app {
namespace {

struct Found {
    std::uint64_t works = 0;
    bool is_limited = false;
    unsigned tries = 0;
};

Found search_size(std::uint64_t cap, std::uint64_t most) {
    SizeSearch search{most};
    Found found;
    while (const auto size = search.next()) {
        CHECK(*size >= 1);
        CHECK(*size <= most);
        search.take(*size <= cap);
        ++found.tries;
        REQUIRE(found.tries < 64);
    }
    found.works = search.works();
    found.is_limited = search.is_limited();
    return found;
}

}  // namespace

TEST_CASE("a cap is found exactly, in few tries") {
    for (std::uint64_t cap = 1; cap <= 300; ++cap) {
        CAPTURE(cap);
        const Found found = search_size(cap, 100'000);
        CHECK(found.works == cap);
        CHECK(found.is_limited);
        CHECK(found.tries <= 20);
    }
    for (const std::uint64_t cap : {999U, 1000U, 1001U, 2048U, 10'000U, 50'000U, 99'999U}) {
        CAPTURE(cap);
        CHECK(search_size(cap, 100'000).works == cap);
        CHECK(search_size(cap, 100'000).tries <= 34);
    }
}

TEST_CASE("without a cap the search ends at the most that may be tried") {
    for (const std::uint64_t most : {1U, 2U, 3U, 655U, 100'000U}) {
        CAPTURE(most);
        const Found found = search_size(most, most);
        CHECK(found.works == most);
        CHECK_FALSE(found.is_limited);
        CHECK(found.tries <= 18);
    }
}

TEST_CASE("nothing works where the smallest size is refused, which takes one try") {
    const Found found = search_size(0, 100'000);
    CHECK(found.works == 0);
    CHECK(found.is_limited);
    CHECK(found.tries == 1);
}

TEST_CASE("the first block is found exactly when the tries suffice") {
    for (std::uint64_t first = 11; first <= 1000; first += 7) {
        CAPTURE(first);
        FirstBlockSearch search{chain::BlockNumber{10}, chain::BlockNumber{1000}, 18};
        while (const auto block = search.next()) {
            search.take(block->value() >= first);
        }
        CHECK(search.first() == chain::BlockNumber{first});
        CHECK(search.is_exact());
    }
}

TEST_CASE("with too few tries the first block is near, and on the safe side") {
    constexpr std::uint64_t kFirst = 15'537'394;
    FirstBlockSearch search{chain::BlockNumber{0}, chain::BlockNumber{23'000'000}, 18};
    unsigned tries = 0;
    while (const auto block = search.next()) {
        search.take(block->value() >= kFirst);
        ++tries;
    }
    CHECK(tries == 18);
    CHECK_FALSE(search.is_exact());
    CHECK(search.first().value() >= kFirst);
    CHECK(search.first().value() < kFirst + 100);
}

TEST_CASE("neighbours need no search") {
    const FirstBlockSearch search{chain::BlockNumber{10}, chain::BlockNumber{11}, 18};
    CHECK_FALSE(search.next());
    CHECK(search.is_exact());
    CHECK(search.first() == chain::BlockNumber{11});
}

}  // namespace redink::app
