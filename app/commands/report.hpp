#pragma once

#include <optional>
#include <string>

#include "app/commands/options.hpp"
#include "app/report/row_writer.hpp"

namespace redink::store {
class ReportReader;
}

namespace redink::app {

/// What `redink report` was asked for.
struct ReportRequest {
    std::string name;
    std::optional<std::string> account;
    std::optional<std::string> asset;  ///< an address, or a symbol
    std::optional<std::string> at;     ///< see BlockList; empty or "head": the last indexed block
    std::optional<std::string> entry;  ///< of the journal: identity of the entry to trace
    std::optional<std::string> kind;   ///< of imported prices
    ReportFormat format = ReportFormat::table;
    bool is_raw = false;
    std::vector<std::string> markets;  ///< empty: the only one
};

/// Writes a report to console.out, row by row, in bounded memory. Throws UsageError for what cannot
/// be asked, before anything is written.
void write_report(const ReportRequest& request,
                  store::ReportReader& reader,
                  const Console& console);

/// `redink report NAME`.
void add_report(CommandLine& line);

}  // namespace redink::app
