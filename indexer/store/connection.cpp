#include "indexer/store/connection.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include <libpq-fe.h>
#include <pqxx/connection>
#include <pqxx/connection_base>

#include "indexer/store/errors.hpp"

namespace redink::store {
namespace {

// What every query of this room relies on, whatever the role's or the server's defaults are.
constexpr const char* kSessionSettings =
    "SET bytea_output = 'hex'; SET TimeZone = 'UTC'; SET standard_conforming_strings = on; "
    "SET DateStyle = 'ISO'; SET client_min_messages = warning";

// Before the URL: the URL may override them. A dead peer is noticed after 30 + 3 * 10 seconds.
constexpr std::array<const char*, 8> kKeywords{"connect_timeout",
                                               "keepalives",
                                               "keepalives_idle",
                                               "keepalives_interval",
                                               "keepalives_count",
                                               "client_encoding",
                                               "fallback_application_name",
                                               "dbname"};
constexpr std::array<const char*, 7> kValues{"10", "1", "30", "10", "3", "UTF8", "redink"};

using ConnInfo = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// Empty when libpq would refuse the text. A bare word is a database name, as for libpq.
ConnInfo parse(const std::string& url) {
    const bool bare = url.find('=') == std::string::npos && url.find("://") == std::string::npos;
    char* problem = nullptr;
    ConnInfo parsed{PQconninfoParse((bare ? "dbname='" + url + "'" : url).c_str(), &problem),
                    &PQconninfoFree};
    if (problem != nullptr) {
        PQfreemem(problem);
    }
    return parsed;
}

std::string text_or(const char* text, const char* otherwise) {
    return text != nullptr && *text != '\0' ? text : otherwise;
}

std::string describe(PGconn* raw) {
    const std::string host = text_or(PQhost(raw), "the local socket");
    return "database \"" + text_or(PQdb(raw), "?") + "\" on " + host + ", port " +
           text_or(PQport(raw), "5432") + ", as \"" + text_or(PQuser(raw), "?") + "\"";
}

std::string without_newline(std::string text) {
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

std::string advice_for(std::string_view said) {
    const auto says = [said](std::string_view part) {
        return said.find(part) != std::string_view::npos;
    };
    if (says("authentication failed") || says("no password supplied")) {
        return "check user and password (PGPASSWORD, ~/.pgpass or the URL) and the server's "
               "pg_hba.conf";
    }
    if (says("does not exist") && says("database")) {
        return "create it (createdb) or correct the name in [database] url";
    }
    if (says("does not exist") && says("role")) {
        return "create the role (createuser) or correct the user in [database] url";
    }
    if (says("too many clients") || says("remaining connection slots")) {
        return "stop other clients or raise max_connections";
    }
    return "check that the server runs and that [database] url names the right host and port; "
           "leave the url out to use a private database";
}

// What the operator has to mend; everything else may be a server that starts, stops or moves.
Outlook outlook_of(std::string_view said) {
    constexpr std::array<std::string_view, 5> kLasting{"authentication failed",
                                                       "no password supplied",
                                                       "no pg_hba.conf entry",
                                                       "does not exist",
                                                       "is not permitted to log in"};
    const bool lasts = std::any_of(kLasting.begin(), kLasting.end(), [said](auto part) {
        return said.find(part) != std::string_view::npos;
    });
    return lasts ? Outlook::lasting : Outlook::passing;
}

PGconn* connect(const std::string& url) {
    std::array<const char*, kKeywords.size() + 1> keywords{};
    std::array<const char*, kKeywords.size() + 1> values{};
    for (std::size_t i = 0; i < kKeywords.size(); ++i) {
        keywords.at(i) = kKeywords.at(i);
        values.at(i) = i < kValues.size() ? kValues.at(i) : url.c_str();
    }
    PGconn* raw = PQconnectdbParams(keywords.data(), values.data(), 1);
    if (raw == nullptr) {
        throw std::bad_alloc{};
    }
    return raw;
}

[[noreturn]] void refuse(PGconn* raw, const std::string& url) {
    const std::string said = without_passwords(without_newline(PQerrorMessage(raw)));
    PQfinish(raw);
    if (!parse(url)) {
        // libpq would quote the text, and with it a password that broke it.
        throw DatabaseUnavailable{
            "the database URL cannot be read; write postgresql://user@host:5432/database, with "
            "special characters of a password percent-encoded",
            Outlook::lasting};
    }
    const std::string target = describe_url(url);
    throw DatabaseUnavailable{"cannot open " + target + ": " + said + "; " + advice_for(said),
                              outlook_of(said)};
}

void check_version(PGconn* raw) {
    const int version = PQserverVersion(raw);
    if (version >= kMinServerVersion) {
        return;
    }
    const std::string text = describe(raw) + " runs PostgreSQL " +
                             text_or(PQparameterStatus(raw, "server_version"), "?") +
                             "; PostgreSQL 15 or later is needed";
    PQfinish(raw);
    throw StoreError{StoreErrc::server_too_old, text};
}

// libpqxx hides its handle; a policy is where it hands it out.
class OwnPolicy final : public pqxx::connect_direct {
  public:
    using pqxx::connect_direct::connect_direct;

    handle do_startconnect(handle orig) override {
        if (orig != nullptr) {
            return orig;
        }
        PGconn* raw = connect(options());
        if (PQstatus(raw) != CONNECTION_OK) {
            refuse(raw, options());
        }
        check_version(raw);
        PGresult* done = PQexec(raw, kSessionSettings);
        const bool applied = PQresultStatus(done) == PGRES_COMMAND_OK;
        PQclear(done);
        if (!applied) {
            refuse(raw, options());
        }
        raw_ = raw;
        return raw;
    }

    handle do_disconnect(handle orig) noexcept override {
        raw_ = nullptr;
        return pqxx::connect_direct::do_disconnect(orig);
    }

    [[nodiscard]] PGconn* raw() const {
        return raw_;
    }

  private:
    PGconn* raw_ = nullptr;
};

}  // namespace

class Connection::Session final : public pqxx::connection_base {
  public:
    explicit Session(const std::string& url) : pqxx::connection_base{policy_}, policy_{url} {
        init();
        name_ = describe(policy_.raw());
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        // libpqxx 7 never reconnects; in 6.4 this asks for the same.
        inhibit_reactivation(true);
#pragma GCC diagnostic pop
    }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    ~Session() noexcept {
        close();
    }

    [[nodiscard]] PGconn* raw() const {
        return policy_.raw();
    }

    [[nodiscard]] const std::string& name() const {
        return name_;
    }

  private:
    OwnPolicy policy_;
    std::string name_;
};

Connection::Connection(const std::string& url) : session_{std::make_unique<Session>(url)} {
}

Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

pqxx::connection_base& Connection::session() {
    return *session_;
}

pg_conn* Connection::raw() {
    return session_->raw();
}

bool Connection::is_open() const {
    return session_->is_open();
}

const std::string& Connection::name() const {
    return session_->name();
}

std::string describe_url(const std::string& url) {
    const ConnInfo parsed = parse(url);
    if (!parsed) {
        return "the database of a URL that cannot be read";
    }
    std::string host = "the local socket";
    std::string port = "5432";
    std::string database = "?";
    std::string user = "?";
    const std::array<std::pair<const char*, std::string*>, 4> wanted{
        {{"host", &host}, {"port", &port}, {"dbname", &database}, {"user", &user}}};
    for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
        for (const auto& [keyword, target] : wanted) {
            if (option->val != nullptr && std::string_view{option->keyword} == keyword) {
                *target = option->val;
            }
        }
    }
    return "database \"" + database + "\" on " + host + ", port " + port + ", as \"" + user + "\"";
}

}  // namespace redink::store
