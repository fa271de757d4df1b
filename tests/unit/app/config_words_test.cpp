#include <array>

#include <doctest/doctest.h>

#include "app/config/address.hpp"
#include "app/config/environment.hpp"
#include "app/config/near_miss.hpp"

using namespace redink;

TEST_CASE("a slip of the keyboard is understood, another word is not") {
    constexpr std::array<std::string_view, 4> kWords{"address", "chain", "name", "version"};
    CHECK(app::find_near_miss("adress", kWords) == "address");
    CHECK(app::find_near_miss("chian", kWords) == "chain");
    CHECK(app::find_near_miss("nam", kWords) == "name");
    CHECK_FALSE(app::find_near_miss("colour", kWords));
    CHECK_FALSE(app::find_near_miss("", kWords));
    CHECK_FALSE(app::find_near_miss(std::string(1'000'000, 'a'), kWords));
    CHECK(app::did_you_mean("vresion", kWords) == " (did you mean \"version\"?)");
    CHECK(app::listed(kWords) == "address, chain, name, version");
}

// The examples of EIP-55.
TEST_CASE("addresses have the checksum of EIP-55") {
    for (const std::string text : {"0x52908400098527886E0F7030069857D2E4169EE7",
                                   "0xde709f2102306220921060314715629080e2fb77",
                                   "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                                   "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                                   "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
                                   "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"}) {
        const auto address = app::parse_address(text);
        REQUIRE(address.has_value());
        CHECK(app::to_checksum(*address) == text);
    }
}

TEST_CASE("an address is exact") {
    CHECK(app::parse_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").has_value());
    CHECK(app::parse_address("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED").has_value());
    for (const char* text : {"",
                             "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                             "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
                             "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaedd",
                             "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
                             "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}) {
        CHECK(app::parse_address(text).has_error());
    }
}

TEST_CASE("variables are replaced once") {
    const app::Environment environment = [](const std::string& name) -> std::optional<std::string> {
        if (name == "A") {
            return "{env:B}";
        }
        return name == "EMPTY" ? std::optional<std::string>{""} : std::nullopt;
    };
    const auto replaced = app::replace_variables("x{env:A}y{env:A}", environment);
    CHECK(replaced->value == "x{env:B}y{env:B}");
    CHECK(replaced->shown() == "***");
    CHECK(app::replace_variables("plain", environment)->shown() == "\"plain\"");
    CHECK(app::replace_variables("{env:B}", environment).error().text.find(" B ") !=
          std::string::npos);
    CHECK(app::replace_variables("{env:EMPTY}", environment).has_error());
    CHECK(app::replace_variables("{env:A", environment).has_error());
    CHECK(app::replace_variables("{env:}", environment).has_error());
    CHECK(app::replace_variables("{env:1A}", environment).has_error());
}
