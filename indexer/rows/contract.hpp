#pragma once

#include <string>

#include "indexer/chain/types.hpp"

namespace redink::rows {

/// A contract whose logs a market needs.
struct Contract {
    chain::Address address;
    std::string role;        ///< what it is to the market: "pool", "supply token", "price feed" …
    chain::Address subject;  ///< the asset it serves; zero when it serves the whole market

    friend bool operator==(const Contract&, const Contract&) = default;
};

}  // namespace redink::rows
