#include "app/config/environment.hpp"

#include <cstdlib>

namespace redink::app {
namespace {

constexpr std::string_view kOpen = "{env:";
constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

bool is_variable_name(std::string_view name) {
    return !name.empty() && (name.front() < '0' || name.front() > '9') &&
           name.find_first_not_of(kLetters) == std::string_view::npos;
}

Error refused(std::string text) {
    return {std::make_error_code(std::errc::invalid_argument), std::move(text)};
}

}  // namespace

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>{value};
    };
}

std::string ReplacedText::shown() const {
    return is_secret ? "***" : "\"" + value + "\"";
}

Result<ReplacedText> replace_variables(std::string_view text, const Environment& environment) {
    ReplacedText replaced;
    for (std::size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen)) {
        const std::size_t close = text.find('}', at);
        if (close == std::string_view::npos) {
            return refused("has {env: without its closing brace; accepted: {env:NAME}");
        }
        const std::string name{text.substr(at + kOpen.size(), close - at - kOpen.size())};
        if (!is_variable_name(name)) {
            return refused("has {env:…} without the name of a variable; accepted: {env:NAME}");
        }
        const std::optional<std::string> value = environment(name);
        if (!value || value->empty()) {
            return refused("the environment variable " + name + " is not set");
        }
        replaced.value.append(text.substr(0, at)).append(*value);
        replaced.is_secret = true;
        text.remove_prefix(close + 1);
    }
    replaced.value.append(text);
    return replaced;
}

}  // namespace redink::app
