#include "app/config/issues.hpp"

namespace redink::app {
namespace {

std::string text_of(const std::vector<ConfigIssue>& issues) {
    std::string text;
    for (const ConfigIssue& issue : issues) {
        text += (text.empty() ? "" : "\n") + issue.to_line();
    }
    return text;
}

}  // namespace

std::string ConfigIssue::to_line() const {
    std::string out = file;
    if (line != 0) {
        out += ":" + std::to_string(line);
    }
    return out + ": " + (key.empty() ? "" : key + ": ") + text;
}

ConfigError::ConfigError(std::vector<ConfigIssue> issues)
    : std::runtime_error{text_of(issues)}, issues_{std::move(issues)} {
}

}  // namespace redink::app
