#pragma once

#include <vector>

#include "app/config/config.hpp"
#include "indexer/store/book_terms.hpp"

namespace redink::app {

/// What the configuration says a market's books go by.
[[nodiscard]] store::BookTerms terms_of(const MarketConfig& market);

/// The layers of cover of a market as configured, the lenders last.
[[nodiscard]] std::vector<store::CoverLayer> cover_of(const MarketConfig& market);

}  // namespace redink::app
