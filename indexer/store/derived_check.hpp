#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "indexer/rows/batch.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// How rows of one derived table differ from those that follow from the logs.
struct DerivedDifference {
    std::uint64_t rows = 0;   ///< that are in one of both only
    std::uint64_t block = 0;  ///< the lowest block with such a row
    std::string row;          ///< what tells the first row from others of its block
    std::string stored;       ///< what differs in the first row, column by column
    std::string computed;
};

/// Compares the derived rows of a market with rows that were computed again, in tables that only
/// this session sees and that go away with it. Changes nothing; database trouble throws.
/// `connection` is for nothing else meanwhile.
class DerivedCheck {
  public:
    DerivedCheck(Connection& connection, MarketRecord market);
    DerivedCheck(const DerivedCheck&) = delete;
    DerivedCheck& operator=(const DerivedCheck&) = delete;
    ~DerivedCheck();

    /// Compares everything of the blocks of `range` with `batch`, which is complete for them.
    void compare(const rows::Batch& batch, const chain::BlockRange& range);

    /// The tables that differ so far, by name.
    [[nodiscard]] const std::map<std::string, DerivedDifference>& differences() const {
        return differences_;
    }

  private:
    struct Transaction;

    void compare(const std::string& table, const chain::BlockRange& range);

    Connection& connection_;
    MarketRecord market_;
    std::unique_ptr<Transaction> transaction_;
    std::map<std::string, DerivedDifference> differences_;
};

}  // namespace redink::store
