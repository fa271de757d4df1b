#pragma once

#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "app/config/table_reader.hpp"

namespace redink::app {

/// A chain as written, and what is wrong with its endpoints: that does not count when the command
/// line replaces them.
struct ReadChain {
    ChainConfig chain;
    std::uint32_t line = 0;
    std::vector<ConfigIssue> endpoint_issues;
};

/// A market as written, and where its parts are.
struct ReadMarket {
    MarketConfig market;
    std::string label;
    std::uint32_t name_line = 0;
    std::uint32_t chain_line = 0;
    std::uint32_t version_line = 0;
    bool is_sound = false;  ///< nothing is wrong with it by itself
};

/// `[database]`. A relative data_dir counts from `folder`.
[[nodiscard]] DatabaseConfig read_database(const toml::table& table,
                                           const std::filesystem::path& folder,
                                           ReadContext& context);

/// One `[[chain]]`, the `number`-th.
[[nodiscard]] ReadChain read_chain(const toml::table& table,
                                   std::size_t number,
                                   ReadContext& context);

/// One `[[market]]`, the `number`-th. `protocols` are the names that are accepted.
[[nodiscard]] ReadMarket read_market(const toml::table& table,
                                     std::size_t number,
                                     const std::vector<std::string_view>& protocols,
                                     ReadContext& context);

/// `[market.policy]` of the market that `label` names.
[[nodiscard]] PolicyConfig read_policy(const toml::table& table,
                                       const std::string& label,
                                       ReadContext& context);

/// All `[[market.cover]]` of the market that `label` names, in their order.
[[nodiscard]] std::vector<CoverConfig> read_cover(const std::vector<const toml::table*>& tables,
                                                  const std::string& label,
                                                  ReadContext& context);

/// Why `url` is no address of a database; empty when it may be one. Never repeats the text.
[[nodiscard]] std::optional<std::string> find_database_url_problem(std::string_view url);

/// `[[market]] "name"`, or `[[market]] 2` without one.
[[nodiscard]] std::string section_label(const toml::table& table,
                                        std::string_view kind,
                                        std::size_t number);

}  // namespace redink::app
