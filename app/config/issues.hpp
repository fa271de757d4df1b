#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace redink::app {

/// One thing that is wrong with the configuration, or with a file to import.
struct ConfigIssue {
    std::string file;        ///< or the option that it comes from
    std::uint32_t line = 0;  ///< 0: not a line
    std::string key;         ///< `market "x": address`; empty: the file as a whole
    std::string text;        ///< what is wrong and what is accepted

    /// `file:line: key: text`.
    [[nodiscard]] std::string to_line() const;
};

/// The configuration, or a file to import, cannot be used. what() has one line for each issue.
class ConfigError : public std::runtime_error {
  public:
    explicit ConfigError(std::vector<ConfigIssue> issues);

    [[nodiscard]] const std::vector<ConfigIssue>& issues() const {
        return issues_;
    }

  private:
    std::vector<ConfigIssue> issues_;
};

}  // namespace redink::app
