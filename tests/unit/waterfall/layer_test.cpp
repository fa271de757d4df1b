#include "accounting/waterfall/layer.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"

namespace redink::waterfall {
namespace {

Layer treasury() {
    Layer layer;
    layer.kind = events::Layer::treasury;
    layer.name = "treasury";
    layer.capacity = U256{100};
    return layer;
}

}  // namespace

TEST_CASE("lenders come after the layers that are named, once") {
    const std::vector<Layer> layers = with_lenders({treasury()});
    REQUIRE(layers.size() == 2);
    CHECK(layers.back() == lenders());
    CHECK(with_lenders(layers) == layers);
    CHECK(with_lenders({}) == std::vector{lenders()});
}

TEST_CASE("layers out of order are refused") {
    const auto refused = [](const std::vector<Layer>& layers) {
        CHECK_THROWS_AS(require_order(layers), InvariantBroken);
    };
    refused({});
    refused({treasury()});
    refused({lenders(), treasury()});
    refused({lenders(), lenders()});
    Layer greedy = treasury();
    greedy.share_bps = kWholeLossBps + 1;
    refused({greedy, lenders()});
    Layer leaving = treasury();
    leaving.in_cooldown = 101;
    refused({leaving, lenders()});
    Layer limited = lenders();
    limited.capacity = U256{5};
    refused({treasury(), limited});
    Layer partial = lenders();
    partial.share_bps = 5'000;
    refused({partial});
    CHECK_NOTHROW(require_order(std::vector{treasury(), lenders()}));
}

}  // namespace redink::waterfall
