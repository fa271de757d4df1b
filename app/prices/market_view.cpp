#include "app/prices/market_view.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace redink::app {
namespace {

using rows::ExposureRow;

bool is_held(const ExposureRow& row) {
    return row.is_collateral && row.supply_amount > 0;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    });
    return text;
}

// No more than the oracle's value ever counts, so what passes 256 bits need not be told exactly.
U256 worth(const ExposureRow& holding, const valuation::PriceRow& price, std::uint8_t scale) {
    try {
        return mul_div(holding.supply_amount,
                       rescale(price, scale, Round::down),
                       pow10(holding.decimals),
                       Round::down);
    } catch (const std::overflow_error&) {
        return max_u256();
    }
}

valuation::Collateral collateral_in(const ExposureRow& row, const MarketView& market) {
    valuation::Collateral item{row.collateral_value, row.bonus_bps, std::nullopt, {}};
    item.market_state = valuation::PriceState::missing;
    const auto found = market.prices.find(AssetId{row.asset.bytes()});
    if (found != market.prices.end() && found->second.row) {
        item.market_value = worth(row, *found->second.row, market.unit.scale);
        item.market_state = found->second.state;
    }
    return item;
}

}  // namespace

BaseUnit parse_base_unit(const std::string& unit) {
    const auto place = unit.rfind("_e");
    if (place == std::string::npos) {
        return {unit, 0};
    }
    return {unit.substr(0, place), static_cast<std::uint8_t>(std::stoul(unit.substr(place + 2)))};
}

std::vector<AssetId> collateral_of(std::span<const ExposureRow> exposures) {
    std::set<AssetId> assets;
    for (const ExposureRow& row : exposures) {
        if (is_held(row)) {
            assets.insert(AssetId{row.asset.bytes()});
        }
    }
    return {assets.begin(), assets.end()};
}

MarketView view_market(std::span<const valuation::PriceRow> rows,
                       const std::vector<AssetId>& assets,
                       const BaseUnit& unit,
                       const ViewTime& at) {
    MarketView view{unit, {}};
    for (const AssetId& asset : assets) {
        valuation::FoundPrice found =
            valuation::find_price(rows, {asset, at.block, at.time, at.max_age_seconds});
        if (found.row && lower(found.row->unit) == lower(unit.name)) {
            view.prices.emplace(asset, std::move(found));
        }
    }
    return view;
}

std::span<const ExposureRow> take_account(std::span<const ExposureRow>& rest) {
    std::size_t count = 1;
    while (count < rest.size() && rest[count].account == rest[0].account) {
        ++count;
    }
    const auto account = rest.first(count);
    rest = rest.subspan(count);
    return account;
}

valuation::AccountValues values_of(std::span<const ExposureRow> account, const MarketView& market) {
    valuation::AccountValues values;
    values.debt_value = U256{0};
    for (const ExposureRow& row : account) {
        if (row.debt_amount > 0) {
            values.debt_value = values.debt_value && row.debt_value
                                    ? std::optional{U256{*values.debt_value + *row.debt_value}}
                                    : std::nullopt;
        }
        if (is_held(row)) {
            values.collateral.push_back(collateral_in(row, market));
        }
    }
    return values;
}

}  // namespace redink::app
