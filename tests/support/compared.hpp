#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "accounting/money/u256.hpp"

namespace redink::test {

/// Numbers compared with the contracts' own answers, and those that differ.
struct Compared {
    std::size_t numbers = 0;
    std::vector<std::string> differences;

    /// `want` is a decimal text, as recorded, or a JSON value.
    void equal(const std::string& what, const std::string& got, const nlohmann::json& want) {
        ++numbers;
        const std::string expected = want.is_string() ? want.get<std::string>() : want.dump();
        if (got != expected) {
            differences.push_back(what + ": " + got + " instead of " + expected);
        }
    }

    /// As above, for a number.
    void equal(const std::string& what, const U256& got, const nlohmann::json& want) {
        equal(what, to_decimal(got), want);
    }
};

}  // namespace redink::test
