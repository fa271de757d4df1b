#include "app/database.hpp"

#include "app/commands/options.hpp"
#include "indexer/store/embedded_postgres.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/migrations.hpp"
#include "indexer/store/schema_check.hpp"

namespace redink::app {
namespace {

namespace fs = std::filesystem;

bool has_cluster(const fs::path& data_dir) {
    std::error_code ignored;
    return fs::exists(data_dir / "postgres", ignored) ||
           fs::exists(data_dir / "cluster-location", ignored);
}

[[noreturn]] void refuse_schema(store::SchemaState state, const std::string& name) {
    switch (state) {
        case store::SchemaState::missing:
            throw store::StoreError{store::StoreErrc::migration,
                                    name +
                                        " has no tables of redink yet; redink migrate makes "
                                        "them, and so does redink sync"};
        case store::SchemaState::newer:
            throw store::StoreError{store::StoreErrc::migration,
                                    name +
                                        " was migrated by another redink, which is newer; use "
                                        "that one, or another database"};
        default:
            throw store::StoreError{
                store::StoreErrc::migration,
                name + " has the tables of an older redink; redink migrate brings them up to date"};
    }
}

}  // namespace

Database::Database(const DatabaseConfig& config, DatabaseUse use) : data_dir_{config.data_dir} {
    if (config.url) {
        url_ = *config.url;
        return;
    }
    if (use == DatabaseUse::existing && !has_cluster(config.data_dir)) {
        throw UsageError{"there is no database in " + config.data_dir.string() +
                         " yet; redink sync makes and fills it, --database URL names another"};
    }
    store::EmbeddedOptions options;
    options.data_dir = config.data_dir;
    embedded_ = std::make_unique<store::EmbeddedPostgres>(std::move(options));
}

Database::~Database() = default;

std::optional<std::string> Database::disk_trouble() const {
    // A segment of PostgreSQL's log is 16 MB; with less than two the server is in trouble.
    constexpr std::uintmax_t kTooLittle = std::uintmax_t{32} << 20;
    if (!embedded_) {
        return std::nullopt;
    }
    std::error_code failed;
    const fs::space_info space = fs::space(data_dir_, failed);
    if (failed || space.available > kTooLittle) {
        return std::nullopt;
    }
    return "the disk that holds " + data_dir_.string() + " has only " +
           std::to_string(space.available >> 20) +
           " MB left: make room and run again; what was committed is kept";
}

std::string Database::url() const {
    return embedded_ ? embedded_->url() : url_;
}

std::string Database::name() const {
    return store::describe_url(url());
}

void Database::ensure_running() const {
    const std::lock_guard lock{mutex_};
    if (embedded_) {
        embedded_->ensure_running();
    }
}

store::Connection Database::connect() const {
    return store::Connection{url()};
}

store::Connection Database::connect_migrated() const {
    store::Connection connection = connect();
    const store::SchemaState state = load_schema_state(connection, store::embedded_sql());
    if (state != store::SchemaState::current) {
        refuse_schema(state, connection.name());
    }
    return connection;
}

store::MigrationReport Database::migrate() const {
    store::Connection connection = connect();
    return store::migrate(connection, store::embedded_sql());
}

}  // namespace redink::app
