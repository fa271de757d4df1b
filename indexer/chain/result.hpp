#pragma once

#include <stdexcept>
#include <string>
#include <system_error>

#include <boost/system/result.hpp>

namespace redink {

/// What went wrong, as the caller can act on it (`code`) and as a tired operator can read it
/// (`text`: block, log index, endpoint name without its key, what to do).
struct Error {
    std::error_code code;
    std::string text;
};

/// A value, or the reason why there is none. Used where the caller expects failure; the environment
/// breaking throws instead, and a broken invariant throws InvariantBroken.
template <class T>
using Result = boost::system::result<T, Error>;

/// Called by Result::value() on an error; throws std::runtime_error with the text.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
    throw std::runtime_error{error.text};
}

}  // namespace redink
