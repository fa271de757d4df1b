#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace redink::app {

/// Appends a JSON string (RFC 8259) for valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// True for a number as JSON writes it; PostgreSQL also has NaN and Infinity.
[[nodiscard]] bool is_json_number(std::string_view text);

/// The elements of a PostgreSQL array of texts, `{a,"b c"}`.
[[nodiscard]] std::vector<std::string> array_elements(std::string_view text);

}  // namespace redink::app
