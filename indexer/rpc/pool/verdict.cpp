#include "indexer/rpc/pool/verdict.hpp"

#include <algorithm>

#include "indexer/chain/hex.hpp"

namespace redink::rpc {
namespace {

using simdjson::dom::element;

Verdict to_verdict(RefusalClass kind) {
    switch (kind) {
        case RefusalClass::range_too_wide:
        case RefusalClass::too_many_results:
        case RefusalClass::too_many_filters:
        case RefusalClass::invalid_request:
        case RefusalClass::unknown:
            return Verdict::about_request;
        case RefusalClass::head_not_reached:
            return Verdict::behind;
        case RefusalClass::unfit:
            return Verdict::unfit;
        case RefusalClass::rate_limited:
            return Verdict::rate_limited;
        case RefusalClass::try_again:
            return Verdict::fault;
    }
    return Verdict::about_request;
}

/// Statuses that refuse a request; others without a known text are a broken way to the node.
bool is_refusal(unsigned http_status) {
    return http_status == 400 || http_status == 413 || http_status == 422;
}

/// Classes that are told by a text of their own, even under HTTP 429.
bool is_known(RefusalClass kind) {
    return kind == RefusalClass::unfit || kind == RefusalClass::range_too_wide ||
           kind == RefusalClass::too_many_results || kind == RefusalClass::too_many_filters;
}

Verdict verdict_of(const CallError& error, const RefusalReading& reading) {
    if (error.code.category() != rpc_category()) {
        return Verdict::fault;
    }
    switch (static_cast<RpcErrc>(error.code.value())) {
        case RpcErrc::cancelled:
            return Verdict::cancelled;
        case RpcErrc::busy:
            return Verdict::no_blame;
        case RpcErrc::batch_refused:
            return Verdict::batch_refused;
        case RpcErrc::too_large:
            return Verdict::about_request;
        case RpcErrc::rate_limited:
            return is_known(reading.kind) ? to_verdict(reading.kind) : Verdict::rate_limited;
        case RpcErrc::http_status: {
            const bool unknown = reading.kind == RefusalClass::unknown;
            return unknown && !is_refusal(error.http_status) ? Verdict::fault
                                                             : to_verdict(reading.kind);
        }
        case RpcErrc::refused:
            return to_verdict(reading.kind);
        default:
            return Verdict::fault;
    }
}

/// The first parameter of a call as a height; empty for tags.
std::optional<chain::BlockNumber> asked_block(const Call& call) {
    constexpr std::string_view kOpening = "[\"";
    if (call.params.rfind(kOpening, 0) != 0) {
        return std::nullopt;
    }
    const std::size_t end = call.params.find('"', kOpening.size());
    std::uint64_t number = 0;
    if (end == std::string::npos ||
        !chain::parse_quantity_into(call.params.substr(kOpening.size(), end - kOpening.size()),
                                    number)) {
        return std::nullopt;
    }
    return chain::BlockNumber{number};
}

/// The height of a header.
std::optional<chain::BlockNumber> given_block(element header) {
    std::string_view text;
    std::uint64_t number = 0;
    if (header["number"].get(text) != simdjson::SUCCESS ||
        !chain::parse_quantity_into(text, number)) {
        return std::nullopt;
    }
    return chain::BlockNumber{number};
}

void see_block(const Call& call,
               const Answer& answer,
               std::optional<chain::BlockNumber> newest,
               SeenBlocks& seen) {
    const auto asked = asked_block(call);
    if (answer.result().is_null()) {
        if (asked && newest && *asked <= *newest) {
            seen.lacks = std::min(seen.lacks.value_or(*asked), *asked);
        }
        return;
    }
    const auto given = answer.result().is_object() ? given_block(answer.result()) : asked;
    if (given) {
        seen.has = std::max(seen.has.value_or(*given), *given);
    }
}

}  // namespace

Judgement judge(const CallError& error) {
    Judgement judgement{Verdict::good, error, read_refusal(error)};
    if (error.is(RpcErrc::too_large)) {
        judgement.reading = {RefusalClass::too_many_results, RefusalUnit::bytes, {}, {}, "client"};
    }
    judgement.verdict = verdict_of(error, judgement.reading);
    return judgement;
}

Judgement judge(const Answers& answers) {
    for (const auto& answer : answers) {
        const bool fine =
            answer.has_value() || (answer.error().refusal && is_reverted(*answer.error().refusal));
        if (!fine) {
            return judge(answer.error());
        }
    }
    return {};
}

SeenBlocks find_blocks(const std::vector<Call>& calls,
                       const Answers& answers,
                       std::optional<chain::BlockNumber> newest) {
    SeenBlocks seen;
    for (std::size_t i = 0; i < calls.size() && i < answers.size(); ++i) {
        if (!answers[i]) {
            continue;
        }
        if (calls[i].method == "eth_blockNumber") {
            if (const auto head = to_quantity(*answers[i])) {
                seen.head = chain::BlockNumber{*head};
            }
        } else if (calls[i].method == "eth_getBlockByNumber" ||
                   calls[i].method == "eth_getBlockReceipts") {
            see_block(calls[i], *answers[i], newest, seen);
        }
    }
    return seen;
}

}  // namespace redink::rpc
