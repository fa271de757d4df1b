#pragma once

#include <functional>
#include <span>
#include <stdexcept>

#include "accounting/ledger/entry.hpp"

namespace redink::app {

/// Prices cannot be asked for now, but may be later: the books wait. What no endpoint will ever
/// tell is no reason to wait.
class PricesOutOfReach : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Asks the node for the prices that valuations at these blocks need and nobody told yet.
using FetchPrices = std::function<void(std::span<const ledger::BlockStamp>)>;

}  // namespace redink::app
