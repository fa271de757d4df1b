#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace redink::store {

class Connection;

/// How a column is written in JSON and aligned in tables.
enum class ColumnKind : std::uint8_t { text, number, boolean, list };

/// One column of a report.
struct ReportColumn {
    std::string name;
    ColumnKind kind = ColumnKind::text;
};

/// One row of a report: text as PostgreSQL gives it, or nothing.
using ReportRow = std::vector<std::optional<std::string>>;

/// A report of schema `report`.
struct ReportSpec {
    std::string_view name;      ///< on the command line and in HTTP paths
    std::string_view relation;  ///< function or view
    bool at_block = true;  ///< a function of (market, block); else a view with a column `block`
    std::string_view asset_columns;  ///< columns that the asset filter looks at, comma-separated
    std::string_view order;          ///< ORDER BY of a view; functions come in order
    std::string_view summary;
    std::string_view block_column = "block";      ///< of a view; empty: it has none to narrow by
    bool of_chain = false;                        ///< rows belong to a chain, not to a market
    std::string_view account_column = "account";  ///< that the account filter looks at
    bool has_kind = false;       ///< a function of (market, block, kind) where a kind is said
    bool takes_account = false;  ///< the function has a form (market, block, account)
};

/// Every report, in the order of the help text.
[[nodiscard]] std::span<const ReportSpec> report_specs();

/// What to read.
struct ReportQuery {
    std::string market;  ///< empty: every chain's rows, where they belong to a chain
    std::optional<std::uint64_t> block;  ///< empty: the market's head
    std::optional<std::string> account;  ///< lower-case 0x text
    std::optional<std::string> asset;    ///< lower-case 0x text, or a symbol
    std::optional<std::string> kind =
        std::nullopt;  ///< of imported prices: "market", "scenario:<name>"
};

/// Reads reports row by row, in bounded memory. Database trouble and errors that the report
/// functions raise throw.
class ReportReader {
  public:
    explicit ReportReader(Connection& connection) : connection_{connection} {
    }

    /// The session that is read from.
    [[nodiscard]] Connection& connection() const {
        return connection_;
    }

    /// Calls `columns` once, then `row` for each row. Returns the number of rows.
    std::uint64_t load(const ReportSpec& spec,
                       const ReportQuery& query,
                       const std::function<void(const std::vector<ReportColumn>&)>& columns,
                       const std::function<void(const ReportRow&)>& row);

    /// Last indexed block of a market; empty when there is none. Throws std::invalid_argument for
    /// an unknown market.
    [[nodiscard]] std::optional<std::uint64_t> load_head(const std::string& market);

    /// Names of the markets in the database.
    [[nodiscard]] std::vector<std::string> load_market_names();

    /// Everything behind an entry of a market, as JSON (report.entry_trail). Throws what the
    /// database says when no single entry has this beginning.
    [[nodiscard]] std::string load_trail(const std::string& market, const std::string& entry);

  private:
    Connection& connection_;
};

}  // namespace redink::store
