#include <sstream>

#include <doctest/doctest.h>

#include "app/bookkeeper/terms.hpp"
#include "app/commands/config_check.hpp"
#include "tests/unit/app/config_file.hpp"

using namespace redink;
using test::ConfigFile;
using test::kSoundConfig;

namespace {

constexpr const char* kPayer = "0x0000000000000000000000000000000000000abc";

app::MarketConfig market_with(const std::string& tables) {
    return ConfigFile{kSoundConfig + tables}.load().markets.at(0);
}

std::vector<waterfall::Layer> layers_of(const app::MarketConfig& market) {
    std::vector<waterfall::Layer> layers;
    for (const store::CoverLayer& cover : cover_of(market)) {
        layers.push_back(cover.layer);
    }
    return layers;
}

std::string problems_with(const std::string& tables) {
    return ConfigFile{kSoundConfig + tables}.problems();
}

bool holds(const std::string& text, const std::string& part) {
    INFO(text);
    INFO(part);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a market has the standard policy and only lenders unless it says otherwise") {
    const app::MarketConfig market = market_with("");
    CHECK(market.policy == app::PolicyConfig{});
    CHECK(market.cover.empty());
    CHECK(layers_of(market) == std::vector{waterfall::lenders()});
    const valuation::Policy policy = app::policy_at(terms_of(market), {10, 2});
    valuation::Policy standard;
    standard.dust = {10, 2};
    CHECK(policy == standard);
}

TEST_CASE("every choice of a policy is read") {
    const app::MarketConfig market = market_with(R"(min_debt_value = 77
[market.policy]
grace_seconds = 0
write_off_after_days = 30
valuation_interval_seconds = 600
slippage_bps = 250
max_price_age_seconds = 3700
)");
    CHECK(market.policy.valuation_interval_seconds == 600);
    const valuation::Policy policy = app::policy_at(terms_of(market), {10, 2});
    CHECK(policy.grace_seconds == 0);
    CHECK(policy.write_off_after_seconds == 30 * 86'400);
    CHECK(policy.slippage_bps == 250);
    CHECK(policy.max_price_age_seconds == 3'700);
    CHECK(policy.dust.min_debt_value == 77);
    CHECK(policy.dust.liquidation_cost_value == 2);
}

TEST_CASE("layers of cover are read in order, the lenders after them") {
    const app::MarketConfig market = market_with(std::string{R"([[market.cover]]
layer = "treasury"
name = "offset"
payer = ")"} + kPayer + R"("
capacity = "100000000000"
[[market.cover]]
layer = "insurance"
name = "stake"
asset = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
capacity = 66000000000000
share_bps = 8000
cooldown = "1000000"
)");
    const std::vector<waterfall::Layer> layers = layers_of(market);
    REQUIRE(layers.size() == 3);
    CHECK(layers[0].kind == events::Layer::treasury);
    CHECK(layers[0].name == "offset");
    CHECK(layers[0].capacity == U256{100'000'000'000U});
    CHECK(layers[0].share_bps == 10'000);
    CHECK(market.cover[0].payer->hex() == kPayer);
    CHECK(layers[1].kind == events::Layer::insurance);
    CHECK(layers[1].share_bps == 8'000);
    CHECK(layers[1].in_cooldown == 1'000'000);
    CHECK(layers[1].asset->bytes[0] == 0xa0);
    CHECK_FALSE(market.cover[1].payer.has_value());
    CHECK(layers[2] == waterfall::lenders());
}

TEST_CASE("config check shows policy and layers that are configured") {
    const std::string tables =
        "[market.policy]\nslippage_bps = 250\n"
        "[[market.cover]]\nlayer = \"reserve\"\nname = \"reserves\"\n";
    std::ostringstream out;
    app::describe(ConfigFile{kSoundConfig + tables}.load(), out);
    CHECK(holds(out.str(), "slippage 250 bps"));
    CHECK(holds(out.str(), "bad debt is borne by reserves, lenders\n"));
}

TEST_CASE("lenders may be named as the last layer only, without limits") {
    const std::string lenders = "[[market.cover]]\nlayer = \"lenders\"\nname = \"suppliers\"\n";
    const std::string reserve = "[[market.cover]]\nlayer = \"reserve\"\nname = \"reserves\"\n";
    CHECK(layers_of(market_with(reserve + lenders)).size() == 2);
    CHECK(holds(problems_with(lenders + reserve),
                "redink.toml:12: [[market]] \"aave\" [[market.cover]] layer: is \"lenders\", who "
                "bear what is left; accepted: as the last layer"));
    CHECK(holds(problems_with(lenders + "capacity = 5\n"),
                "redink.toml:14: [[market]] \"aave\" [[market.cover]] capacity: does not go with"));
}

TEST_CASE("what cannot be in a policy is told with line, key and what is accepted") {
    const std::string text = problems_with(R"([market.policy]
grace = 5
write_off_after_days = 36501
valuation_interval_seconds = 0
slippage_bps = 10001
max_price_age_seconds = "1 h"
)");
    const std::string label = "[[market]] \"aave\" [market.policy] ";
    CHECK(holds(text, "redink.toml:12: " + label + "grace: is not a key of this table"));
    CHECK(holds(text, "redink.toml:13: " + label + "write_off_after_days: is 36501; accepted: an"));
    CHECK(holds(text, ":14: " + label + "valuation_interval_seconds: is 0; accepted: an integer"));
    CHECK(holds(text, ":15: " + label + "slippage_bps: is 10001; accepted: an integer from 0 to"));
    CHECK(holds(text, ":16: " + label + "max_price_age_seconds: is a text; accepted"));
    CHECK(holds(problems_with("policy = 5\n"), "policy: is an integer; accepted: a table"));
}

TEST_CASE("what cannot be a layer is told with line, key and what is accepted") {
    const std::string text = problems_with(R"([[market.cover]]
layer = "tresury"
name = "a"
capacity = -1
share_bps = 10001
[[market.cover]]
layer = "insurance"
name = "a"
capacity = "5"
cooldown = "6"
payer = "0x12"
limit = 5
)");
    const std::string label = "[[market]] \"aave\" [[market.cover]] ";
    CHECK(holds(text,
                ":12: " + label +
                    "layer: is \"tresury\" (did you mean \"treasury\"?); "
                    "accepted: reserve, treasury, insurance, recap, lenders"));
    CHECK(holds(text, ":14: " + label + "capacity: is \"-1\"; accepted: an integer from 0"));
    CHECK(holds(text, ":15: " + label + "share_bps: is 10001; accepted: an integer from 1 to"));
    CHECK(holds(text, ":18: " + label + "name: is \"a\", as another layer of this market"));
    CHECK(holds(text, ":20: " + label + "cooldown: is 6; accepted: at most the capacity, 5"));
    CHECK(holds(text, ":21: " + label + "payer: \"0x12\" is not an address"));
    CHECK(holds(text, ":22: " + label + "limit: is not a key of this table"));
    CHECK(holds(problems_with("[[market.cover]]\n"), label + "layer: is missing; accepted"));
}
