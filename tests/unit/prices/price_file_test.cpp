#include "app/prices/price_file.hpp"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "app/config/issues.hpp"
#include "indexer/chain/sha256.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace redink::app {
namespace {

const std::string kHeader = "asset,price,decimals,unit,source,round_id,updated_at,block\n";
const std::string kUsdc = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const std::string kSound = kUsdc + ",99985,5,usd,chainlink,42,1700000000,18500000\n";

std::string problems_of(const std::string& text, const std::string& kind = "market") {
    try {
        static_cast<void>(parse_prices(text, "p.csv", kind));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

// What is wrong with one row of which one text was replaced.
std::string changed(const std::string& from, const std::string& to) {
    std::string row = kSound;
    return problems_of(kHeader + row.replace(row.find(from), from.size(), to));
}

bool holds(const std::string& text, const std::string& part) {
    INFO(text);
    INFO(part);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a row of prices is read as written") {
    const ImportedPrices prices = parse_prices(kHeader + kSound, "p.csv", "market");
    REQUIRE(prices.set.rows.size() == 1);
    const valuation::PriceRow& row = prices.set.rows[0];
    CHECK(row.asset.bytes[0] == 0xa0);
    CHECK(row.price == 99'985);
    CHECK(row.scale == 5);
    CHECK(row.unit == "usd");
    CHECK(row.source == "chainlink");
    CHECK(row.round_id == "42");
    CHECK(row.updated_at == 1'700'000'000);
    CHECK(row.block == 18'500'000);
    CHECK(prices.set.kind == "market");
    CHECK(prices.digest == chain::sha256(canonical_bytes(prices.set)));
}

TEST_CASE("columns may come in any order, and a round id may be empty") {
    const ImportedPrices prices =
        parse_prices("block,asset,price,unit,decimals,source,updated_at,round_id\n7," + kUsdc +
                         ",1,usd,0,\"cex\",9,\n",
                     "p.csv",
                     "scenario:depeg-20");
    CHECK(prices.set.rows[0].block == 7);
    CHECK(prices.set.rows[0].round_id.empty());
    CHECK(prices.set.kind == "scenario:depeg-20");
}

TEST_CASE("the digest does not depend on the order of lines, but on every value and the kind") {
    const std::string later = kUsdc + ",1,5,usd,chainlink,43,1700000060,18500005\n";
    const auto digest = [](const std::string& rows, const std::string& kind) {
        return parse_prices(kHeader + rows, "p.csv", kind).digest;
    };
    CHECK(digest(kSound + later, "market") == digest(later + kSound, "market"));
    CHECK(digest(kSound + later, "market") != digest(kSound, "market"));
    CHECK(digest(kSound, "market") != digest(kSound, "scenario:x"));
}

TEST_CASE("a price has to be a positive integer") {
    CHECK(holds(changed("99985", "0"),
                "p.csv:2: column 2 (price): is \"0\"; accepted: an integer from 1 to 2^256 - 1"));
    CHECK(holds(changed("99985", "-1"), "column 2 (price): is \"-1\"; accepted"));
    CHECK(holds(changed("99985", "0.99985"), "the point is set by decimals"));
    CHECK(holds(changed("99985", ""), "column 2 (price): is \"\"; accepted"));
    CHECK(holds(changed("99985", std::string(79, '9')), "column 2 (price)"));
}

TEST_CASE("what else cannot be is told by its column") {
    CHECK(holds(changed(",5,", ",78,"), "p.csv:2: column 3 (decimals): is \"78\"; accepted: an"));
    CHECK(holds(changed(",5,", ",-1,"), "column 3 (decimals)"));
    CHECK(holds(changed("0xA0", "0xB0"),
                "column 1 (asset): is \"0xB0b86991c6218b36c1d19D4a2e9Eb0c"
                "E3606eB48\", which has a wrong checksum"));
    CHECK(holds(changed("0xA0", "0xA"), "column 1 (asset): is"));
    CHECK(holds(changed(kUsdc, "0x0000000000000000000000000000000000000000"), "zero address"));
    CHECK(holds(changed("usd", ""), "column 4 (unit): is \"\"; accepted: 1 to 64 letters"));
    CHECK(holds(changed("chainlink", "chain link"), "column 5 (source)"));
    CHECK(holds(changed("1700000000", ""),
                "column 7 (updated_at): is missing; accepted: Unix seconds"));
    CHECK(holds(changed("1700000000", "2023-11-14"), "column 7 (updated_at): is \"2023-11-14\""));
    CHECK(holds(changed(",18500000", ","), "column 8 (block): is missing; accepted: a block"));
    CHECK(holds(changed(",18500000", ""), "p.csv:2: has 7 fields; accepted: 8"));
    CHECK(holds(changed("usd", "\"usd"), "p.csv:2: has a quote that is not closed"));
}

TEST_CASE("one source says one price of an asset at a block") {
    CHECK(holds(problems_of(kHeader + kSound + "\n" + kSound),
                "p.csv:4: column 1 (asset): has a price of this source at this block on line 2"));
    std::string other = kSound;
    other.replace(other.find("chainlink"), 9, "cex");
    CHECK(parse_prices(kHeader + kSound + other, "p.csv", "market").set.rows.size() == 2);
}

TEST_CASE("the prices of an asset are in one unit") {
    std::string other = kSound;
    other.replace(other.find("usd,chainlink"), 13, "eth,cex");
    CHECK(holds(problems_of(kHeader + kSound + other),
                "p.csv:3: column 4 (unit): is \"eth\", and \"usd\" before; accepted: one unit"));
}

TEST_CASE("the header names every column once and no other") {
    CHECK(holds(problems_of("asset,prize,decimals,unit,source,round_id,updated_at,block\n"),
                "p.csv:1: column 2: is \"prize\", which is no column (did you mean \"price\"?); "
                "accepted: asset, price"));
    CHECK(holds(problems_of("asset,price\n"), "p.csv:1: block: is missing; accepted: asset"));
    CHECK(holds(problems_of("asset," + kHeader), "p.csv:1: column 2: repeats asset"));
    CHECK(holds(problems_of(""), "p.csv:1: is empty; accepted: a header asset, price"));
    CHECK(holds(problems_of(kHeader), "p.csv: has no price"));
}

TEST_CASE("everything wrong is told, up to twenty, and nothing is imported") {
    std::string text = kHeader + kSound;
    for (int i = 0; i < 23; ++i) {
        text += "x,0,0,usd,s,,1,1\n";
    }
    const std::string told = problems_of(text);
    CHECK(std::count(told.begin(), told.end(), '\n') == 20);
    CHECK(holds(told, "p.csv:3: column 1 (asset)"));
    CHECK(holds(told, "p.csv:12: column 2 (price)"));
    CHECK(holds(told, "p.csv: and 26 more"));
}

TEST_CASE("a kind that is neither the market nor a scenario is refused") {
    for (const char* kind : {"oracle", "scenario:", "scenario:a b", ""}) {
        CHECK(holds(problems_of(kHeader + kSound, kind), "accepted: market, or scenario:NAME"));
    }
}

TEST_CASE("a file of prices is read from disk, or told when it cannot be") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "prices.csv";
    CHECK_THROWS_AS((void)read_prices(path, "market"), ConfigError);
    std::ofstream{path} << kHeader + kSound;
    CHECK(read_prices(path, "market").set.rows.size() == 1);
}

}  // namespace redink::app
