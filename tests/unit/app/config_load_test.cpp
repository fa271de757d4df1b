#include <doctest/doctest.h>

#include "tests/unit/app/config_file.hpp"

using namespace redink;
using test::ConfigFile;
using test::kSoundConfig;

namespace {

// kSoundConfig with one text replaced.
std::string changed(const std::string& from, const std::string& to) {
    std::string text = kSoundConfig;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string problems_of(const std::string& text) {
    return ConfigFile{text}.problems();
}

bool holds(const std::string& text, const std::string& part) {
    INFO(text);
    INFO(part);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a small configuration is read with its defaults") {
    const ConfigFile file{kSoundConfig};
    const app::Config config = file.load();
    REQUIRE(config.chains.size() == 1);
    REQUIRE(config.markets.size() == 1);
    CHECK_FALSE(config.database.url);
    CHECK(config.database.data_dir == file.request.file.parent_path() / ".redink");
    CHECK(config.chains[0].id == 1);
    CHECK(config.chains[0].proof == app::ProofLevel::bloom);
    CHECK_FALSE(config.chains[0].finality.depth);
    CHECK(config.chains[0].endpoints.at(0).name() == "https://node.example:443");
    CHECK(config.markets[0].address.hex() == "0x2f39d218133afab8f2b819b1066c7e434ad94e9e");
    CHECK(config.markets[0].from_block.value() == 16291127);
    CHECK(&chain_of(config, config.markets[0]) == config.chains.data());
}

TEST_CASE("every key is read") {
    const app::Config config = ConfigFile{R"(
[database]
url = "postgresql://me@host/db"
data_dir = "/srv/redink"
[[chain]]
name = "base"
id = 8453
endpoints = ["http://localhost:8545", "https://b.example"]
finality = 64
proof = "second-source"
[[market]]
name = "m"
protocol = "aave-v3"
chain = "base"
address = "0x2f39d218133afab8f2b819b1066c7e434ad94e9e"
from_block = 0
version = "3.6"
min_debt_value = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
liquidation_cost_value = 200000000
[[market.reserve]]
asset = "0x0000000000000000000000000000000000000001"
supply_token = "0x0000000000000000000000000000000000000002"
debt_token = "0x0000000000000000000000000000000000000003"
decimals = 6
[[market.reserve]]
asset = "0x0000000000000000000000000000000000000004"
supply_token = "0x0000000000000000000000000000000000000005"
debt_token = "0x0000000000000000000000000000000000000006"
)"}
                                   .load();
    CHECK(config.database.url == "postgresql://me@host/db");
    CHECK(config.database.data_dir == "/srv/redink");
    CHECK(config.chains.at(0).finality.depth == 64);
    CHECK(config.chains.at(0).proof == app::ProofLevel::second_source);
    CHECK(config.chains.at(0).endpoints.size() == 2);
    const app::MarketConfig& market = config.markets.at(0);
    CHECK(market.version == "3.6");
    CHECK(market.min_debt_value->size() == 78);
    CHECK(market.liquidation_cost_value == "200000000");
    REQUIRE(market.reserves.size() == 2);
    CHECK(market.reserves[0].decimals == 6);
    CHECK(market.reserves[1].decimals == 18);
    CHECK(market.reserves[1].debt_token.bytes().back() == 6);
}

TEST_CASE("an unknown key is named with its line, what was meant, and what is accepted") {
    const std::string text = problems_of(changed("address", "adress"));
    CHECK(holds(text,
                "redink.toml:9: [[market]] \"aave\" adress: is not a key of this table "
                "(did you mean \"address\"?); accepted: name, protocol, chain, address"));
    CHECK(holds(text, "[[market]] \"aave\" address: is missing"));
    CHECK(holds(problems_of(std::string{"databse = 1\n"} + kSoundConfig),
                "redink.toml:1: databse: is not a key of this table (did you mean \"database\"?)"));
}

TEST_CASE("all that is wrong is told at once, by line") {
    const std::string text = problems_of(R"(
[[chain]]
name = "a b"
id = 0
endpoints = ["ftp://x", 5]
proof = "blom"
finality = "save"
[[market]]
name = "m"
protocol = "aave-v4"
chain = "c"
address = "0x12"
from_block = -1
)");
    for (const char* part : {":3: [[chain]] \"a b\" name: is \"a b\"; accepted: 1 to 64",
                             ":4: [[chain]] \"a b\" id: is 0; accepted: an EIP-155 chain id",
                             ":5: [[chain]] \"a b\" endpoints: ",
                             ":5: [[chain]] \"a b\" endpoints: is an integer; accepted: a list",
                             ":6: [[chain]] \"a b\" proof: is \"blom\" (did you mean \"bloom\"?); "
                             "accepted: headers, bloom, receipts, second-source",
                             ":7: [[chain]] \"a b\" finality: is \"save\"; accepted: \"finalized\"",
                             ":10: [[market]] \"m\" protocol: is \"aave-v4\" (did you mean "
                             "\"aave-v3\"?); accepted: aave-v3",
                             ":11: [[market]] \"m\" chain: is \"c\", which is no [[chain]]",
                             ":12: [[market]] \"m\" address: \"0x12\" is not an address",
                             ":13: [[market]] \"m\" from_block: is -1; accepted: an integer"}) {
        CHECK(holds(text, part));
    }
}

TEST_CASE("a wrong type is told with the accepted one") {
    CHECK(holds(problems_of(changed("id = 1", "id = \"1\"")), "id: is a text; accepted: an EIP"));
    CHECK(holds(problems_of(changed("from_block = 16291127", "from_block = 1\nversion = 3.6")),
                "version: is a number with a point; accepted: a version of the protocol, in "
                "quotes"));
    CHECK(holds(problems_of(changed("[[chain]]", "[chain]")),
                "chain: is a table; accepted: tables [[chain]]"));
    CHECK(holds(problems_of(std::string{"database = 5\n"} + kSoundConfig), "accepted: [database]"));
    CHECK(holds(
        problems_of(changed("from_block = 16291127", "from_block = 1\nmin_debt_value = \"-5\"")),
        "min_debt_value: is \"-5\"; accepted: an integer from 0 to 2^256 - 1"));
    CHECK(holds(problems_of(changed("from_block = 16291127", "from_block = 1\nreserve = [1]")),
                "reserve: is a list; accepted: tables [[market.reserve]]"));
}

TEST_CASE("a mistyped address is found by its checksum") {
    CHECK(holds(problems_of(changed("0x2f39d218133AFaB8", "0x2f39d218133aFaB8")),
                "wrong checksum (EIP-55)"));
    CHECK(holds(problems_of(changed("0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e",
                                    "0x0000000000000000000000000000000000000000")),
                "address: is the zero address"));
}

TEST_CASE("names and chain ids are given once") {
    const std::string twice = std::string{kSoundConfig} + kSoundConfig;
    const std::string text = problems_of(twice);
    CHECK(holds(text, ":12: [[chain]] \"ethereum\" name: is given to two chains"));
    CHECK(holds(text, "[[chain]] \"ethereum\" id: is given to two chains"));
    CHECK(holds(text, ":16: [[market]] \"aave\" name: is given to two markets"));
}

TEST_CASE("a version that the protocol does not know is told in the protocol's words") {
    const std::string text =
        problems_of(changed("from_block = 16291127", "from_block = 1\nversion = \"9.9\""));
    CHECK(holds(text, "redink.toml:11: [[market]] \"aave\" version: "));
    CHECK(holds(text, "\"9.9\" of aave-v3 is not known; use 3.0.0"));
}

TEST_CASE("a file that is not TOML is told with its line") {
    CHECK(holds(problems_of("[[chain]]\nname = \n"), "redink.toml:2: is not TOML: "));
}

TEST_CASE("a variable is replaced, and never shown") {
    ConfigFile file{changed("https://node.example/key", "{env:NODE}/{env:KEY}")};
    CHECK(holds(file.problems(),
                "redink.toml:4: [[chain]] \"ethereum\" endpoints: the environment variable NODE "
                "is not set"));
    file.variables = {{"NODE", "https://other.example"}, {"KEY", "s3cret"}};
    CHECK(file.load().chains[0].endpoints[0].target() == "/s3cret");
    file.variables["NODE"] = "gopher://s3cret";
    const std::string text = file.problems();
    CHECK(holds(text, "endpoints: "));
    CHECK(text.find("s3cret") == std::string::npos);
}

TEST_CASE("a variable in another value is not shown when it is wrong") {
    ConfigFile file{changed("\"aave-v3\"", "\"{env:P}\"")};
    file.variables = {{"P", "s3cret"}};
    const std::string text = file.problems();
    CHECK(holds(text, "protocol: is ***"));
    CHECK(text.find("s3cret") == std::string::npos);
}

TEST_CASE("the password of a database URL is not shown") {
    const std::string text =
        problems_of(std::string{"[database]\nurl = \"mysql://u:s3cret@h/d\"\n"} + kSoundConfig);
    CHECK(holds(text, "redink.toml:2: [database] url: has a scheme that is not PostgreSQL's"));
    CHECK(text.find("s3cret") == std::string::npos);
}

TEST_CASE("an endpoint of the command line replaces those of the only chain, wrong or not") {
    ConfigFile file{changed("https://node.example/key", "{env:NOT_SET}")};
    file.request.overrides.rpc = {"http://localhost:1", "http://localhost:2"};
    const app::Config config = file.load();
    REQUIRE(config.chains[0].endpoints.size() == 2);
    CHECK(config.chains[0].endpoints[1].name() == "http://localhost:2");
    file.request.overrides.rpc = {"nonsense"};
    CHECK(holds(file.problems(), "--rpc: "));
}

TEST_CASE("with two chains an endpoint of the command line needs a market") {
    ConfigFile file{std::string{kSoundConfig} + R"([[chain]]
name = "base"
id = 8453
endpoints = ["{env:NOT_SET}"]
[[market]]
name = "aave-base"
protocol = "aave-v3"
chain = "base"
address = "0xe20fCBdBfFC4Dd138cE8b2E6FBb6CB49777ad64D"
from_block = 2357134
)"};
    file.request.overrides.rpc = {"http://localhost:1"};
    CHECK(holds(file.problems(), "--rpc: there are 2 chains it could be for"));
    file.request.overrides.markets = {"aave-base"};
    const app::Config config = file.load();
    REQUIRE(config.markets.size() == 1);
    REQUIRE(config.chains.size() == 1);
    CHECK(config.chains[0].name == "base");
    CHECK(config.chains[0].endpoints[0].name() == "http://localhost:1");
    file.request.overrides = {};
    file.request.overrides.markets = {"aave"};
    CHECK(file.load().chains[0].name == "ethereum");
}

TEST_CASE("a market that is not configured is told with those that are") {
    ConfigFile file{kSoundConfig};
    file.request.overrides.markets = {"aav"};
    CHECK(file.problems() == "--market: there is no market \"aav\" in " +
                                 file.request.file.string() +
                                 " (did you mean \"aave\"?); accepted: aave\n");
}

TEST_CASE("a command that needs the database only does not ask for the keys of nodes") {
    ConfigFile file{changed("https://node.example/key", "{env:NOT_SET}")};
    file.request.scope = app::ConfigScope::database;
    file.request.overrides.database = "postgresql://h/d";
    CHECK(file.load().database.url == "postgresql://h/d");
}

TEST_CASE("without a file there are defaults, where a command can live with them") {
    ConfigFile file{kSoundConfig};
    std::filesystem::remove(file.request.file);
    CHECK(holds(file.problems(), "redink.toml: cannot be read"));
    file.request.file_is_given = false;
    CHECK(holds(file.problems(), "redink.toml: there is no such file; redink init writes one"));
    file.request.scope = app::ConfigScope::database;
    CHECK(file.load().database.data_dir == file.request.file.parent_path() / ".redink");
}
