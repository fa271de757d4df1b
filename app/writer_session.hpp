#pragma once

#include "app/database.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/writer_lock.hpp"

namespace redink::app {

/// The one session that may write a chain into a database. Brings the schema up to date first.
class WriterSession {
  public:
    /// Throws StoreError (locked) that names the other writer when there is one.
    WriterSession(const Database& database, std::uint64_t chain_id);

    /// Asks the server whether this session still has the lock.
    [[nodiscard]] bool load_held() {
        return lock_.load_held();
    }

    [[nodiscard]] store::Connection& connection() {
        return connection_;
    }

  private:
    store::Connection connection_;
    store::WriterLock lock_;
};

}  // namespace redink::app
