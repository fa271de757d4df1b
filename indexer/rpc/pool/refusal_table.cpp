#include "indexer/rpc/pool/refusal_table.hpp"

#include <array>

namespace redink::rpc {
namespace {

using enum RefusalClass;
using enum RefusalUnit;

constexpr LimitReading kDifference = LimitReading::difference;

// clang-format off

constexpr auto kCaptured = std::to_array<RefusalRow>({
    // Money and plans come first: their texts also speak of rates and limits.
    {"monthly capacity limit", unfit, none, "alchemy"},
    {"reached the free tier", unfit},
    {"archive requests require", unfit, none, "publicnode"},
    {"please specify an address in your request", unfit, none, "publicnode"},
    {"request timeout on the free", try_again, none, "drpc"},
    // The number is untrue: 101 blocks passed and 102 were refused where it said 10000.
    {"ranges over {A} blocks are not supported on free", range_too_wide, blocks, "drpc"},

    // A result count is never a cap in blocks, so these stand before the ranges.
    {"log response size exceeded*cap of {N} logs", too_many_results, results, "alchemy"},
    {"log response size exceeded", too_many_results, results, "alchemy"},
    {"query returned more than {N} results", too_many_results, results, "infura"},
    {"query returned more than {N} logs", too_many_results, results},
    {"query returned more than allowed number of logs", too_many_results, results, "pulsechain"},
    {"max logs per response is {N}", too_many_results, results, "nethermind"},
    {"query exceeds max results {N}", too_many_results, results, "reth"},
    {"query returns too many logs, narrow your filter: {N}", too_many_results, results, "erigon"},
    {"logs matched by query exceeds limit of {N}", too_many_results, results, "arbitrum"},
    {"response size should not greater than {N} bytes", too_many_results, bytes, "1rpc"},
    {"response is too big", too_many_results, bytes, "reth"},
    {"backend response too large", too_many_results, bytes, "optimism"},

    {"exceed max addresses or topics", too_many_filters, filters, "geth"},
    {"exceed max topics", too_many_filters, filters, "geth"},
    {"exceed max addresses", too_many_filters, filters},
    {"query contains {A} filters. the current limit is {N}", too_many_filters, filters, "infura"},
    {"request is too big", too_many_filters, bytes, "reth"},

    {"up to a {N} block range", range_too_wide, blocks, "alchemy"},
    {"requested block range {A} exceeds the limit of {N}", range_too_wide, blocks, "ronin"},
    {"range {A} exceeds limit of {N}", range_too_wide, blocks, "infura"},
    {"query exceeds max block range {N}", range_too_wide, blocks, "reth", kDifference},
    {"block range exceeds server limit, narrow your filter: {N}", range_too_wide, blocks, "erigon"},
    {"block range too large, max range: {N}", range_too_wide, blocks, "cdk-erigon"},
    {"requested range exceeds maximum range limit", range_too_wide, blocks, "besu"},
    {"limited to a {N} range", range_too_wide, blocks, "quicknode"},
    {"limited to 0 - {N} blocks range", range_too_wide, blocks, "1rpc"},
    {"limited to {N} block range", range_too_wide, blocks, "blockpi"},
    {"limited to {N} blocks range", range_too_wide, blocks},
    {"block range too large ({A}), maximum allowed is {N} blocks", range_too_wide, blocks, "sei"},
    {"block range is too wide (maximum {N})", range_too_wide, blocks, "moonbeam"},
    {"block range is too wide", range_too_wide, blocks, "ankr"},
    {"exceed maximum block range: {N}", range_too_wide, blocks, "publicnode"},
    {"exceeded maximum block range: {N}", range_too_wide, blocks, "immutable"},
    {"exceed max block range: {N}", range_too_wide, blocks, "tron"},
    {"requested too many blocks from {A} to {A}, maximum is set to {N}",
     range_too_wide, blocks, "avalanche"},
    {"maximum [from, to] blocks distance: {N}", range_too_wide, blocks, "cronos"},
    {"too wide blocks range, the limit is {N}", range_too_wide, blocks, "sonic", kDifference},
    {"query exceeds range, retry smaller (max block range {N}", range_too_wide, blocks, "celo"},
    {"block range greater than {N} max", range_too_wide, blocks, "mantle"},
    {"'fromblock'-'toblock' range too large. max range: {N}", range_too_wide, blocks, "cloudflare"},
    {"range is too large, max is {N} blocks", range_too_wide, blocks, "merkle"},
    {"block range limit exceeded", range_too_wide, blocks, "chainstack"},
    {"getlogs query must be smaller than size {N}", range_too_wide, blocks, "harmony"},
    {"block range = {A}, max block range = {N}", range_too_wide, blocks, "morph"},
    {"block range is bigger than maxblockrange", range_too_wide, blocks, "scroll"},
    {"range {A} is bigger than range limit {N}", range_too_wide, blocks, "tenderly"},
    {"requested range too large", range_too_wide, blocks, "arc"},
    {"limit the query to at most {N} blocks", range_too_wide, blocks, "coinbase"},
    {"exceeds the range allowed for your plan ({A} > {N})", range_too_wide, blocks, "blast"},
    {"maximum allowed number of requested blocks is {N}", range_too_wide, blocks, "thirdweb"},
    {"block range exceeds {N}", range_too_wide, blocks, "somnia"},

    // The node has pruned the state, or never had it.
    {"missing trie node", unfit, none, "geth"},
    {"historical state * is not available", unfit, none, "geth"},
    {"unknown state. first available state is", unfit},

    {"block range extends beyond current head block", head_not_reached, none, "geth"},
    {"block not yet imported", head_not_reached, none, "arc"},
    {"header not found", head_not_reached, none, "geth"},
    {"unknown block", head_not_reached},
    {"block {A} not found", head_not_reached},

    {"no backend is currently healthy", try_again, none, "optimism"},
    {"log query timed out", too_many_results},
    {"request timed out", too_many_results},
    {"invalid block range params", invalid_request, none, "geth"},
});

constexpr auto kCommon = std::to_array<RefusalRow>({
    {"too many requests", rate_limited},
    {"rate limit", rate_limited},
    {"ratelimit", rate_limited},
    {"rate-limit", rate_limited},
    {"request limit reached", rate_limited},
    {"exceeded the quota", rate_limited},

    {"payment required", unfit},
    {"method not found", unfit},
    {"method * does not exist", unfit},
    {"method * not supported", unfit},
    {"method * not available", unfit},
    {"method * not allowed", unfit},
    {"method * disabled", unfit},
    {"unsupported method", unfit},
    {"not whitelisted", unfit},
    {"state is not available", unfit},
    {"state unavailable", unfit},
    {"pruned", unfit},
    {"archive node", unfit},
    {"unauthorized", unfit},
    {"api key", unfit},

    {"block not found", head_not_reached},
    {"cannot query unfinalized data", head_not_reached, none, "avalanche"},
    {"after last accepted block", head_not_reached, none, "avalanche"},

    {"too many addresses", too_many_filters, filters},
    {"too many topics", too_many_filters, filters},
    {"too many results", too_many_results, results},
    {"too many logs", too_many_results, results},
    {"response*too large", too_many_results, bytes},
    {"response*too big", too_many_results, bytes},
    {"response size*exceed", too_many_results, bytes},
    {"query timeout", too_many_results},
    {"query timed out", too_many_results},
    {"execution timeout", too_many_results},

    {"too many blocks", range_too_wide, blocks},
    {"block range*exceed", range_too_wide, blocks},
    {"exceed*block range", range_too_wide, blocks},
    {"range too large", range_too_wide, blocks},
    {"range too wide", range_too_wide, blocks},
    {"range too big", range_too_wide, blocks},
    {"range is too large", range_too_wide, blocks},
    {"range is too wide", range_too_wide, blocks},
    {"range is too big", range_too_wide, blocks},

    {"has exceeded", rate_limited},
    {"per second", rate_limited},

    {"execution reverted", invalid_request},
    {"out of gas", invalid_request},
    {"invalid opcode", invalid_request},

    {"unavailable", try_again},
    {"request timeout", try_again},
    {"gateway timeout", try_again},
    {"bad gateway", try_again},
    {"is busy", try_again},
    {"overloaded", try_again},
    {"try again", try_again},
    {"internal error", try_again},
    {"internal server error", try_again},

    {"invalid param", invalid_request},
    {"invalid argument", invalid_request},
    {"invalid request", invalid_request},
    {"parse error", invalid_request},

    // EIP-1474's name of -32005, alone: a rate, a count of results, or a node that serves no logs
    // at all. Halving twice tells the second from the others.
    {"limit exceeded", unknown, none, "bsc"},
});

constexpr auto kApart = std::to_array<RefusalRow>({
    {"exceeded max limit of {N}", too_many_results, bytes, "reth"},
    {"\"limit\":{N}", too_many_results, results, "infura"},
});

constexpr auto kSuggestions = std::to_array<std::string_view>({
    "\"from\":\"{H}\"*\"to\":\"{H}\"",
    "\"to\":\"{H}\"*\"from\":\"{H}\"",
    "this block range should work: [{H}, {H}]",
    "try with this block range [{H}, {H}]",
    "retry with the range {H}-{H}",
});

// clang-format on

}  // namespace

std::span<const RefusalRow> captured_refusals() {
    return kCaptured;
}

std::span<const RefusalRow> common_refusals() {
    return kCommon;
}

std::span<const RefusalRow> apart_limits() {
    return kApart;
}

std::span<const std::string_view> suggestion_patterns() {
    return kSuggestions;
}

}  // namespace redink::rpc
