#pragma once

#include <vector>

#include "app/config/config.hpp"
#include "indexer/store/book_terms.hpp"

namespace redink::app {

/// What the configuration says a market's books go by.
[[nodiscard]] store::BookTerms terms_of(const MarketConfig& market);

/// The policy of a valuation: the terms, and where they leave dust open the protocol's view of it.
[[nodiscard]] valuation::Policy policy_at(const store::BookTerms& terms,
                                          const valuation::DustPolicy& standard);

/// The terms of a block among all of a market.
[[nodiscard]] const store::BookTerms& terms_at(const store::TermsByBlock& terms,
                                               chain::BlockNumber block);

/// The layers of cover of a market as configured, the lenders last.
[[nodiscard]] std::vector<store::CoverLayer> cover_of(const MarketConfig& market);

}  // namespace redink::app
