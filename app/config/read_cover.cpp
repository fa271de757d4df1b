#include <algorithm>
#include <array>

#include "app/config/sections.hpp"

namespace redink::app {
namespace {

constexpr std::int64_t kCentury = 3'153'600'000;
constexpr std::int64_t kCenturyDays = 36'500;

// By the numbers of events::Layer.
constexpr std::array<std::string_view, 5> kLayers{
    "reserve", "treasury", "insurance", "recap", "lenders"};

std::uint64_t integer_or(TableReader& reader,
                         std::string_view key,
                         IntegerRange range,
                         std::uint64_t standard) {
    const std::optional<std::int64_t> written = reader.integer(key, range);
    return written ? static_cast<std::uint64_t>(*written) : standard;
}

AssetId asset_id(const chain::Address& address) {
    return {address.bytes()};
}

std::optional<U256> units(TableReader& reader, std::string_view key) {
    const std::optional<std::string> written = reader.amount(key);
    return written ? from_decimal(*written) : std::nullopt;
}

void read_amounts(TableReader& reader, waterfall::Layer& layer) {
    layer.capacity = units(reader, "capacity");
    const auto share = reader.integer("share_bps", {1, waterfall::kWholeLossBps});
    layer.share_bps = static_cast<std::uint32_t>(share.value_or(waterfall::kWholeLossBps));
    layer.in_cooldown = units(reader, "cooldown").value_or(0);
    if (layer.capacity && layer.in_cooldown > *layer.capacity) {
        reader.add_issue("cooldown",
                         "is " + to_decimal(layer.in_cooldown) +
                             "; accepted: at most the capacity, " + to_decimal(*layer.capacity));
    }
}

// Lenders bear what is left: nothing may limit that.
void check_lenders(TableReader& reader) {
    for (const std::string_view key : {"capacity", "share_bps", "cooldown", "asset", "payer"}) {
        if (reader.has(key)) {
            reader.add_issue(key, "does not go with layer = \"lenders\", who bear what is left");
        }
    }
}

CoverConfig read_layer(TableReader& reader) {
    CoverConfig cover;
    const std::optional<std::string> kind = reader.word("layer", kLayers);
    const auto* const found = std::find(kLayers.begin(), kLayers.end(), kind.value_or("reserve"));
    cover.layer.kind = static_cast<events::Layer>(found - kLayers.begin());
    cover.layer.name = reader.name("name");
    if (cover.layer.kind == events::Layer::lenders) {
        check_lenders(reader);
        return cover;
    }
    if (reader.has("payer")) {
        cover.payer = reader.address("payer");
    }
    if (reader.has("asset")) {
        cover.layer.asset = asset_id(reader.address("asset"));
    }
    read_amounts(reader, cover.layer);
    return cover;
}

}  // namespace

PolicyConfig read_policy(const toml::table& table, const std::string& label, ReadContext& context) {
    TableReader reader{table, "market.policy", label + " [market.policy]", context};
    PolicyConfig policy;
    policy.grace_seconds = integer_or(reader, "grace_seconds", {0, kCentury}, policy.grace_seconds);
    policy.write_off_after_days =
        integer_or(reader, "write_off_after_days", {0, kCenturyDays}, policy.write_off_after_days);
    policy.valuation_interval_seconds = integer_or(
        reader, "valuation_interval_seconds", {1, kCentury}, policy.valuation_interval_seconds);
    policy.slippage_bps = static_cast<std::uint32_t>(
        integer_or(reader, "slippage_bps", {0, waterfall::kWholeLossBps}, policy.slippage_bps));
    policy.max_price_age_seconds =
        integer_or(reader, "max_price_age_seconds", {0, kCentury}, policy.max_price_age_seconds);
    return policy;
}

std::vector<CoverConfig> read_cover(const std::vector<const toml::table*>& tables,
                                    const std::string& label,
                                    ReadContext& context) {
    std::vector<CoverConfig> layers;
    for (const toml::table* table : tables) {
        TableReader reader{*table, "market.cover", label + " [[market.cover]]", context};
        CoverConfig cover = read_layer(reader);
        const std::string& name = cover.layer.name;
        const auto has_name = [&name](const CoverConfig& other) {
            return other.layer.name == name;
        };
        if (!name.empty() && std::any_of(layers.begin(), layers.end(), has_name)) {
            reader.add_issue("name",
                             "is \"" + name +
                                 "\", as another layer of this market; accepted: one "
                                 "name each");
        }
        if (cover.layer.kind == events::Layer::lenders && table != tables.back()) {
            reader.add_issue("layer",
                             "is \"lenders\", who bear what is left; accepted: as the last layer, "
                             "or not at all");
        }
        layers.push_back(std::move(cover));
    }
    return layers;
}

}  // namespace redink::app
