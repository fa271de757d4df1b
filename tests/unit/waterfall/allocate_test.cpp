#include "accounting/waterfall/allocate.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"

namespace redink::waterfall {
namespace {

const AssetId kUsdc{{1}};
const AssetId kWeth{{2}};

Layer layer(events::Layer kind, std::optional<U256> capacity) {
    Layer made;
    made.kind = kind;
    made.name = "layer";
    made.capacity = capacity;
    return made;
}

// Offset 100, stake 1,000, then lenders: the order of Aave with Umbrella.
std::vector<Layer> umbrella() {
    return {layer(events::Layer::treasury, U256{100}),
            layer(events::Layer::insurance, U256{1'000}),
            lenders()};
}

}  // namespace

TEST_CASE("a loss goes down the layers, each up to its capacity") {
    CHECK(allocate({kUsdc, 0}, umbrella()) == std::vector<U256>{0, 0, 0});
    CHECK(allocate({kUsdc, 60}, umbrella()) == std::vector<U256>{60, 0, 0});
    CHECK(allocate({kUsdc, 600}, umbrella()) == std::vector<U256>{100, 500, 0});
    CHECK(allocate({kUsdc, 2'100}, umbrella()) == std::vector<U256>{100, 1'000, 1'000});
    CHECK(allocate({kUsdc, max_u256()}, umbrella())[2] == max_u256() - 1'100U);
}

TEST_CASE("a layer takes at most its share of the whole loss, rounded down") {
    // Venus BUSD, 2022: 7,222,632 shared by lenders and reserves; here a reserve at 33 %.
    std::vector<Layer> layers{layer(events::Layer::reserve, std::nullopt), lenders()};
    layers[0].share_bps = 3'300;
    CHECK(allocate({kUsdc, 101}, layers) == std::vector<U256>{33, 68});
    layers[0].capacity = U256{10};
    CHECK(allocate({kUsdc, 101}, layers) == std::vector<U256>{10, 91});
}

TEST_CASE("a layer of another asset pays nothing") {
    std::vector<Layer> layers = umbrella();
    layers[1].asset = kWeth;
    CHECK(allocate({kUsdc, 600}, layers) == std::vector<U256>{100, 0, 500});
    CHECK(allocate({kWeth, 600}, layers) == std::vector<U256>{100, 500, 0});
}

TEST_CASE("a waterfall that does not end with the lenders is refused") {
    const std::vector<Layer> layers{layer(events::Layer::reserve, U256{5})};
    CHECK_THROWS_AS((void)allocate({kUsdc, 1}, layers), InvariantBroken);
}

TEST_CASE("a plan tells cover and residual by layer") {
    const std::vector<PlannedLayer> planned = plan({kUsdc, 2'000}, umbrella());
    REQUIRE(planned.size() == 3);
    CHECK(planned[0].planned == 100);
    CHECK(planned[0].residual == 1'900);
    CHECK(planned[0].cover_ratio == wad() / 20U);
    CHECK(planned[1].planned == 1'000);
    CHECK(planned[1].residual == 900);
    CHECK(planned[2].residual == 0);
    CHECK(planned[2].layer == lenders());
}

TEST_CASE("a plan for no loss has no cover ratio") {
    for (const PlannedLayer& planned : plan({kUsdc, 0}, umbrella())) {
        CHECK_FALSE(planned.cover_ratio.has_value());
        CHECK(planned.planned == 0);
    }
}

}  // namespace redink::waterfall
