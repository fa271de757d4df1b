#include "app/report/json_text.hpp"

#include <utility>

namespace redink::app {

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.append({'\\', c});
        } else if (byte < 0x20U) {
            out.append("\\u00").append({kDigits[byte >> 4U], kDigits[byte & 15U]});
        } else {
            out += c;
        }
    }
    out += '"';
}

bool is_json_number(std::string_view text) {
    if (text.starts_with('-')) {
        text.remove_prefix(1);
    }
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const bool has_fraction = point != std::string_view::npos;
    const std::string_view fraction = has_fraction ? text.substr(point + 1) : std::string_view{};
    const auto is_digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return is_digits(whole) && (whole.size() == 1 || whole.front() != '0') &&
           (!has_fraction || is_digits(fraction));
}

std::vector<std::string> array_elements(std::string_view text) {
    std::vector<std::string> elements;
    if (text.size() <= 2) {
        return elements;
    }
    std::string element;
    bool is_quoted = false;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '"') {
            is_quoted = !is_quoted;
        } else if (text[i] == '\\') {
            element += text[++i];
        } else if (text[i] == ',' && !is_quoted) {
            elements.push_back(std::exchange(element, {}));
        } else {
            element += text[i];
        }
    }
    elements.push_back(element);
    return elements;
}

}  // namespace redink::app
