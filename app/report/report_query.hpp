#pragma once

#include <optional>
#include <string>
#include <vector>

#include "indexer/store/report_reader.hpp"

namespace redink::app {

/// What a report is narrowed to.
struct ReportFilter {
    std::optional<std::string> account;
    std::optional<std::string> asset;
    std::optional<std::string> kind = std::nullopt;  ///< of imported prices
};

/// The report of this name. Throws UsageError that lists the names.
[[nodiscard]] const store::ReportSpec& find_report(const std::string& name);

/// Checks that the report can be narrowed so, and writes addresses as the database does. Throws
/// UsageError otherwise.
[[nodiscard]] ReportFilter check_filter(const store::ReportSpec& spec, ReportFilter filter);

/// The wanted markets, or the only one when none is named. Throws UsageError when one is not in the
/// database, or when there are several to choose from.
[[nodiscard]] std::vector<std::string> choose_markets(const std::vector<std::string>& wanted,
                                                      const std::vector<std::string>& known);

}  // namespace redink::app
