#include "app/prices/csv_record.hpp"

namespace redink::app {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Takes a field in quotes off `line`, the opening one included. False when it is never closed.
bool take_quoted(std::string_view& line, std::string& field) {
    line.remove_prefix(1);
    while (true) {
        const std::size_t quote = line.find('"');
        if (quote == std::string_view::npos) {
            return false;
        }
        field += line.substr(0, quote);
        line.remove_prefix(quote + 1);
        if (line.empty() || line.front() != '"') {
            return true;
        }
        field += '"';
        line.remove_prefix(1);
    }
}

void split(std::string_view line, CsvRecord& record) {
    while (true) {
        std::string field;
        if (!line.empty() && line.front() == '"') {
            if (!take_quoted(line, field)) {
                record.problem = "has a quote that is not closed on this line";
                return;
            }
            if (!line.empty() && line.front() != ',') {
                record.problem = "has text behind a closing quote";
                return;
            }
        } else {
            const std::size_t comma = line.find(',');
            field = line.substr(0, comma);
            line.remove_prefix(field.size());
        }
        record.fields.push_back(std::move(field));
        if (line.empty()) {
            return;
        }
        line.remove_prefix(1);
    }
}

}  // namespace

CsvReader::CsvReader(std::string_view text) : rest_{text} {
    if (rest_.starts_with(kByteOrderMark)) {
        rest_.remove_prefix(kByteOrderMark.size());
    }
}

std::string_view CsvReader::take_line() {
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

std::optional<CsvRecord> CsvReader::next() {
    while (!rest_.empty()) {
        const std::string_view line = take_line();
        if (!line.empty()) {
            CsvRecord record{line_, {}, {}};
            split(line, record);
            return record;
        }
    }
    return std::nullopt;
}

}  // namespace redink::app
