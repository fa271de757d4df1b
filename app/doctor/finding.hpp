#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace redink::app {

/// How bad something is: `warn` works, but not well; `fail` must be mended.
enum class Verdict : std::uint8_t { ok, warn, fail };

/// "ok", "warn" or "FAIL".
[[nodiscard]] std::string_view to_text(Verdict verdict);

/// One thing that was looked at.
struct Finding {
    std::string about;  ///< "config", "database", or an endpoint and its chain. No secrets
    std::string check;  ///< a word or two
    Verdict verdict = Verdict::ok;
    std::string measured;  ///< what was seen
    std::string advice;    ///< what to do; empty when there is nothing

    friend bool operator==(const Finding&, const Finding&) = default;
};

using Findings = std::vector<Finding>;

/// The worst of them; ok for none.
[[nodiscard]] Verdict worst_of(const Findings& findings);

enum class Colours : std::uint8_t { off, on };

/// One line a finding, below what it is about, and what to do on the next line.
void write_text(const Findings& findings, Colours colours, std::ostream& out);

/// One JSON object: {"verdict", "findings": [{"about", "check", "verdict", "measured", "advice"}]}.
void write_json(const Findings& findings, std::ostream& out);

}  // namespace redink::app
