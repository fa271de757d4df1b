#pragma once

#include <cstdint>

namespace redink::sync {

/// What a chain's work waits for; see StageWatch.
enum class Stage : std::uint8_t {
    idle,   ///< nothing to do until the next head
    fetch,  ///< an endpoint
    write,  ///< the database
    rest    ///< a pause after a failure
};

}  // namespace redink::sync
