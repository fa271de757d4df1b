#include "app/config/market_spec.hpp"

#include <sstream>

#include "accounting/money/invariant.hpp"

namespace redink::app {
namespace {

// One line for each reserve: asset, supply token, debt token, decimals.
std::string to_lines(const std::vector<ReserveConfig>& reserves) {
    std::string lines;
    for (const ReserveConfig& reserve : reserves) {
        lines += reserve.asset.hex() + " " + reserve.supply_token.hex() + " " +
                 reserve.debt_token.hex() + " " + std::to_string(reserve.decimals) + "\n";
    }
    return lines;
}

chain::Address stored_address(const std::string& text) {
    const auto address = chain::Address::parse(text);
    invariant(address.has_value(), "a stored reserve without its addresses");
    return *address;
}

std::vector<protocols::KnownReserve> from_lines(const std::string& lines) {
    std::vector<protocols::KnownReserve> reserves;
    std::istringstream in{lines};
    std::string asset;
    std::string supply_token;
    std::string debt_token;
    unsigned decimals = 0;
    while (in >> asset >> supply_token >> debt_token >> decimals) {
        reserves.push_back({stored_address(asset),
                            stored_address(supply_token),
                            stored_address(debt_token),
                            static_cast<std::uint8_t>(decimals)});
    }
    invariant(in.eof(), "stored reserves that cannot be read");
    return reserves;
}

}  // namespace

std::unique_ptr<protocols::Protocol> find_protocol(std::string_view name) {
    for (auto& protocol : protocols::make_all()) {
        if (protocol->name() == name) {
            return std::move(protocol);
        }
    }
    return nullptr;
}

protocols::MarketSpec to_market_spec(const MarketConfig& market) {
    protocols::MarketSpec spec;
    spec.name = market.name;
    spec.address = market.address;
    spec.from_block = market.from_block;
    spec.version = market.version;
    for (const ReserveConfig& reserve : market.reserves) {
        spec.reserves.push_back(
            {reserve.asset, reserve.supply_token, reserve.debt_token, reserve.decimals});
    }
    return spec;
}

protocols::MarketSpec to_market_spec(const store::MarketRecord& record) {
    protocols::MarketSpec spec;
    spec.name = record.name;
    spec.address = record.address;
    spec.from_block = record.from_block;
    spec.version = record.version;
    spec.reserves = from_lines(record.known_reserves);
    return spec;
}

store::MarketRecord to_market_record(const MarketConfig& market,
                                     const ChainConfig& chain,
                                     int adapter_version) {
    store::MarketRecord record;
    record.chain_id = chain.id;
    record.chain = chain.name;
    record.name = market.name;
    record.protocol = market.protocol;
    record.address = market.address;
    record.from_block = market.from_block;
    record.adapter_version = adapter_version;
    record.known_reserves = to_lines(market.reserves);
    record.version = market.version;
    record.min_debt_value = market.min_debt_value;
    record.liquidation_cost_value = market.liquidation_cost_value;
    return record;
}

}  // namespace redink::app
