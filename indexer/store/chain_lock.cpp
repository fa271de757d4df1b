#include "indexer/store/chain_lock.hpp"

#include <pqxx/transaction_base>

namespace redink::store {
namespace {

// "rinc" in ASCII: the first of the two numbers of these advisory locks. The second is the chain;
// two chains that fall on one number only wait for each other.
constexpr int kLockSpace = 0x72696e63;

}  // namespace

void lock_chain(pqxx::transaction_base& txn, std::uint64_t chain_id) {
    txn.exec_params("SELECT pg_advisory_xact_lock($1, hashint8($2))", kLockSpace, chain_id);
}

}  // namespace redink::store
