#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/rpc/errc.hpp"

namespace redink::rpc {

enum class Scheme : std::uint8_t { http, https, ws, wss };

/// The address of a node (RFC 3986). Path, query and user information may be secrets: they go into
/// requests and nowhere else.
class Url {
  public:
    /// Parses `http://`, `https://`, `ws://` and `wss://` URLs. A failure never repeats the text.
    [[nodiscard]] static CallResult<Url> parse(std::string_view text);

    /// `scheme://host:port`: all that may be shown, logged or stored.
    [[nodiscard]] std::string name() const;

    [[nodiscard]] Scheme scheme() const {
        return scheme_;
    }

    /// True for https and wss.
    [[nodiscard]] bool is_tls() const {
        return scheme_ == Scheme::https || scheme_ == Scheme::wss;
    }

    /// True for ws and wss.
    [[nodiscard]] bool is_websocket() const {
        return scheme_ == Scheme::ws || scheme_ == Scheme::wss;
    }

    /// Lower case; an IPv6 address comes without brackets.
    [[nodiscard]] const std::string& host() const {
        return host_;
    }

    [[nodiscard]] std::uint16_t port() const {
        return port_;
    }

    /// The value of the HTTP Host field: the port only where it is not the scheme's own.
    [[nodiscard]] std::string host_field() const;

    /// Path and query as a request needs them, at least "/". Secret.
    [[nodiscard]] const std::string& target() const {
        return target_;
    }

    /// `user:password` with percent escapes decoded, or empty. Secret.
    [[nodiscard]] const std::string& credentials() const {
        return credentials_;
    }

    /// `text` with every part of this URL that may be a key replaced by "***", because nodes and
    /// proxies like to quote the request in their errors.
    [[nodiscard]] std::string redact(std::string text) const;

  private:
    Url() = default;

    [[nodiscard]] bool read_authority(std::string_view text);
    [[nodiscard]] bool read_target(std::string_view text);
    void collect_secrets();

    Scheme scheme_ = Scheme::http;
    std::string host_;
    std::uint16_t port_ = 0;
    std::string target_;
    std::string credentials_;
    std::vector<std::string> secrets_;
};

}  // namespace redink::rpc
