#include "indexer/store/writer_lock.hpp"

#include <cstdint>
#include <utility>

#include <libpq-fe.h>
#include <pqxx/nontransaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"

namespace redink::store {
namespace {

// "rink" in ASCII: the first of the two numbers of our advisory locks. The second is the scope.
constexpr int kLockSpace = 0x72696e6b;

constexpr const char* kHolder =
    "SELECT l.pid, coalesce(a.application_name, ''), "
    "coalesce(host(a.client_addr), CASE WHEN a.backend_start IS NULL THEN '' "
    "ELSE 'local socket' END), "
    "coalesce(to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), '') "
    "FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND l.classid::bigint = $1 AND l.objid::bigint = $2";

// FNV-1a, 31 bits: scopes are a handful of names.
int key_of(std::string_view scope) {
    std::uint32_t hash = 0x811c9dc5U;
    for (const char c : scope) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
    }
    return static_cast<int>(hash >> 1U);
}

std::string locked_text(const Connection& connection,
                        std::string_view scope,
                        const std::optional<LockHolder>& holder) {
    std::string text =
        "another process writes \"" + std::string{scope} + "\" to " + connection.name();
    if (!holder) {
        return text + "; it has just let go: start again";
    }
    text += ": server process " + std::to_string(holder->backend_pid);
    if (!holder->since.empty()) {
        text += ", application \"" + holder->application + "\", from " + holder->client +
                ", connected since " + holder->since + " UTC";
    }
    return text + "; stop that process, or give this one another database";
}

}  // namespace

std::string chain_scope(std::uint64_t chain_id) {
    return "chain:" + std::to_string(chain_id);
}

Result<WriterLock> WriterLock::try_acquire(Connection& connection, std::string_view scope) {
    const int key = key_of(scope);
    {
        pqxx::nontransaction tx{connection.session()};
        const pqxx::result row =
            tx.exec_params("SELECT pg_try_advisory_lock($1, $2)", kLockSpace, key);
        if (row[0][0].as<bool>()) {
            return WriterLock{connection, key};
        }
    }
    return Error{make_error_code(StoreErrc::locked),
                 locked_text(connection, scope, load_holder(connection, scope))};
}

std::optional<LockHolder> WriterLock::load_holder(Connection& connection, std::string_view scope) {
    pqxx::nontransaction tx{connection.session()};
    const pqxx::result rows = tx.exec_params(kHolder, kLockSpace, key_of(scope));
    if (rows.empty()) {
        return std::nullopt;
    }
    const pqxx::row row = rows.front();
    return LockHolder{row[0].as<int>(),
                      row[1].as<std::string>(),
                      row[2].as<std::string>(),
                      row[3].as<std::string>()};
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : connection_{std::exchange(other.connection_, nullptr)}, key_{other.key_} {
}

WriterLock::~WriterLock() {
    if (connection_ == nullptr || connection_->raw() == nullptr) {
        return;
    }
    // Through libpq, because it must not throw: a lost connection has released the lock.
    const std::string sql = "SELECT pg_advisory_unlock(" + std::to_string(kLockSpace) + ", " +
                            std::to_string(key_) + ")";
    PQclear(PQexec(connection_->raw(), sql.c_str()));
}

bool WriterLock::load_held() {
    PGconn* raw = connection_->raw();
    if (raw == nullptr) {
        return false;
    }
    const std::string sql =
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 "
        "AND pid = pg_backend_pid() AND classid::bigint = " +
        std::to_string(kLockSpace) + " AND objid::bigint = " + std::to_string(key_);
    PGresult* answer = PQexec(raw, sql.c_str());
    const bool held = PQresultStatus(answer) == PGRES_TUPLES_OK && PQntuples(answer) == 1;
    PQclear(answer);
    return held;
}

}  // namespace redink::store
