#include "app/writer_session.hpp"

#include <algorithm>

#include "indexer/store/errors.hpp"
#include "indexer/store/migrations.hpp"

namespace redink::app {
namespace {

store::Connection migrated(const Database& database) {
    database.migrate();
    return database.connect();
}

store::WriterLock acquire(store::Connection& connection, std::uint64_t chain_id) {
    auto lock = store::WriterLock::try_acquire(connection, store::chain_scope(chain_id));
    if (!lock) {
        throw store::StoreError{store::StoreErrc::locked, lock.error().text};
    }
    return std::move(lock.value());
}

}  // namespace

WriterSession::WriterSession(const Database& database, std::set<std::uint64_t> chain_ids)
    : connection_{migrated(database)} {
    for (const std::uint64_t chain_id : chain_ids) {
        locks_.push_back(acquire(connection_, chain_id));
    }
}

bool WriterSession::load_held() {
    return std::ranges::all_of(locks_, &store::WriterLock::load_held);
}

}  // namespace redink::app
