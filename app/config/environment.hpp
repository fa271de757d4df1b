#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "indexer/chain/result.hpp"

namespace redink::app {

/// The value of an environment variable; empty when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process.
[[nodiscard]] Environment process_environment();

/// A text of the configuration with its variables replaced.
struct ReplacedText {
    std::string value;
    bool is_secret = false;  ///< a variable is in it: messages must not repeat the value

    /// The value in quotes, or `***` for a secret.
    [[nodiscard]] std::string shown() const;
};

/// Replaces every `{env:VAR}` by the variable's value, once: values are not looked into. The error
/// names a variable that is not set or empty, or a `{env:` that is never closed.
[[nodiscard]] Result<ReplacedText> replace_variables(std::string_view text,
                                                     const Environment& environment);

}  // namespace redink::app
