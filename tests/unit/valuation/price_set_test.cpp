#include "accounting/valuation/price_set.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "indexer/chain/hex.hpp"

namespace redink::valuation {
namespace {

const AssetId kAsset{{1}};

PriceRow row(std::uint64_t price, std::uint64_t block, const char* source) {
    PriceRow made;
    made.asset = kAsset;
    made.price = price;
    made.scale = 2;
    made.unit = "usd";
    made.source = source;
    made.updated_at = 1'000 + block;
    made.block = block;
    return made;
}

PriceQuery at(std::uint64_t block, std::uint64_t time) {
    return {kAsset, block, time, 100};
}

}  // namespace

TEST_CASE("the canonical bytes are those of the written layout") {
    PriceSet set{"market", {row(258, 7, "cex")}};
    set.rows[0].round_id = "9";
    const std::string expected =
        "0x"
        "00000010"
        "72656469"
        "6e6b2e7072696365732e7631"
        "000000066d61726b6574"
        "00000001"
        "0100000000000000000000000000000000000000"
        "0000000000000000000000000000000000000000000000000000000000000102"
        "02"
        "00000003757364"
        "00000003636578"
        "0000000139"
        "00000000000003ef"
        "0000000000000007";
    CHECK(chain::to_hex(canonical_bytes(set)) == expected);
}

TEST_CASE("the canonical bytes do not depend on the order of rows") {
    PriceSet set{"market", {row(1, 7, "a"), row(2, 7, "b"), row(3, 6, "c")}};
    const auto bytes = canonical_bytes(set);
    std::reverse(set.rows.begin(), set.rows.end());
    CHECK(canonical_bytes(set) == bytes);
    set.kind = "scenario:depeg";
    CHECK(canonical_bytes(set) != bytes);
}

TEST_CASE("the newest price at or below the block is in force") {
    const std::vector<PriceRow> rows{row(5, 30, "a"), row(3, 10, "a"), row(4, 20, "a")};
    CHECK(find_price(rows, at(25, 1'050)).row->price == 4);
    CHECK(find_price(rows, at(20, 1'050)).row->price == 4);
    CHECK(find_price(rows, at(9, 1'050)).state == PriceState::missing);
    CHECK_FALSE(find_price(rows, at(9, 1'050)).row.has_value());
}

TEST_CASE("a price that was updated after the valuation is not known yet") {
    CHECK(find_price(std::vector{row(5, 30, "a")}, at(30, 1'029)).state == PriceState::missing);
    CHECK(find_price(std::vector{row(5, 30, "a")}, at(30, 1'030)).state == PriceState::valued);
}

TEST_CASE("a price older than the policy allows is stale, and still shown") {
    const std::vector<PriceRow> rows{row(5, 30, "a")};
    CHECK(find_price(rows, at(90, 1'130)).state == PriceState::valued);
    const FoundPrice stale = find_price(rows, at(90, 1'131));
    CHECK(stale.state == PriceState::stale);
    CHECK(stale.row->price == 5);
}

TEST_CASE("of several sources the median counts, whatever their scales") {
    std::vector<PriceRow> rows{row(900, 7, "a"), row(100, 7, "b"), row(500, 7, "c")};
    rows[1].scale = 0;  // 100.00
    CHECK(find_price(rows, at(7, 1'007)).row->source == "a");
    rows.pop_back();
    CHECK(find_price(rows, at(7, 1'007)).row->source == "a");
    rows[0].unit = "eth";
    CHECK_THROWS_AS((void)find_price(rows, at(7, 1'007)), InvariantBroken);
}

TEST_CASE("a price of another asset does not count") {
    PriceRow other = row(5, 30, "a");
    other.asset = AssetId{{2}};
    CHECK(find_price(std::vector{other}, at(30, 1'030)).state == PriceState::missing);
}

TEST_CASE("a price is rescaled with the rounding that is asked for") {
    CHECK(rescale(row(1'999, 1, "a"), 8, Round::down) == 1'999'000'000);
    CHECK(rescale(row(1'999, 1, "a"), 0, Round::down) == 19);
    CHECK(rescale(row(1'999, 1, "a"), 0, Round::half_up) == 20);
}

}  // namespace redink::valuation
