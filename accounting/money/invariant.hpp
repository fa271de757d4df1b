#pragma once

#include <stdexcept>
#include <string>

namespace redink {

/// We are wrong: a state that the design rules out. The process stops and nothing is committed.
class InvariantBroken : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

/// Throws InvariantBroken with `text` unless `condition` holds.
inline void invariant(bool condition, const char* text) {
    if (!condition) {
        throw InvariantBroken{text};
    }
}

/// As above, for texts that carry figures.
inline void invariant(bool condition, const std::string& text) {
    if (!condition) {
        throw InvariantBroken{text};
    }
}

}  // namespace redink
