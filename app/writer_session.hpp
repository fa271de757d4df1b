#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "app/database.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/writer_lock.hpp"

namespace redink::app {

/// The one session that may write certain chains into a database. Brings the schema up to date
/// first. Other chains may be written by other processes.
class WriterSession {
  public:
    /// Throws StoreError (locked) that names the other writer of a chain when there is one.
    WriterSession(const Database& database, std::set<std::uint64_t> chain_ids);

    WriterSession(const WriterSession&) = delete;
    WriterSession& operator=(const WriterSession&) = delete;

    /// Asks the server whether this session still has its locks.
    [[nodiscard]] bool load_held();

    [[nodiscard]] store::Connection& connection() {
        return connection_;
    }

  private:
    store::Connection connection_;
    std::vector<store::WriterLock> locks_;
};

}  // namespace redink::app
