#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "indexer/chain/types.hpp"

namespace redink::app {

/// Something that is not as it has to be.
struct Discrepancy {
    std::string check;     ///< "chain", "I5", "derived", "node" …
    std::string where;     ///< ledger and position, reserve and block …
    std::string stored;    ///< what the database says
    std::string computed;  ///< what follows from the rest, or what the node says
    std::string mend;      ///< what to do
};

/// What was found out about one market.
struct Verification {
    std::string market;
    std::optional<chain::BlockRef> indexed;
    std::optional<chain::BlockRef> booked;
    std::vector<std::string> checked;  ///< one line for each check that was done, with its extent
    std::vector<std::string> remarks;  ///< what could not be done, and what is worth a look
    std::vector<Discrepancy> discrepancies;
};

}  // namespace redink::app
