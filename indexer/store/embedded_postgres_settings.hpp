#pragma once

#include <span>

namespace redink::store {

/// One server setting and why it is not left at its default.
struct ServerSetting {
    const char* name;
    const char* value;
    const char* why;
};

/// The settings of the private server, for two cores and modest memory. Given on its command line,
/// so that a newer program brings newer settings to an old cluster.
[[nodiscard]] std::span<const ServerSetting> server_settings();

}  // namespace redink::store
