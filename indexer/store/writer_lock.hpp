#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "indexer/chain/result.hpp"

namespace redink::store {

class Connection;

/// Who has the writer lock. What the server hides from our role is empty.
struct LockHolder {
    int backend_pid = 0;      ///< the server's process, for pg_terminate_backend
    std::string application;  ///< application_name of the session
    std::string client;       ///< its address; "local socket" for one
    std::string since;        ///< start of its session, UTC
};

/// The scope of those who write a chain.
[[nodiscard]] std::string chain_scope(std::uint64_t chain_id);

/// Lets one writing process at a time into one database and scope. Lives and dies with the session:
/// a dropped connection frees the lock at once, so the holder must write on that same connection.
class WriterLock {
  public:
    /// Takes the lock without waiting. The error (locked) names the holder. `connection` must
    /// outlive the lock; no transaction may be open on it.
    [[nodiscard]] static Result<WriterLock> try_acquire(Connection& connection,
                                                        std::string_view scope);

    /// The present holder, or nothing.
    [[nodiscard]] static std::optional<LockHolder> load_holder(Connection& connection,
                                                               std::string_view scope);

    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;
    WriterLock(WriterLock&& other) noexcept;
    WriterLock& operator=(WriterLock&&) = delete;

    /// Frees the lock.
    ~WriterLock();

    /// Asks the server whether this session still has the lock; false after a dropped connection.
    [[nodiscard]] bool load_held();

  private:
    WriterLock(Connection& connection, int key) : connection_{&connection}, key_{key} {
    }

    Connection* connection_;
    int key_;
};

}  // namespace redink::store
