#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/config/near_miss.hpp"

namespace redink::app {

/// For an option whose value is one of some words, each for an enumerator.
template <class Enum>
[[nodiscard]] CLI::Validator word_choice(std::vector<std::pair<std::string_view, Enum>> words) {
    const auto replace = [words = std::move(words)](std::string& text) -> std::string {
        std::vector<std::string_view> accepted;
        for (const auto& [word, value] : words) {
            if (word == text) {
                text = std::to_string(static_cast<int>(value));
                return "";
            }
            accepted.push_back(word);
        }
        return "\"" + text + "\" is not accepted" + did_you_mean(text, accepted) +
               "; accepted: " + listed(accepted);
    };
    return CLI::Validator{replace, "", ""};
}

}  // namespace redink::app
