#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("who bore the loss and keeps the money gets the claim") {
    const auto late = [](events::Layer keeper) {
        return text_of(
            post(events::RecoveredLate{party(1), events::Source::third_party, keeper, 5}));
    };
    const auto expected = [](const std::string& claim, const std::string& keeper) {
        return "14 contract: cash 5 / " + claim + " 5\n14 economic: borne." + keeper +
               "@1 5 / recovered.third_party@1 5";
    };
    CHECK(late(events::Layer::lenders) == expected("claims.lenders", "lenders"));
    CHECK(late(events::Layer::treasury) == expected("claims.treasury", "treasury"));
    CHECK(late(events::Layer::reserve) == expected("capital.reserve", "reserve"));
    CHECK(late(events::Layer::insurance) == expected("claims.lenders", "insurance"));
    CHECK(late(events::Layer::recap) == expected("capital.reserve", "recap"));
}

}  // namespace redink::rules
