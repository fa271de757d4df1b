#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/config/config.hpp"
#include "indexer/store/book_input.hpp"
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

/// True when a block's debts are valued: the interval passed since the last valuation, or there was
/// none.
[[nodiscard]] bool is_valuation_due(const ledger::BlockStamp& block,
                                    std::optional<std::uint64_t> valued_at,
                                    const store::BookTerms& terms);

/// Those of the blocks, in ascending order, at which debts will be valued.
[[nodiscard]] std::vector<ledger::BlockStamp> due_blocks(
    const std::vector<store::BookBlock>& blocks,
    std::optional<std::uint64_t> valued_at,
    const store::TermsByBlock& terms);

/// The layers of cover of a market as configured, the lenders last.
[[nodiscard]] std::vector<store::CoverLayer> cover_of(const MarketConfig& market);

}  // namespace redink::app
