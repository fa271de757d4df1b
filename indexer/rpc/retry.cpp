#include "indexer/rpc/retry.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

#include "indexer/rpc/pool/refusals.hpp"

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kTooManyRequests = 429;
constexpr unsigned kRequestTimeout = 408;
constexpr unsigned kServerError = 500;

/// Where a gateway, not the node's method, speaks; an error object there is not about the request.
constexpr bool is_gateway(unsigned status) {
    return status == kRequestTimeout || (status >= 502 && status <= 504);
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough for jitter, and the same on every platform.
std::uint64_t next_random(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
    std::tm parts{};
    const std::string copy{text};
    const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') {
        return std::nullopt;
    }
    return timegm(&parts);
}

}  // namespace

bool is_rate_limit(const Refusal& refusal) {
    CallError error = fail(RpcErrc::refused, "");
    error.refusal = refusal;
    return read_refusal(error).kind == RefusalClass::rate_limited;
}

bool is_transient(const CallError& error) {
    if (error.code.category() != rpc_category()) {
        return false;
    }
    switch (static_cast<RpcErrc>(error.code.value())) {
        case RpcErrc::deadline:
        case RpcErrc::busy:
        case RpcErrc::connect:
        case RpcErrc::stale:
        case RpcErrc::broken:
        case RpcErrc::rate_limited:
        case RpcErrc::bad_encoding:
        case RpcErrc::bad_json:
        case RpcErrc::bad_answer:
            return true;
        case RpcErrc::http_status:
            return error.http_status == kRequestTimeout || error.http_status == kTooManyRequests ||
                   error.http_status >= kServerError;
        case RpcErrc::refused:
        case RpcErrc::batch_refused:
            return is_gateway(error.http_status);
        case RpcErrc::cancelled:
        case RpcErrc::tls:
        case RpcErrc::too_large:
        case RpcErrc::bad_url:
        case RpcErrc::wrong_chain:
        case RpcErrc::no_endpoint:
            return false;
    }
    return false;
}

std::optional<milliseconds> parse_retry_after(std::string_view text, std::int64_t now_s) {
    constexpr std::uint32_t kMostSeconds = 1'000'000;
    std::uint32_t seconds = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, seconds);
    if (error == std::errc{} && at == end) {
        return milliseconds{std::int64_t{1000} * std::min(seconds, kMostSeconds)};
    }
    const auto date = parse_http_date(text);
    if (!date) {
        return std::nullopt;
    }
    const std::int64_t wait = std::clamp<std::int64_t>(*date - now_s, 0, kMostSeconds);
    return milliseconds{1000 * wait};
}

Retry::Retry(const RetryOptions& options, std::uint64_t seed) : options_{options}, state_{seed} {
}

milliseconds Retry::backoff() {
    std::int64_t delay = options_.first_delay.count();
    for (unsigned i = 1; i < failures_ && delay < options_.longest_delay.count(); ++i) {
        delay *= 2;
    }
    delay = std::min<std::int64_t>(delay, options_.longest_delay.count());
    const std::int64_t half = delay / 2;
    const std::uint64_t spread = static_cast<std::uint64_t>(delay - half) + 1;
    return milliseconds{half + static_cast<std::int64_t>(next_random(state_) % spread)};
}

std::optional<milliseconds> Retry::next(const CallError& error, milliseconds elapsed) {
    ++failures_;
    if (failures_ >= options_.attempts || !is_transient(error)) {
        return std::nullopt;
    }
    milliseconds delay = backoff();
    if (error.retry_after) {
        if (*error.retry_after > options_.longest_retry_after) {
            return std::nullopt;
        }
        delay = std::max(delay, *error.retry_after);
    }
    if (elapsed + delay > options_.total) {
        return std::nullopt;
    }
    return delay;
}

}  // namespace redink::rpc
