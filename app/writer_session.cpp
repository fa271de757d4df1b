#include "app/writer_session.hpp"

#include "indexer/store/errors.hpp"
#include "indexer/store/migrations.hpp"

namespace redink::app {
namespace {

constexpr const char* kScope = "markets";

store::Connection migrated(const Database& database) {
    database.migrate();
    return database.connect();
}

store::WriterLock acquire(store::Connection& connection) {
    auto lock = store::WriterLock::try_acquire(connection, kScope);
    if (!lock) {
        throw store::StoreError{store::StoreErrc::locked, lock.error().text};
    }
    return std::move(lock.value());
}

}  // namespace

WriterSession::WriterSession(const Database& database)
    : connection_{migrated(database)}, lock_{acquire(connection_)} {
}

}  // namespace redink::app
