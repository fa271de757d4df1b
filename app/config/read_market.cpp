#include <algorithm>
#include <limits>

#include "app/config/near_miss.hpp"
#include "app/config/sections.hpp"

namespace redink::app {
namespace {

constexpr std::int64_t kMaxDecimals = 77;

ReserveConfig read_reserve(const toml::table& table,
                           const std::string& market,
                           ReadContext& context) {
    TableReader reader{table, "market.reserve", market + " [[market.reserve]]", context};
    ReserveConfig reserve;
    reserve.asset = reader.address("asset");
    reserve.supply_token = reader.address("supply_token");
    reserve.debt_token = reader.address("debt_token");
    reserve.decimals = static_cast<std::uint8_t>(
        reader.integer("decimals", {0, kMaxDecimals}).value_or(reserve.decimals));
    return reserve;
}

std::string read_protocol(TableReader& reader, const std::vector<std::string_view>& protocols) {
    const std::optional<ReplacedText> written = reader.text("protocol");
    if (!written) {
        return {};
    }
    if (std::find(protocols.begin(), protocols.end(), written->value) == protocols.end()) {
        reader.add_issue("protocol",
                         "is " + written->shown() + did_you_mean(written->value, protocols) +
                             "; accepted: " + listed(protocols));
    }
    return written->value;
}

void read_reserves(TableReader& reader, ReadMarket& read, ReadContext& context) {
    for (const toml::table* table : reader.tables("reserve")) {
        const ReserveConfig reserve = read_reserve(*table, read.label, context);
        const auto same_asset = [&reserve](const ReserveConfig& other) {
            return other.asset == reserve.asset;
        };
        auto& all = read.market.reserves;
        if (!reserve.asset.is_zero() && std::any_of(all.begin(), all.end(), same_asset)) {
            context.issues.push_back({context.file,
                                      table->source().begin.line,
                                      read.label + " [[market.reserve]] asset",
                                      reserve.asset.hex() + " is named twice"});
        }
        all.push_back(reserve);
    }
}

}  // namespace

ReadMarket read_market(const toml::table& table,
                       std::size_t number,
                       const std::vector<std::string_view>& protocols,
                       ReadContext& context) {
    const std::size_t before = context.issues.size();
    ReadMarket read;
    read.label = section_label(table, "market", number);
    TableReader reader{table, "market", read.label, context};
    read.name_line = reader.line_of("name");
    read.chain_line = reader.line_of("chain");
    read.version_line = reader.line_of("version");
    MarketConfig& market = read.market;
    market.name = reader.name("name");
    market.protocol = read_protocol(reader, protocols);
    if (const std::optional<ReplacedText> chain = reader.text("chain")) {
        market.chain = chain->value;
    }
    market.address = reader.address("address");
    market.from_block = chain::BlockNumber{static_cast<std::uint64_t>(
        reader.integer("from_block", {0, std::numeric_limits<std::int64_t>::max()}).value_or(0))};
    if (std::optional<ReplacedText> version = reader.text("version")) {
        market.version = std::move(version->value);
    }
    market.min_debt_value = reader.amount("min_debt_value");
    market.liquidation_cost_value = reader.amount("liquidation_cost_value");
    read_reserves(reader, read, context);
    if (const toml::table* policy = reader.table("policy")) {
        market.policy = read_policy(*policy, read.label, context);
    }
    market.cover = read_cover(reader.tables("cover"), read.label, context);
    read.is_sound = context.issues.size() == before;
    return read;
}

}  // namespace redink::app
