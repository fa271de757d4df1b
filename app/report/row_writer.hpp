#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "indexer/store/report_reader.hpp"

namespace redink::app {

enum class ReportFormat : std::uint8_t { table, csv, json };

/// Writes rows of one report as they come, in bounded memory. Several blocks or markets are one
/// output: begin() is called for each, with the same columns.
class RowWriter {
  public:
    virtual ~RowWriter() = default;

    /// The columns of the rows to come.
    virtual void begin(const std::vector<store::ReportColumn>& columns) = 0;

    /// One row.
    virtual void row(const store::ReportRow& row) = 0;

    /// The end of everything.
    virtual void end() = 0;
};

/// Decimals by column: of a cell in token units, the column of the same row that names its token.
using TokenDecimals = std::map<std::string, unsigned>;

/// How tables show cells.
struct TableStyle {
    bool shortens_hex = false;                ///< 0x1234…abcd
    std::string report;                       ///< decides which columns are in token units
    const TokenDecimals* decimals = nullptr;  ///< by token; null: raw units
};

/// CSV by RFC 4180 with a header row, lines ended by LF. No value is an empty field, an empty text
/// is `""`.
[[nodiscard]] std::unique_ptr<RowWriter> make_csv_writer(std::ostream& out);

/// One JSON array of objects, a row a line. Numbers keep every digit; no value is null.
[[nodiscard]] std::unique_ptr<RowWriter> make_json_writer(std::ostream& out);

/// Aligned columns for people.
[[nodiscard]] std::unique_ptr<RowWriter> make_table_writer(std::ostream& out, TableStyle style);

}  // namespace redink::app
