#include <algorithm>

#include <doctest/doctest.h>

#include "app/books/manual_file.hpp"
#include "app/config/issues.hpp"
#include "app/prices/price_file.hpp"
#include "tests/property/random_source.hpp"

namespace redink::app {
namespace {

const std::string kPrices =
    "asset,price,decimals,unit,source,round_id,updated_at,block\n"
    "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48,99985,5,usd,\"chainlink\",42,1700000000,18500000\n"
    "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48,99986,5,usd,cex,,1700000012,18500001\r\n";

const std::string kEntries = R"(market = "aave"
reason = "r"
reference = "x"
author = "a"
signed_off_by = "b"
date = 2026-04-20
[[entry]]
rule = "write_off"
block = 100
pool = "0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2"
reserve = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
asset = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
legs = [
  { account = "allowance", side = "debit", units = "21" },
  { account = "written_off", side = "credit", units = 21 },
]
)";

// One to four bytes replaced, dropped or doubled.
std::string mutated(std::string text, test::RandomSource& random) {
    const std::size_t changes = 1 + random.below(4);
    for (std::size_t i = 0; i < changes; ++i) {
        const std::size_t at = random.below(text.size());
        switch (random.below(4)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.erase(at, 1);
                break;
            case 2:
                text.insert(at, 1, text[random.below(text.size())]);
                break;
            default:
                text[at] = text[random.below(text.size())];
        }
    }
    return text;
}

// Runs `work`; false when it refused its text. Anything but ConfigError fails the test.
template <class Work>
bool is_accepted(const Work& work) {
    try {
        work();
        return true;
    } catch (const ConfigError& error) {
        REQUIRE_FALSE(error.issues().empty());
        return false;
    }
}

}  // namespace

TEST_CASE("a mutilated file of prices is read or refused, and never half") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    int accepted = 0;
    for (int i = 0; i < 4'000; ++i) {
        const std::string text = mutated(kPrices, random);
        CAPTURE(text);
        accepted += is_accepted([&text] {
            const ImportedPrices prices = parse_prices(text, "p.csv", "market");
            REQUIRE(prices.set.rows.size() >= 1);
            for (const valuation::PriceRow& row : prices.set.rows) {
                REQUIRE_FALSE(row.price.is_zero());
                REQUIRE(row.scale <= valuation::kMaxPriceScale);
                REQUIRE(row.updated_at != 0);
            }
        });
    }
    CHECK(accepted > 100);
    CHECK(accepted < 3'900);
}

TEST_CASE("mutilated entries by hand are sound or refused") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    int accepted = 0;
    for (int i = 0; i < 3'000; ++i) {
        const std::string text = mutated(kEntries, random);
        CAPTURE(text);
        accepted += is_accepted([&text] {
            const auto find_block = [](std::uint64_t number) {
                return std::optional{ledger::BlockStamp{number, {}, 1}};
            };
            const ManualEntries document = parse_manual_entries(text, "m.toml", find_block);
            for (const ledger::Entry& entry : document.entries) {
                REQUIRE(check(entry) == ledger::EntryFault::none);
                REQUIRE(entry.origin.evidence == document.evidence);
            }
        });
    }
    CHECK(accepted > 50);
    CHECK(accepted < 2'900);
}

TEST_CASE("the digest of prices does not depend on the order of their lines") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 1'000; ++i) {
        std::vector<std::string> lines;
        for (std::size_t k = 0; k < 2 + random.below(8); ++k) {
            lines.push_back("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48," +
                            std::to_string(1 + random.below(1'000)) + ",2,usd,s,,1700000000," +
                            std::to_string(k) + "\n");
        }
        const auto digest = [&lines] {
            std::string text = kPrices.substr(0, kPrices.find('\n') + 1);
            for (const std::string& line : lines) {
                text += line;
            }
            return parse_prices(text, "p.csv", "market").digest;
        };
        const Digest before = digest();
        std::swap(lines.front(), lines[random.below(lines.size())]);
        std::reverse(lines.begin(), lines.end());
        REQUIRE(digest() == before);
    }
}

}  // namespace redink::app
