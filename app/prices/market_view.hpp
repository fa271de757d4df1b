#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "accounting/valuation/price_set.hpp"
#include "accounting/valuation/shortfall.hpp"
#include "indexer/rows/valuation.hpp"

namespace redink::app {

/// A market's base unit: "usd_e8" is `usd` with 8 digits behind the point.
struct BaseUnit {
    std::string name;
    std::uint8_t scale = 0;
};

/// Reads a base unit; empty text has an empty name.
[[nodiscard]] BaseUnit parse_base_unit(const std::string& unit);

/// Imported prices of a market's assets at a valuation.
struct MarketView {
    BaseUnit unit;
    std::map<AssetId, valuation::FoundPrice> prices;
};

/// When imported prices are looked at.
struct ViewTime {
    std::uint64_t block = 0;
    std::uint64_t time = 0;  ///< of that block, Unix seconds
    std::uint64_t max_age_seconds = 0;
};

/// The tokens that any account of `exposures` has as collateral, each once.
[[nodiscard]] std::vector<AssetId> collateral_of(std::span<const rows::ExposureRow> exposures);

/// The price in force of each asset (valuation::find_price). One that is counted in another unit
/// than the market's is missing: nothing is converted.
[[nodiscard]] MarketView view_market(std::span<const valuation::PriceRow> rows,
                                     const std::vector<AssetId>& assets,
                                     const BaseUnit& unit,
                                     const ViewTime& at);

/// Takes the exposures of the next account off `rest`, in which those of one account stand
/// together.
[[nodiscard]] std::span<const rows::ExposureRow> take_account(
    std::span<const rows::ExposureRow>& rest);

/// What one account owes and what stands behind it, by the protocol's prices and by the market's.
/// Market values are in the base unit, rounded down; beyond 256 bits they are the largest number.
[[nodiscard]] valuation::AccountValues values_of(std::span<const rows::ExposureRow> account,
                                                 const MarketView& market = {});

}  // namespace redink::app
