#include "app/writer_session.hpp"

#include "indexer/store/errors.hpp"
#include "indexer/store/migrations.hpp"

namespace redink::app {
namespace {

store::Connection migrated(const Database& database) {
    database.migrate();
    return database.connect();
}

store::WriterLock acquire(store::Connection& connection, std::uint64_t chain_id) {
    auto lock = store::WriterLock::try_acquire(connection, "chain:" + std::to_string(chain_id));
    if (!lock) {
        throw store::StoreError{store::StoreErrc::locked, lock.error().text};
    }
    return std::move(lock.value());
}

}  // namespace

WriterSession::WriterSession(const Database& database, std::uint64_t chain_id)
    : connection_{migrated(database)}, lock_{acquire(connection_, chain_id)} {
}

}  // namespace redink::app
