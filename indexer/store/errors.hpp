#pragma once

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "indexer/chain/result.hpp"

namespace redink::store {

/// Why the database refused, as a caller can act on it.
enum class StoreErrc {
    unavailable = 1,   ///< no server answers, or it turns us away
    connection_lost,   ///< the server went away while we used it; open a new connection and repeat
    disk_full,         ///< the server has no space left; nothing was committed
    permission,        ///< the role may not do this
    serialization,     ///< lost against a concurrent transaction; repeat the transaction
    constraint,        ///< a row breaks a constraint: a duplicate, a missing parent, a failed check
    out_of_resources,  ///< memory, locks or connections of the server are exhausted
    server_too_old,    ///< PostgreSQL below the version that is needed
    migration,         ///< schema and program do not belong together
    locked,            ///< another process holds the writer lock
    no_server_programs,  ///< initdb or postgres is not installed
    data_directory,      ///< the private cluster's directory cannot be used
    raised,              ///< a report function says no; the text is its sentence and its hint
    reorganised,         ///< the stored chain is another branch than the one told; roll back first
    finality,            ///< a finalized block changed or would have to be taken back
    proof_refused,       ///< a range cannot be raised to this level
    lease_lost,          ///< the blocks are leased to another process, or to nobody
    ledger_conflict,     ///< an entry contradicts the ledger
    ledger_halted,       ///< the market is not booked further before somebody looked at it
    read_only,           ///< the server takes no writes now, as while a standby takes over
    other,               ///< any other refusal; the text is the server's
};

/// The category that names these codes.
const std::error_category& store_category();

inline std::error_code make_error_code(StoreErrc code) {
    return {static_cast<int>(code), store_category()};
}

/// The database, or what we need to run one, is broken. The text says what to do and never carries
/// a password.
class StoreError : public std::runtime_error {
  public:
    StoreError(StoreErrc code, const std::string& text) : std::runtime_error{text}, code_{code} {
    }

    [[nodiscard]] StoreErrc code() const noexcept {
        return code_;
    }

  private:
    StoreErrc code_;
};

/// Whether it helps to wait.
enum class Outlook : std::uint8_t { passing, lasting };

/// No connection could be opened.
class DatabaseUnavailable : public StoreError {
  public:
    explicit DatabaseUnavailable(const std::string& text, Outlook outlook = Outlook::passing)
        : StoreError{StoreErrc::unavailable, text}, outlook_{outlook} {
    }

    /// Lasting: a wrong password, a database that is not there.
    [[nodiscard]] Outlook outlook() const noexcept {
        return outlook_;
    }

  private:
    Outlook outlook_;
};

/// The code for a five-character SQLSTATE and the server's text (PostgreSQL manual, appendix A).
[[nodiscard]] StoreErrc classify(std::string_view sqlstate, std::string_view text);

/// The code for an exception of libpqxx or of this room.
[[nodiscard]] StoreErrc classify(const std::exception& error);

/// True when the session is gone or none could be opened: what is repeated needs a new connection.
[[nodiscard]] bool is_connection_lost(const std::exception& error);

/// True when the same transaction may succeed after a pause, on a new connection where this one is
/// lost: the connection broke, the server starts, stops, has no free connection or takes no writes
/// while a standby takes over, or a concurrent transaction was in the way. A full disk, a missing
/// permission, a wrong password and everything else does not pass by itself.
[[nodiscard]] bool may_pass(const std::exception& error);

/// True for an exception of libpqxx or of this room.
[[nodiscard]] bool is_database_error(const std::exception& error);

/// Code and operator's text for an exception of libpqxx or of this room: what happened, what to do,
/// what the server said.
[[nodiscard]] Error to_error(const std::exception& error);

/// `text` with the password of every URL (`//user:secret@`) and of every `password=` replaced by
/// three stars.
[[nodiscard]] std::string without_passwords(std::string_view text);

}  // namespace redink::store

template <>
struct std::is_error_code_enum<redink::store::StoreErrc> : std::true_type {};
