#include "app/config/sections.hpp"

namespace redink::app {

std::optional<std::string> find_database_url_problem(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::string_view name = url.substr(0, scheme);
    if (scheme != std::string_view::npos && name.find('=') == std::string_view::npos &&
        name != "postgresql" && name != "postgres") {
        return "has a scheme that is not PostgreSQL's; accepted: "
               "postgresql://user@host:5432/database";
    }
    if (url.find_first_not_of(' ') == std::string_view::npos) {
        return "is empty; accepted: postgresql://user@host:5432/database";
    }
    return std::nullopt;
}

DatabaseConfig read_database(const toml::table& table,
                             const std::filesystem::path& folder,
                             ReadContext& context) {
    TableReader reader{table, "database", "[database]", context};
    DatabaseConfig database;
    if (std::optional<ReplacedText> url = reader.text("url")) {
        if (const auto problem = find_database_url_problem(url->value)) {
            reader.add_issue("url", *problem);
        }
        database.url = std::move(url->value);
    }
    if (const std::optional<ReplacedText> data_dir = reader.text("data_dir")) {
        database.data_dir = data_dir->value;
    }
    database.data_dir = folder / database.data_dir;
    return database;
}

}  // namespace redink::app
