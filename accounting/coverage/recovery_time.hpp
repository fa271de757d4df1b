#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "accounting/coverage/liquidity.hpp"
#include "accounting/money/signed_units.hpp"

namespace redink::coverage {

/// The middle of daily incomes; of an even number the mean of the two middle ones, rounded down
/// (towards minus infinity). Empty without a day.
[[nodiscard]] std::optional<SignedUnits> median_income(std::span<const SignedUnits> days);

/// How income develops from here.
struct IncomeScenario {
    std::uint32_t borrow_decline_bps = 0;  ///< borrows, and income with them, shrink by this part
};

/// Days until income has paid the open loss = O / median daily treasury accrual on stages 1 and 2
/// (customary: of 30 and of 90 days), rounded up. `done` when nothing is open, `never` when the
/// income is zero, negative or not known.
[[nodiscard]] TimeTo days_to_cover(const U256& open,
                                   std::span<const SignedUnits> daily_income,
                                   IncomeScenario scenario = {});

/// Blocks in which a loss was there and the contract did not say so.
struct RecognitionLag {
    std::uint64_t blocks = 0;
    bool is_recognised = false;  ///< else the lag still grows

    friend bool operator==(const RecognitionLag&, const RecognitionLag&) = default;
};

/// Where a loss was first seen (L > 0 in the market view) and where the contract recognised it.
struct LossHistory {
    std::optional<std::uint64_t> first_seen_block;
    std::optional<std::uint64_t> recognised_block;
};

/// Recognition lag = blocks from first L > 0 to recognition, or to `at_block` where the contract
/// has not recognised it yet. Zero when it was recognised at once; empty when there is no loss.
[[nodiscard]] std::optional<RecognitionLag> recognition_lag(const LossHistory& history,
                                                            std::uint64_t at_block);

}  // namespace redink::coverage
