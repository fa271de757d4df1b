#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redink::app {

/// One line of a CSV file, its fields without their quotes.
struct CsvRecord {
    std::uint32_t line = 0;
    std::vector<std::string> fields;
    std::string problem;  ///< why the line is not CSV; empty when it is
};

/// Takes records off a CSV text (RFC 4180): commas between fields, a quote inside quotes doubled,
/// lines ended by LF or CRLF, no line break inside a field. A byte order mark at the beginning and
/// empty lines are passed over.
class CsvReader {
  public:
    explicit CsvReader(std::string_view text);

    /// The next record; empty at the end of the text.
    [[nodiscard]] std::optional<CsvRecord> next();

  private:
    [[nodiscard]] std::string_view take_line();

    std::string_view rest_;
    std::uint32_t line_ = 0;
};

}  // namespace redink::app
