#include "app/commands/console.hpp"

#include <cstdlib>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace redink::app {

void Console::print_error(std::string_view text) const {
    err << (has_colours ? "\x1b[1;31merror:\x1b[0m " : "error: ") << text << std::endl;
}

Console process_console() {
    const char* no_colour = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    const bool wants_colours = (no_colour == nullptr || *no_colour == '\0') &&
                               (terminal == nullptr || std::string_view{terminal} != "dumb");
    const bool err_is_terminal = isatty(STDERR_FILENO) == 1;
    return {std::cout,
            std::cerr,
            isatty(STDOUT_FILENO) == 1,
            err_is_terminal,
            err_is_terminal && wants_colours};
}

std::size_t terminal_columns() {
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

}  // namespace redink::app
