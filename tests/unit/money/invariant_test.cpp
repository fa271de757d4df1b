#include "accounting/money/invariant.hpp"

#include <doctest/doctest.h>

namespace redink {

TEST_CASE("a broken invariant throws its text, a kept one nothing") {
    CHECK_NOTHROW(invariant(true, "never"));
    CHECK_THROWS_WITH_AS(invariant(false, "cash is negative"), "cash is negative", InvariantBroken);
    CHECK_THROWS_WITH_AS(
        invariant(false, std::string{"cash is "} + "-5"), "cash is -5", InvariantBroken);
}

}  // namespace redink
