#include "indexer/rpc/pool/refusals.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "indexer/rpc/pool/refusal_pattern.hpp"
#include "indexer/rpc/pool/refusal_table.hpp"

namespace redink::rpc {
namespace {

constexpr std::int64_t kMethodNotFound = -32601;
constexpr std::int64_t kTooManyRequests = 429;
constexpr std::int64_t kReverted = 3;

/// Where a refusal may speak, the most precise place first.
using Texts = std::array<std::string_view, 3>;

struct Found {
    const RefusalRow* row = nullptr;
    PatternMatch match;
};

std::optional<Found> find_row(const Texts& texts, std::span<const RefusalRow> rows) {
    for (const std::string_view text : texts) {
        for (const RefusalRow& row : rows) {
            if (auto match = find_pattern(text, row.pattern)) {
                return Found{&row, std::move(*match)};
            }
        }
    }
    return std::nullopt;
}

std::optional<std::uint64_t> to_limit(const Found& found) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    const auto number = found.match.number;
    const bool one_more = found.row->reading == LimitReading::difference;
    return number && one_more && *number < kMost ? *number + 1 : number;
}

RefusalReading to_reading(const Found& found) {
    return {found.row->kind, found.row->unit, to_limit(found), std::nullopt, found.row->provider};
}

/// Codes that the JSON-RPC and HTTP specifications give one meaning, for texts that say nothing.
RefusalReading read_code(const CallError& error) {
    const std::int64_t code = error.refusal ? error.refusal->code : 0;
    const unsigned status = error.http_status;
    const bool is_gateway = status == 408 || (status >= 502 && status <= 504);
    RefusalReading reading;
    if (code == kTooManyRequests || status == kTooManyRequests) {
        reading.kind = RefusalClass::rate_limited;
    } else if (code == kMethodNotFound || (status >= 401 && status <= 403)) {
        reading.kind = RefusalClass::unfit;
    } else if (is_gateway || (!error.refusal && status >= 500)) {
        reading.kind = RefusalClass::try_again;
    }
    return reading;
}

/// A limit that stands in another field than the text.
void find_limit(const Texts& texts, RefusalReading& reading) {
    for (const std::string_view text : texts) {
        for (const RefusalRow& row : apart_limits()) {
            const auto match = find_pattern(text, row.pattern);
            if (match && match->number && row.kind == reading.kind && row.unit == reading.unit) {
                reading.limit = match->number;
                return;
            }
        }
    }
}

std::optional<chain::BlockRange> find_suggestion(const Texts& texts) {
    for (const std::string_view text : texts) {
        for (const std::string_view pattern : suggestion_patterns()) {
            const auto match = find_pattern(text, pattern);
            if (match && match->blocks.size() == 2 && match->blocks[0] && match->blocks[1]) {
                const auto [low, high] = std::minmax(*match->blocks[0], *match->blocks[1]);
                return chain::BlockRange{chain::BlockNumber{low}, chain::BlockNumber{high}};
            }
        }
    }
    return std::nullopt;
}

bool may_suggest(RefusalClass kind) {
    return kind == RefusalClass::range_too_wide || kind == RefusalClass::too_many_results ||
           kind == RefusalClass::unknown;
}

}  // namespace

RefusalReading read_refusal(const CallError& error) {
    Texts texts{"", "", error.body};
    if (error.refusal) {
        texts[0] = error.refusal->data;
        texts[1] = error.refusal->message;
    }
    auto found = find_row(texts, captured_refusals());
    if (!found) {
        found = find_row(texts, common_refusals());
    }
    RefusalReading reading = found ? to_reading(*found) : read_code(error);
    if (!reading.limit) {
        find_limit(texts, reading);
    }
    if (may_suggest(reading.kind)) {
        reading.suggested = find_suggestion(texts);
    }
    return reading;
}

bool is_reverted(const Refusal& refusal) {
    const auto says = [&refusal](std::string_view pattern) {
        return find_pattern(refusal.message, pattern) || find_pattern(refusal.data, pattern);
    };
    return refusal.code == kReverted || says("revert") || says("out of gas") ||
           says("invalid opcode");
}

std::optional<chain::BlockRange> usable_suggestion(const RefusalReading& reading,
                                                   chain::BlockRange asked) {
    const auto& suggested = reading.suggested;
    if (!suggested || suggested->first != asked.first || suggested->last >= asked.last) {
        return std::nullopt;
    }
    return suggested;
}

}  // namespace redink::rpc
