#pragma once

#include <string>
#include <string_view>

namespace redink::rpc {

/// Base64 with padding (RFC 4648 section 4), as HTTP basic authentication wants it.
[[nodiscard]] std::string to_base64(std::string_view bytes);

}  // namespace redink::rpc
