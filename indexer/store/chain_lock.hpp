#pragma once

#include <cstdint>

namespace pqxx {
class transaction_base;
}

namespace redink::store {

/// Waits until no other transaction writes blocks, logs, coverage or finality of this chain, and
/// keeps others out until this one ends. The first statement of every transaction that does so:
/// markets share a chain's blocks, and processes that fetch different markets or ranges would
/// otherwise meet in the same rows.
void lock_chain(pqxx::transaction_base& txn, std::uint64_t chain_id);

}  // namespace redink::store
