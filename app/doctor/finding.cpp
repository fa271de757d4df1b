#include "app/doctor/finding.hpp"

#include <algorithm>
#include <ostream>

#include "app/report/json_text.hpp"

namespace redink::app {
namespace {

std::string_view colour_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::warn:
            return "\x1b[1;33m";
        case Verdict::fail:
            return "\x1b[1;31m";
        case Verdict::ok:
            break;
    }
    return "\x1b[32m";
}

std::string padded(std::string_view text, std::size_t width) {
    std::string result{text};
    result.resize(std::max(width, result.size()), ' ');
    return result;
}

/// For programs: without the capitals that are for the eye.
std::string_view to_word(Verdict verdict) {
    return verdict == Verdict::fail ? "fail" : to_text(verdict);
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    out += out.back() == '{' ? "" : ",";
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
}

}  // namespace

std::string_view to_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::warn:
            return "warn";
        case Verdict::fail:
            return "FAIL";
        case Verdict::ok:
            break;
    }
    return "ok";
}

Verdict worst_of(const Findings& findings) {
    Verdict worst = Verdict::ok;
    for (const Finding& finding : findings) {
        worst = std::max(worst, finding.verdict);
    }
    return worst;
}

void write_text(const Findings& findings, Colours colours, std::ostream& out) {
    constexpr std::size_t kVerdictWidth = 4;
    constexpr std::size_t kCheckWidth = 16;
    std::string_view about;
    for (const Finding& finding : findings) {
        if (finding.about != about) {
            about = finding.about;
            out << about << "\n";
        }
        const std::string verdict = padded(to_text(finding.verdict), kVerdictWidth);
        out << "  ";
        if (colours == Colours::on) {
            out << colour_of(finding.verdict) << verdict << "\x1b[0m";
        } else {
            out << verdict;
        }
        out << "  " << padded(finding.check, kCheckWidth) << "  " << finding.measured << "\n";
        if (!finding.advice.empty()) {
            out << std::string(kVerdictWidth + kCheckWidth + 6, ' ') << finding.advice << "\n";
        }
    }
}

void write_json(const Findings& findings, std::ostream& out) {
    std::string text = "{";
    append_member(text, "verdict", to_word(worst_of(findings)));
    text += ",\"findings\":[";
    for (const Finding& finding : findings) {
        std::string object = "{";
        append_member(object, "about", finding.about);
        append_member(object, "check", finding.check);
        append_member(object, "verdict", to_word(finding.verdict));
        append_member(object, "measured", finding.measured);
        append_member(object, "advice", finding.advice);
        text += (text.back() == '[' ? "\n" : ",\n") + object + "}";
    }
    out << text << "\n]}\n";
}

}  // namespace redink::app
