#include "indexer/rpc/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace redink::rpc {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

/// Shorter pieces of a path are words like "v2" or "eth", not keys.
constexpr std::size_t kShortestKey = 8;

struct SchemeName {
    std::string_view text;
    Scheme scheme;
};

constexpr std::array<SchemeName, 4> kSchemes{{
    {"http", Scheme::http},
    {"https", Scheme::https},
    {"ws", Scheme::ws},
    {"wss", Scheme::wss},
}};

std::string_view to_text(Scheme scheme) {
    return std::ranges::find(kSchemes, scheme, &SchemeName::scheme)->text;
}

std::uint16_t own_port(const Url& url) {
    return url.is_tls() ? kHttpsPort : kHttpPort;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
    return result;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char low = lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// Empty when an escape is cut off or not hexadecimal.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result.push_back(text[i]);
            continue;
        }
        if (i + 2 >= text.size()) {
            return std::nullopt;
        }
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        result.push_back(static_cast<char>(high << 4 | low));
        i += 2;
    }
    return result;
}

bool is_host_char(char c) {
    const char low = lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool is_ipv6_char(char c) {
    return hex_digit(c) >= 0 || c == ':' || c == '.';
}

/// What may stand in a request line: visible ASCII. Anything else could smuggle in a header.
bool is_target_char(char c) {
    return c > ' ' && c < '\x7f';
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || at != end || port == 0) {
        return std::nullopt;
    }
    return port;
}

}  // namespace

CallResult<Url> Url::parse(std::string_view text) {
    Url url;
    const std::size_t colon = text.find("://");
    const std::string scheme = lower(text.substr(0, colon == std::string_view::npos ? 0 : colon));
    const auto known = std::ranges::find(kSchemes, std::string_view{scheme}, &SchemeName::text);
    if (known == kSchemes.end()) {
        return fail(RpcErrc::bad_url,
                    "endpoint URL does not start with http://, https://, ws:// or wss://");
    }
    url.scheme_ = known->scheme;
    url.port_ = own_port(url);
    const std::string_view rest = text.substr(colon + 3);
    const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
    if (!url.read_authority(rest.substr(0, slash))) {
        return fail(RpcErrc::bad_url, "endpoint URL has no usable host and port");
    }
    if (!url.read_target(rest.substr(slash))) {
        return fail(RpcErrc::bad_url, "endpoint URL has spaces or control characters in its path");
    }
    url.collect_secrets();
    return url;
}

bool Url::read_authority(std::string_view text) {
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
        const auto decoded = percent_decoded(text.substr(0, at));
        if (!decoded) {
            return false;
        }
        credentials_ = *decoded;
        text.remove_prefix(at + 1);
    }
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) {
            return false;
        }
        host = text.substr(1, close - 1);
        port = text.substr(close + 1);
        if (!port.empty() && !port.starts_with(':')) {
            return false;
        }
    } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon);
    }
    const bool ipv6 = text.starts_with('[');
    if (host.empty() || !std::ranges::all_of(host, ipv6 ? is_ipv6_char : is_host_char)) {
        return false;
    }
    host_ = lower(host);
    if (port.size() > 1) {
        const auto number = parse_port(port.substr(1));
        port_ = number.value_or(0);
    }
    return port_ != 0;
}

bool Url::read_target(std::string_view text) {
    target_ = std::string{text.substr(0, text.find('#'))};
    if (!target_.starts_with('/')) {
        target_.insert(target_.begin(), '/');
    }
    return std::ranges::all_of(target_, is_target_char);
}

void Url::collect_secrets() {
    if (target_.size() > kShortestKey) {
        secrets_.push_back(target_);
    }
    std::size_t from = 0;
    while (from < target_.size()) {
        const std::size_t to = std::min(target_.find_first_of("/?&=", from), target_.size());
        if (to - from >= kShortestKey) {
            secrets_.push_back(target_.substr(from, to - from));
            if (const auto decoded = percent_decoded(secrets_.back())) {
                secrets_.push_back(*decoded);
            }
        }
        from = to + 1;
    }
    if (!credentials_.empty()) {
        secrets_.push_back(credentials_);
        const std::size_t colon = std::min(credentials_.find(':'), credentials_.size());
        secrets_.push_back(credentials_.substr(0, colon));
        secrets_.push_back(credentials_.substr(std::min(colon + 1, credentials_.size())));
    }
    std::erase_if(secrets_, [](const std::string& secret) { return secret.empty(); });
    const auto longer = [](const std::string& a, const std::string& b) {
        return a.size() > b.size();
    };
    std::ranges::sort(secrets_, longer);
}

std::string Url::host_field() const {
    const std::string host = host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]";
    return port_ == own_port(*this) ? host : host + ":" + std::to_string(port_);
}

std::string Url::name() const {
    const std::string host = host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]";
    return std::string{to_text(scheme_)} + "://" + host + ":" + std::to_string(port_);
}

std::string Url::redact(std::string text) const {
    for (const std::string& secret : secrets_) {
        std::size_t at = 0;
        while ((at = text.find(secret, at)) != std::string::npos) {
            text.replace(at, secret.size(), "***");
            at += 3;
        }
    }
    return text;
}

}  // namespace redink::rpc
