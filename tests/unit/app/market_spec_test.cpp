#include "app/config/market_spec.hpp"

#include <doctest/doctest.h>

using namespace redink;

TEST_CASE("a market becomes a row and comes back as the same market") {
    app::ChainConfig chain;
    chain.name = "base";
    chain.id = 8453;
    app::MarketConfig market;
    market.name = "m";
    market.protocol = "aave-v3";
    market.chain = "base";
    market.address = chain::Address::parse("0x2f39d218133afab8f2b819b1066c7e434ad94e9e").value();
    market.from_block = chain::BlockNumber{7};
    market.version = "3.6";
    market.min_debt_value = "1000";
    const chain::Address other =
        chain::Address::parse("0x00000000000000000000000000000000000000ff").value();
    market.reserves = {{market.address, other, market.address, 6}, {other, other, other, 77}};

    const store::MarketRecord record = to_market_record(market, chain, 3);
    CHECK(record.chain_id == 8453);
    CHECK(record.chain == "base");
    CHECK(record.adapter_version == 3);
    CHECK(record.min_debt_value == "1000");
    CHECK_FALSE(record.liquidation_cost_value);

    const protocols::MarketSpec from_record = app::to_market_spec(record);
    const protocols::MarketSpec from_config = app::to_market_spec(market);
    CHECK(from_record.name == from_config.name);
    CHECK(from_record.address == from_config.address);
    CHECK(from_record.from_block == from_config.from_block);
    CHECK(from_record.version == from_config.version);
    REQUIRE(from_record.reserves.size() == 2);
    CHECK(from_record.reserves[0].asset == market.address);
    CHECK(from_record.reserves[0].supply_token == other);
    CHECK(from_record.reserves[0].decimals == 6);
    CHECK(from_record.reserves[1].decimals == 77);
}

TEST_CASE("stored reserves that were tampered with stop the program") {
    store::MarketRecord record;
    record.known_reserves = "0x00 0x01 0x02 18\n";
    CHECK_THROWS(static_cast<void>(app::to_market_spec(record)));
}

TEST_CASE("protocols are found by their name") {
    CHECK(app::find_protocol("aave-v3")->name() == "aave-v3");
    CHECK(app::find_protocol("aave-v9") == nullptr);
}
