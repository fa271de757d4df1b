#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"
#include "accounting/waterfall/allocate.hpp"
#include "accounting/waterfall/apportion.hpp"
#include "accounting/waterfall/haircut.hpp"
#include "tests/property/random_source.hpp"

namespace redink::waterfall {
namespace {

constexpr AssetId kAsset{{1}};

U256 sum_of(const std::vector<U256>& parts) {
    return std::accumulate(parts.begin(), parts.end(), U256{0});
}

// Below 2^200, so that a few hundred of them fit 256 bits. One in eight is zero.
std::vector<U256> weights(test::RandomSource& random) {
    std::vector<U256> made(1 + random.below(60));
    for (U256& weight : made) {
        weight = random.below(8) == 0 ? U256{0} : U256{random.number() >> 56};
    }
    made[random.below(made.size())] += 1U;
    return made;
}

std::vector<Layer> layers(test::RandomSource& random) {
    std::vector<Layer> made(random.below(5));
    for (Layer& layer : made) {
        layer.kind = static_cast<events::Layer>(random.below(4));
        if (random.below(4) != 0) {
            layer.capacity = random.number();
        }
        if (random.below(2) == 0) {
            layer.share_bps = static_cast<std::uint32_t>(random.below(kWholeLossBps + 1));
        }
        if (random.below(8) == 0) {
            layer.asset = AssetId{{2}};
        }
    }
    return with_lenders(std::move(made));
}

}  // namespace

TEST_CASE("apportion conserves, stays within a unit of the exact part, and keeps the order") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 3'000; ++i) {
        const std::vector<U256> by = weights(random);
        const U256 all = sum_of(by);
        const U256 total = random.number();
        CAPTURE(i);
        const std::vector<U256> parts = apportion(total, by);
        REQUIRE(sum_of(parts) == total);
        REQUIRE(parts == apportion(total, by));
        for (std::size_t k = 0; k < by.size(); ++k) {
            REQUIRE(parts[k] >= mul_div(total, by[k], all, Round::down));
            REQUIRE(parts[k] <= mul_div(total, by[k], all, Round::up));
            // A heavier weight never gets less.
            const std::size_t other = random.below(by.size());
            REQUIRE((by[k] <= by[other] || parts[k] >= parts[other]));
        }
    }
}

TEST_CASE("apportion does not depend on a common factor of the weights") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 1'000; ++i) {
        std::vector<U256> by = weights(random);
        const U256 total = random.number();
        const std::vector<U256> parts = apportion(total, by);
        const U256 factor{1 + random.below(1'000)};
        std::transform(by.begin(), by.end(), by.begin(), [&factor](const U256& weight) {
            return U256{weight * factor};
        });
        REQUIRE(apportion(total, by) == parts);
    }
}

TEST_CASE("allocate conserves and no layer takes more than it may") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 3'000; ++i) {
        const std::vector<Layer> order = layers(random);
        const TokenAmount loss{kAsset, random.number()};
        CAPTURE(i);
        const std::vector<U256> amounts = allocate(loss, order);
        REQUIRE(sum_of(amounts) == loss.units());
        for (std::size_t k = 0; k + 1 < order.size(); ++k) {
            REQUIRE((!order[k].capacity || amounts[k] <= *order[k].capacity));
            REQUIRE(amounts[k] <= percent_mul(loss.units(), order[k].share_bps, Round::down));
            REQUIRE((!order[k].asset || amounts[k].is_zero()));
        }
        // A lower layer pays only when every upper one is at its limit: capacity, share or asset.
        const std::vector<PlannedLayer> planned = plan(loss, order);
        for (std::size_t k = 0; k + 1 < order.size(); ++k) {
            const U256 share = percent_mul(loss.units(), order[k].share_bps, Round::down);
            const bool is_at_limit = amounts[k] == share || order[k].asset ||
                                     (order[k].capacity && amounts[k] == *order[k].capacity);
            REQUIRE((planned[k].residual.is_zero() || is_at_limit));
        }
        REQUIRE(planned.back().residual.is_zero());
    }
}

TEST_CASE("a larger loss lowers no layer's part, up to the rounding of shares") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 1'000; ++i) {
        const std::vector<Layer> order = layers(random);
        const U256 small = random.number() >> 1;
        const U256 large = small + (random.number() >> 1);
        const bool has_share = std::any_of(order.begin(), order.end(), [](const Layer& layer) {
            return layer.share_bps != kWholeLossBps;
        });
        const std::vector<U256> before = allocate({kAsset, small}, order);
        const std::vector<U256> after = allocate({kAsset, large}, order);
        // Each share is rounded down by less than a unit, and that reaches the layers below it.
        const U256 slack{has_share ? order.size() : 0};
        for (std::size_t k = 0; k < order.size(); ++k) {
            REQUIRE(after[k] + slack >= before[k]);
        }
    }
}

TEST_CASE("more capacity never leaves more to the lenders") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 1'000; ++i) {
        std::vector<Layer> order = layers(random);
        const TokenAmount loss{kAsset, random.number()};
        const U256 before = allocate(loss, order).back();
        Layer& layer = order[random.below(order.size())];
        if (layer.capacity) {
            layer.capacity = std::max(*layer.capacity, random.number());
        }
        REQUIRE(allocate(loss, order).back() <= before);
    }
}

TEST_CASE("lenders share any loss to the unit, none more than its claim") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 1'000; ++i) {
        std::vector<Claim> claims;
        for (const U256& weight : weights(random)) {
            claims.push_back({PartyId{{static_cast<std::uint8_t>(claims.size())}}, weight});
        }
        U256 all = 0;
        for (const Claim& claim : claims) {
            all += claim.units;
        }
        const U256 loss = random.number() % (all + 1U);
        U256 sum = 0;
        for (const LenderLoss& lender : share_loss(loss, claims)) {
            REQUIRE(lender.loss <= lender.claim);
            sum += lender.loss;
        }
        REQUIRE(sum == loss);
    }
}

TEST_CASE("by share price the losses are the loss within a unit for each holder") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 2'000; ++i) {
        SharePool pool;
        const bool is_virtual = random.below(2) == 0;
        pool.virtual_shares = is_virtual ? 1'000'000 : 0;
        pool.virtual_assets = is_virtual ? 1 : 0;
        std::vector<ShareHolding> holdings;
        for (const U256& weight : weights(random)) {
            holdings.push_back({{}, weight >> 80});
            pool.shares += holdings.back().shares;
        }
        pool.assets = random.number() >> 128;
        const U256 loss = random.number() % (pool.assets + 1U);
        U256 sum = 0;
        // Throws when the sum is further off than the rounding of each holder.
        for (const LenderLoss& lender : share_loss_by_price(loss, pool, holdings)) {
            REQUIRE(lender.loss <= lender.claim);
            sum += lender.loss;
        }
        REQUIRE(sum <= loss + U256{holdings.size()});
    }
}

}  // namespace redink::waterfall
