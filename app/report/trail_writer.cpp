#include "app/report/trail_writer.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace redink::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNameColumns = 16;

// Amounts beyond 64 bits come as text: a JSON number would be rounded on the way.
Json parse(std::string_view trail) {
    Json parsed = Json::parse(trail, nullptr, false);
    if (!parsed.is_object()) {
        throw std::runtime_error{"the trail of an entry cannot be read"};
    }
    return parsed;
}

bool is_empty(const Json& value) {
    return value.is_null() || (value.is_structured() && value.empty());
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

// One line: "debit 21000, account deficit.open".
std::string line_of(const Json& object) {
    std::string line;
    for (const auto& [name, value] : object.items()) {
        if (is_empty(value) || value.is_object()) {
            continue;
        }
        line += (line.empty() ? "" : ", ") + name + " " + text_of(value);
    }
    return line;
}

void write_value(std::ostream& out, const std::string& name, const Json& value, std::size_t depth);

void write_object(std::ostream& out, const Json& object, std::size_t depth) {
    for (const auto& [name, value] : object.items()) {
        write_value(out, name, value, depth);
    }
}

void write_list(std::ostream& out, const Json& list, std::size_t depth) {
    for (const Json& element : list) {
        out << std::string(depth, ' ') << "- "
            << (element.is_object() ? line_of(element) : text_of(element)) << "\n";
        if (!element.is_object()) {
            continue;
        }
        for (const auto& [name, value] : element.items()) {
            if (value.is_object()) {
                out << std::string(depth + 2, ' ') << name << ": " << line_of(value) << "\n";
            }
        }
    }
}

void write_value(std::ostream& out, const std::string& name, const Json& value, std::size_t depth) {
    if (is_empty(value)) {
        return;
    }
    const std::string indent(depth, ' ');
    if (value.is_object()) {
        out << indent << name << "\n";
        write_object(out, value, depth + 2);
    } else if (value.is_array()) {
        out << indent << name << "\n";
        write_list(out, value, depth + 2);
    } else {
        std::string padded = name;
        padded.resize(std::max(kNameColumns, name.size() + 1), ' ');
        std::string text = text_of(value);
        for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
            text.replace(at, 1, "\n" + indent + std::string(kNameColumns, ' '));
            at += 1 + indent.size() + kNameColumns;
        }
        out << indent << padded << text << "\n";
    }
}

}  // namespace

void write_trail_text(std::ostream& out, std::string_view trail) {
    write_object(out, parse(trail), 0);
}

void write_trail_json(std::ostream& out, std::string_view trail) {
    static_cast<void>(parse(trail));
    out << trail << "\n";
}

}  // namespace redink::app
