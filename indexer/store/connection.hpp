#pragma once

#include <memory>
#include <string>

struct pg_conn;

namespace pqxx {
class connection_base;
}

namespace redink::store {

/// The oldest PostgreSQL we run on, as libpq numbers versions.
inline constexpr int kMinServerVersion = 150000;

/// One session with the database, for one thread at a time. Never reconnects by itself: a lost
/// connection is an error, because locks, prepared statements and the transaction went with it.
/// Session settings: UTC, hexadecimal bytea, standard strings, UTF-8.
class Connection {
  public:
    /// Opens `url`, a libpq URI or keyword string. Throws DatabaseUnavailable when no server takes
    /// us, and StoreError (server_too_old) below PostgreSQL 15.
    explicit Connection(const std::string& url);

    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    /// For transactions: `pqxx::work tx{connection.session()}`.
    [[nodiscard]] pqxx::connection_base& session();

    /// The same session for libpq, so that COPY runs inside the open transaction. Only for
    /// indexer/store; null when the connection was lost.
    [[nodiscard]] pg_conn* raw();

    /// False once the connection is known to be lost.
    [[nodiscard]] bool is_open() const;

    /// Host, port, database and user, for messages. No password.
    [[nodiscard]] const std::string& name() const;

  private:
    class Session;
    std::unique_ptr<Session> session_;
};

/// "database X on host H, port P, as U" for messages, read off a URL without connecting. The
/// password is left out.
[[nodiscard]] std::string describe_url(const std::string& url);

}  // namespace redink::store
