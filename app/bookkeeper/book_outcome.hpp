#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "indexer/chain/types.hpp"
#include "indexer/store/ledger_writer.hpp"

namespace redink::app {

/// What a run of the bookkeeper did.
struct BookOutcome {
    std::optional<chain::BlockRef> booked;  ///< last finalised block that is booked
    std::uint64_t posted = 0;               ///< entries added to the ledgers
    std::uint64_t reversed = 0;             ///< of them, those that take others back
    bool has_more = false;                  ///< final blocks are left for the next run
    std::optional<store::Halt> halt;        ///< why the market is not booked further
    std::optional<std::string> waits;       ///< why nothing more is booked until later
};

}  // namespace redink::app
