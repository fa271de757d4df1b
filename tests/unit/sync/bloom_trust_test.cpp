#include "indexer/sync/bloom_trust.hpp"

#include <doctest/doctest.h>

namespace redink::sync {
namespace {

BloomTrust trust(std::uint64_t chain, std::uint64_t first, std::uint64_t last) {
    return bloom_trust_of(chain, {chain::BlockNumber{first}, chain::BlockNumber{last}});
}

}  // namespace

TEST_CASE("blooms are trusted unless the catalogue says otherwise") {
    CHECK(trust(1, 0, 30'000'000) == BloomTrust::trusted);
    CHECK(trust(143, 5, 5) == BloomTrust::wrong);
    CHECK(trust(999, 0, 1) == BloomTrust::wrong);
}

TEST_CASE("a range that touches wrong blooms is not trusted") {
    CHECK(trust(25, 2'693'800, 2'693'900) == BloomTrust::trusted);
    CHECK(trust(25, 2'693'799, 2'693'900) == BloomTrust::wrong);
    CHECK(trust(25, 0, 10) == BloomTrust::wrong);
}

TEST_CASE("every entry of the catalogue says why") {
    for (const WrongBlooms& entry : wrong_blooms()) {
        CHECK(entry.why.size() > 10);
        CHECK(entry.blocks.first <= entry.blocks.last);
    }
}

}  // namespace redink::sync
