#pragma once

#include <vector>

#include "indexer/store/market_registry.hpp"
#include "indexer/store/report_reader.hpp"

namespace redink::app {

/// The report `policy-sensitivity`: what is computed here and not in SQL.
[[nodiscard]] const store::ReportSpec& sensitivity_spec();

/// Its columns.
[[nodiscard]] std::vector<store::ReportColumn> sensitivity_columns();

/// A row for each policy of valuation::standard_variants: what it makes of a market's accounts at
/// the end of a block. `kind` is of imported prices, the market's when it is empty. Throws
/// StoreError (raised) for a block that is not indexed and UsageError for a kind without prices.
[[nodiscard]] std::vector<store::ReportRow> load_sensitivity(store::Connection& connection,
                                                             const store::MarketRecord& market,
                                                             const store::ReportQuery& query);

}  // namespace redink::app
