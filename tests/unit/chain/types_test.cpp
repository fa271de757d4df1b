#include "indexer/chain/types.hpp"

#include <doctest/doctest.h>

namespace redink::chain {

TEST_CASE("an address is twenty bytes of hexadecimal") {
    const auto address = Address::parse("0xC083E9947CF02B8FFC7D3090AE9AEA72DF98FD47");
    REQUIRE(address);
    CHECK(address->hex() == "0xc083e9947cf02b8ffc7d3090ae9aea72df98fd47");
    CHECK_FALSE(address->is_zero());
    CHECK(Address{}.is_zero());
    CHECK_FALSE(Address::parse("0xc083"));
    CHECK_FALSE(Address::parse("c083e9947cf02b8ffc7d3090ae9aea72df98fd47"));
}

TEST_CASE("bytes are ordered as their hexadecimal is") {
    const auto low = *Address::parse("0x00000000000000000000000000000000000000ff");
    const auto high = *Address::parse("0x0100000000000000000000000000000000000000");
    CHECK(low < high);
    CHECK(std::hash<Address>{}(low) != std::hash<Address>{}(high));
}

TEST_CASE("a block range counts both ends") {
    const BlockRange range{BlockNumber{10}, BlockNumber{10}};
    CHECK(range.size() == 1);
    CHECK((BlockRange{BlockNumber{10}, BlockNumber{19}}).size() == 10);
    CHECK(BlockNumber{7} + 3 - BlockNumber{4} == 6);
}

}  // namespace redink::chain
