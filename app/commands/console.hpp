#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace redink::app {

/// Where a command writes: results to `out`, everything else to `err`.
struct Console {
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    bool has_colours = false;  ///< of `err`

    /// `error: …` on err, red where there are colours.
    void print_error(std::string_view text) const;
};

/// Standard output and error of this process. Colours only on a terminal, and not when NO_COLOR is
/// set to anything (no-color.org).
[[nodiscard]] Console process_console();

/// Width of the terminal on standard error; 80 when that is none.
[[nodiscard]] std::size_t terminal_columns();

}  // namespace redink::app
