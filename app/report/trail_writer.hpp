#pragma once

#include <iosfwd>
#include <string_view>

namespace redink::app {

/// Writes the trail of an entry (report.entry_trail) for people: a heading for each part, a line
/// for each fact, empty ones left out. Throws std::runtime_error when it is no JSON.
void write_trail_text(std::ostream& out, std::string_view trail);

/// The same as one JSON object.
void write_trail_json(std::ostream& out, std::string_view trail);

}  // namespace redink::app
