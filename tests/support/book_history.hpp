#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "accounting/coverage/liquidity.hpp"
#include "accounting/money/ratio.hpp"
#include "accounting/money/signed_units.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::store {
class Connection;
}

namespace redink::test {

/// One leg of the journal.
struct JournalLeg {
    std::uint64_t entry = 0;  ///< legs with the same number are of one entry; numbers ascend
    std::uint64_t block = 0;
    std::uint64_t time = 0;
    int rule = 0;
    std::string reserve;
    std::string account;
    std::string party;
    SignedUnits net;  ///< above zero for a debit
};

/// One debt of a valuation.
struct JudgedDebt {
    std::string account;
    std::string reserve;
    U256 gross;
    U256 shortfall;
    std::string kind;  ///< empty: no shortfall
    int stage = 0;
};

/// What a market's journal and valuations say, read once: what metrics are computed from by
/// accounting/coverage, apart from the reports.
class BookHistory {
  public:
    /// Reads market "m" of the database at `url`. Its blocks are all stored.
    explicit BookHistory(const std::string& url);

    /// Every leg, in the order in which entries take effect.
    [[nodiscard]] const std::vector<JournalLeg>& legs() const {
        return legs_;
    }

    /// Debts by block of their valuation.
    [[nodiscard]] const std::map<std::uint64_t, std::vector<JudgedDebt>>& valuations() const {
        return valuations_;
    }

    /// Times by block.
    [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& times() const {
        return times_;
    }

    /// Newest block up to `block` that is `seconds` older than it or more; empty when there is
    /// none.
    [[nodiscard]] std::optional<std::uint64_t> block_before(std::uint64_t block,
                                                            std::uint64_t seconds) const;

    /// Newest valuation at or below a block; empty when there is none.
    [[nodiscard]] std::optional<std::uint64_t> valuation_at(
        std::optional<std::uint64_t> block) const;

    /// Whole days of 24 hours from the first block to this one.
    [[nodiscard]] std::uint64_t whole_days(std::uint64_t block) const;

    /// Debits less credits of an account of the chart at the end of a block.
    [[nodiscard]] SignedUnits net_at(const std::string& reserve,
                                     std::string_view account,
                                     std::uint64_t block) const;

    /// Cash and loans from every block on in which one of them moved.
    [[nodiscard]] std::vector<coverage::LiquiditySince> liquidity(const std::string& reserve,
                                                                  std::uint64_t up_to) const;

    /// What was recorded as lost after a block, up to another: of a debtor, or of all ("").
    [[nodiscard]] U256 recorded(const std::string& reserve,
                                const std::string& party,
                                std::uint64_t after,
                                std::uint64_t up_to) const;

  private:
    void add(const JournalLeg& leg);

    std::vector<JournalLeg> legs_;
    std::vector<JournalLeg> losses_;  ///< debits of deficit.open by rules 6 and 15
    std::map<std::string, std::map<std::uint64_t, SignedUnits>> balances_;
    std::map<std::uint64_t, std::vector<JudgedDebt>> valuations_;
    std::map<std::uint64_t, std::uint64_t> times_;
};

/// A recorded chain with its books and what they say.
struct RecordedBooks {
    explicit RecordedBooks(std::string database);

    /// Rows of report.<function>_at('m', block).
    [[nodiscard]] std::vector<Fields> rows_of(const std::string& columns,
                                              const std::string& function,
                                              std::uint64_t block) const;

    std::string url;
    BookHistory history;
    /// The first, the last, and those of valuations: every third, or every REDINK_METRIC_STEP-th.
    std::vector<std::uint64_t> blocks;
    std::shared_ptr<store::Connection> connection;  ///< kept, as a new one plans everything anew
};

/// Both recorded chains, brought up once a process. The caller leaves them as they were.
[[nodiscard]] const std::vector<const RecordedBooks*>& recorded_books();

/// Calls `check` with each recorded chain and each of its blocks.
template <class F>
void at_every_block(F check) {
    for (const RecordedBooks* books : recorded_books()) {
        CAPTURE(books->url);
        for (const std::uint64_t block : books->blocks) {
            CAPTURE(block);
            check(*books, block);
        }
    }
}

/// Digits of a number as a report prints it; a sign or nothing makes it zero.
[[nodiscard]] U256 number(const std::string& text);

/// A number as a report prints it.
[[nodiscard]] std::string text_of(const SignedUnits& units);

/// As a report shows a ratio: 18 digits, or nothing.
[[nodiscard]] std::string text_of(const Ratio& ratio);

/// done, finite or never.
[[nodiscard]] std::string text_of(coverage::TimeTo::State state);

}  // namespace redink::test
