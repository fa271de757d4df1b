#include "indexer/store/migrations.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include <cryptopp/sha.h>
#include <libpq-fe.h>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>

#include "indexer/chain/hex.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"

namespace redink::store {

std::string sha256_of(std::string_view text) {
    std::array<std::uint8_t, CryptoPP::SHA256::DIGESTSIZE> digest{};
    CryptoPP::SHA256{}.CalculateDigest(
        digest.data(), reinterpret_cast<const CryptoPP::byte*>(text.data()), text.size());
    return chain::to_hex(digest).substr(2);
}

namespace {

// "redink" and "migr" in ASCII: any two numbers that no one else takes.
constexpr const char* kLock = "SELECT pg_advisory_lock(x'7265646b'::int, x'6d696772'::int)";
constexpr const char* kUnlock = "SELECT pg_advisory_unlock(x'7265646b'::int, x'6d696772'::int)";
constexpr const char* kLedger =
    "CREATE SCHEMA IF NOT EXISTS redink;"
    "CREATE TABLE IF NOT EXISTS redink.migration ("
    " version integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT now());"
    "CREATE TABLE IF NOT EXISTS redink.repeatable ("
    " path text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());"
    "COMMENT ON TABLE redink.migration IS 'Numbered schema files that were applied, once each.';"
    "COMMENT ON TABLE redink.repeatable IS 'Schema files that are applied when they change.'";
constexpr std::string_view kFolder = "migrations/";
constexpr std::size_t kNumberDigits = 4;

struct Numbered {
    int version;
    const EmbeddedFile* file;
    std::string sha256;
};

struct Repeatable {
    const EmbeddedFile* file;
    std::string sha256;
};

struct Plan {
    std::vector<Numbered> numbered;
    std::vector<Repeatable> repeatable;
};

struct Recorded {
    std::string name;
    std::string sha256;
};

[[noreturn]] void refuse(const std::string& text) {
    throw StoreError{StoreErrc::migration, text};
}

// migrations/0001_core.sql -> 1; empty for every other path.
std::optional<int> number_of(std::string_view path) {
    if (!path.starts_with(kFolder)) {
        return std::nullopt;
    }
    const std::string_view name = path.substr(kFolder.size());
    int number = 0;
    const char* digits_end = name.data() + std::min(kNumberDigits, name.size());
    const auto [end, problem] = std::from_chars(name.data(), digits_end, number);
    if (problem != std::errc{} || end != name.data() + kNumberDigits ||
        name.size() <= kNumberDigits || name[kNumberDigits] != '_') {
        return std::nullopt;
    }
    return number;
}

std::string name_of(std::string_view path) {
    return std::string{path.substr(path.rfind('/') + 1)};
}

Plan make_plan(std::span<const EmbeddedFile> files) {
    Plan plan;
    for (const EmbeddedFile& file : files) {
        if (const std::optional<int> number = number_of(file.path)) {
            plan.numbered.push_back({*number, &file, sha256_of(file.text)});
        } else {
            plan.repeatable.push_back({&file, sha256_of(file.text)});
        }
    }
    const auto by_version = [](const Numbered& a, const Numbered& b) {
        return a.version < b.version;
    };
    const auto base_first = [](const Repeatable& a, const Repeatable& b) {
        const bool a_is_base = a.file->path.starts_with(kFolder);
        const bool b_is_base = b.file->path.starts_with(kFolder);
        return a_is_base != b_is_base ? a_is_base : a.file->path < b.file->path;
    };
    std::sort(plan.numbered.begin(), plan.numbered.end(), by_version);
    std::sort(plan.repeatable.begin(), plan.repeatable.end(), base_first);
    for (std::size_t i = 1; i < plan.numbered.size(); ++i) {
        if (plan.numbered[i].version == plan.numbered[i - 1].version) {
            refuse("two migrations have the same number: " +
                   std::string{plan.numbered[i - 1].file->path} + " and " +
                   std::string{plan.numbered[i].file->path});
        }
    }
    return plan;
}

// Held by the session, so that it spans the transactions of all files.
class MigrationLock {
  public:
    explicit MigrationLock(Connection& connection) : connection_{connection} {
        pqxx::nontransaction tx{connection_.session()};
        tx.exec(kLock);
    }

    MigrationLock(const MigrationLock&) = delete;
    MigrationLock& operator=(const MigrationLock&) = delete;

    ~MigrationLock() {
        // Through libpq, because it must not throw: a lost connection has released the lock.
        if (connection_.raw() != nullptr) {
            PQclear(PQexec(connection_.raw(), kUnlock));
        }
    }

  private:
    Connection& connection_;
};

// Asks first: CREATE … IF NOT EXISTS wants the right to create even when there is nothing to do.
void ensure_ledger(Connection& connection) {
    pqxx::work tx{connection.session()};
    const pqxx::result row = tx.exec(
        "SELECT to_regclass('redink.migration') IS NOT NULL "
        "AND to_regclass('redink.repeatable') IS NOT NULL");
    if (!row[0][0].as<bool>()) {
        tx.exec(kLedger);
    }
    tx.commit();
}

std::map<int, Recorded> load_recorded(Connection& connection) {
    pqxx::nontransaction tx{connection.session()};
    std::map<int, Recorded> recorded;
    for (const pqxx::row& row : tx.exec("SELECT version, name, sha256 FROM redink.migration")) {
        recorded[row[0].as<int>()] = {row[1].as<std::string>(), row[2].as<std::string>()};
    }
    return recorded;
}

std::map<std::string, std::string> load_digests(Connection& connection) {
    pqxx::nontransaction tx{connection.session()};
    std::map<std::string, std::string> digests;
    for (const pqxx::row& row : tx.exec("SELECT path, sha256 FROM redink.repeatable")) {
        digests[row[0].as<std::string>()] = row[1].as<std::string>();
    }
    return digests;
}

void check_recorded(const std::map<int, Recorded>& recorded, const std::vector<Numbered>& files) {
    const int newest = files.empty() ? 0 : files.back().version;
    for (const auto& [version, row] : recorded) {
        const auto same_version = [wanted = version](const Numbered& file) {
            return file.version == wanted;
        };
        const auto file = std::find_if(files.begin(), files.end(), same_version);
        if (file == files.end() && version > newest) {
            refuse("the database has schema version " + std::to_string(recorded.rbegin()->first) +
                   ", this program knows only " + std::to_string(newest) +
                   ": it was migrated by a newer redink; use that one, or another database");
        }
        if (file == files.end()) {
            refuse("the database has migration " + row.name +
                   ", which this program does not know: it belongs to another build");
        }
        if (file->sha256 != row.sha256) {
            refuse("migration " + std::string{file->file->path} +
                   " was changed after it had been applied (recorded sha256 " + row.sha256 +
                   ", now " + file->sha256 + "); put it back and write a new file instead");
        }
    }
}

void run(pqxx::work& tx, Connection& connection, const EmbeddedFile& file) {
    try {
        tx.exec(std::string{file.text});
    } catch (const std::exception& error) {
        const Error told = to_error(error);
        const StoreErrc code = classify(error);
        throw StoreError{code == StoreErrc::other ? StoreErrc::migration : code,
                         std::string{file.path} + " failed and was rolled back: " + told.text};
    }
    if (PQtransactionStatus(connection.raw()) != PQTRANS_INTRANS) {
        refuse(std::string{file.path} + " ends its own transaction (COMMIT or ROLLBACK)");
    }
}

void apply_numbered(Connection& connection, const Numbered& file) {
    pqxx::work tx{connection.session()};
    run(tx, connection, *file.file);
    tx.exec_params("INSERT INTO redink.migration (version, name, sha256) VALUES ($1, $2, $3)",
                   file.version,
                   name_of(file.file->path),
                   file.sha256);
    tx.commit();
}

void apply_repeatable(Connection& connection, std::span<const Repeatable> files) {
    pqxx::work tx{connection.session()};
    for (const Repeatable& file : files) {
        run(tx, connection, *file.file);
        tx.exec_params(
            "INSERT INTO redink.repeatable (path, sha256) VALUES ($1, $2) ON CONFLICT (path) "
            "DO UPDATE SET sha256 = excluded.sha256, applied_at = now()",
            std::string{file.file->path},
            file.sha256);
    }
    tx.commit();
}

std::span<const Repeatable> changed_tail(const std::vector<Repeatable>& files,
                                         const std::map<std::string, std::string>& digests) {
    const auto changed = [&digests](const Repeatable& file) {
        const auto known = digests.find(std::string{file.file->path});
        return known == digests.end() || known->second != file.sha256;
    };
    return {std::find_if(files.begin(), files.end(), changed), files.end()};
}

}  // namespace

MigrationReport migrate(Connection& connection, std::span<const EmbeddedFile> files) {
    const Plan plan = make_plan(files);
    const MigrationLock lock{connection};
    ensure_ledger(connection);
    const std::map<int, Recorded> recorded = load_recorded(connection);
    check_recorded(recorded, plan.numbered);
    MigrationReport report;
    report.version = recorded.empty() ? 0 : recorded.rbegin()->first;
    for (const Numbered& file : plan.numbered) {
        if (recorded.contains(file.version)) {
            continue;
        }
        if (file.version < report.version) {
            refuse(std::string{file.file->path} + " comes after version " +
                   std::to_string(report.version) + " was applied; give it a higher number");
        }
        apply_numbered(connection, file);
        report.version = file.version;
        report.applied.emplace_back(file.file->path);
    }
    const std::span<const Repeatable> tail =
        report.applied.empty() ? changed_tail(plan.repeatable, load_digests(connection))
                               : std::span<const Repeatable>{plan.repeatable};
    if (!tail.empty()) {
        apply_repeatable(connection, tail);
    }
    for (const Repeatable& file : tail) {
        report.reapplied.emplace_back(file.file->path);
    }
    return report;
}

}  // namespace redink::store
