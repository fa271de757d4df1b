#pragma once

#include <initializer_list>
#include <string_view>

#include "accounting/money/u256.hpp"
#include "indexer/chain/log.hpp"

namespace redink::test {

/// An address that is easy to tell apart.
[[nodiscard]] chain::Address address_of(std::uint8_t last);

/// An address as the argument of an event.
[[nodiscard]] U256 argument(const chain::Address& address);

/// Makes logs of one transaction, numbered in order.
class LogMaker {
  public:
    /// A log of `contract` with the arguments of a Solidity event declaration, in its order.
    chain::Log operator()(const chain::Address& contract,
                          std::string_view declaration,
                          std::initializer_list<U256> arguments);

    /// Further logs belong to another transaction.
    void next_transaction();

  private:
    std::uint32_t index_ = 0;
    std::uint32_t txn_ = 0;
};

}  // namespace redink::test
