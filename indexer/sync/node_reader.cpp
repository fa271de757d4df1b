#include "indexer/sync/node_reader.hpp"

#include <simdjson.h>

#include "indexer/sync/errc.hpp"

namespace redink::sync {
namespace {

using chain::BlockNumber;

// Headers in one request: some 200 kB of answer, and few enough for every provider seen.
constexpr std::size_t kHeadersAtOnce = 128;

// Receipts in one request: a busy block's are a megabyte.
constexpr std::size_t kReceiptsAtOnce = 16;

// Calls of contracts in one request: short answers, and few enough for every provider seen.
constexpr std::size_t kCallsAtOnce = 50;

std::string text_of(const rpc::BlockId& block) {
    if (const auto* number = std::get_if<BlockNumber>(&block)) {
        return "block " + std::to_string(number->value());
    }
    switch (std::get<rpc::BlockTag>(block)) {
        case rpc::BlockTag::finalized:
            return "a finalized block";
        case rpc::BlockTag::safe:
            return "a safe block";
        default:
            return "that block";
    }
}

Result<chain::Header> header_of(const rpc::CallResult<rpc::Answer>& answer,
                                const rpc::BlockId& block) {
    if (!answer) {
        return Error{answer.error()};
    }
    if (answer.value().result().is_null()) {
        return fail(SyncErrc::not_reached, "it does not have " + text_of(block));
    }
    auto header = chain::parse_verified_header(answer.value().result());
    if (!header) {
        return fail(SyncErrc::lie, header.error().text);
    }
    const auto* number = std::get_if<BlockNumber>(&block);
    if (number != nullptr && header.value().number != *number) {
        return fail(SyncErrc::lie,
                    "asked for " + text_of(block) + " it gave block " +
                        std::to_string(header.value().number.value()));
    }
    return header;
}

// What eth_call gave back; empty when the contract reverts, which the pool takes for an answer.
Result<std::optional<chain::Bytes>> result_of(const rpc::CallResult<rpc::Answer>& answer) {
    if (!answer) {
        return std::optional<chain::Bytes>{};
    }
    const auto text = rpc::to_text(answer.value());
    if (!text) {
        return fail(SyncErrc::lie, text.error().text);
    }
    auto bytes = chain::from_hex(text.value());
    if (!bytes) {
        return fail(SyncErrc::lie, bytes.error().text);
    }
    return std::optional{std::move(bytes.value())};
}

bool is_lie(const Error& error) {
    return error.code == make_error_code(SyncErrc::lie);
}

rpc::PoolError to_pool_error(Error error, rpc::EndpointId endpoint) {
    rpc::PoolError made;
    made.code = error.code;
    made.text = std::move(error.text);
    made.endpoint = endpoint;
    return made;
}

}  // namespace

Task<Result<chain::Header>> NodeReader::fetch_header(rpc::BlockId block) {
    Asking anyone;
    auto header = co_await fetch_header(block, anyone);
    if (!header) {
        co_return header.error();
    }
    co_return std::move(header.value().value);
}

Task<Result<From<chain::Header>>> NodeReader::fetch_header(rpc::BlockId block, Asking& asking) {
    rpc::Need need = asking.need(rpc::Service::headers);
    if (const auto* number = std::get_if<BlockNumber>(&block)) {
        need.newest = *number;
    }
    std::vector<rpc::Call> calls;
    calls.push_back(rpc::methods::block_header(block));
    const auto answers = co_await pool_.ask(std::move(calls), std::move(need));
    if (!answers) {
        co_return Error{answers.error()};
    }
    const rpc::EndpointId endpoint = answers.value().endpoint;
    auto header = header_of(answers.value().answers.front(), block);
    if (!header) {
        if (is_lie(header.error())) {
            asking.suspects = {endpoint};
        }
        co_return named(endpoint, header.error());
    }
    co_return From<chain::Header>{std::move(header.value()), endpoint};
}

Task<Result<std::vector<From<chain::Header>>>> NodeReader::fetch_headers(
    std::vector<BlockNumber> blocks, Asking& asking) {
    std::vector<From<chain::Header>> headers;
    headers.reserve(blocks.size());
    for (std::size_t at = 0; at < blocks.size(); at += kHeadersAtOnce) {
        const std::size_t end = std::min(blocks.size(), at + kHeadersAtOnce);
        std::vector<rpc::Call> calls;
        for (std::size_t i = at; i < end; ++i) {
            calls.push_back(rpc::methods::block_header(blocks[i]));
        }
        rpc::Need need = asking.need(rpc::Service::headers);
        need.newest = blocks[end - 1];
        need.oldest = blocks[at];
        const auto answers = co_await pool_.ask(std::move(calls), std::move(need));
        if (!answers) {
            co_return Error{answers.error()};
        }
        const rpc::EndpointId endpoint = answers.value().endpoint;
        for (std::size_t i = at; i < end; ++i) {
            auto header = header_of(answers.value().answers[i - at], blocks[i]);
            if (!header) {
                if (is_lie(header.error())) {
                    asking.suspects = {endpoint};
                }
                co_return named(endpoint, header.error());
            }
            headers.push_back({std::move(header.value()), endpoint});
        }
    }
    co_return headers;
}

Task<rpc::PoolResult<From<NodeReader::Logs>>> NodeReader::fetch_logs(rpc::LogFilter filter,
                                                                     Asking& asking) {
    const chain::BlockRange range = filter.range;
    std::vector<rpc::Call> calls;
    calls.push_back(rpc::methods::logs(filter));
    calls.push_back(rpc::methods::block_header(range.last));
    rpc::Need need = asking.need(rpc::Service::logs);
    need.newest = range.last;
    need.oldest = range.first;
    need.blocks = range.size();
    const auto answers = co_await pool_.ask(std::move(calls), std::move(need));
    if (!answers) {
        co_return answers.error();
    }
    const rpc::EndpointId endpoint = answers.value().endpoint;
    const auto& answer = answers.value().answers[0];
    if (!answer) {
        co_return to_pool_error(named(endpoint, answer.error()), endpoint);
    }
    auto header = header_of(answers.value().answers[1], range.last);
    if (!header) {
        if (is_lie(header.error())) {
            asking.suspects = {endpoint};
        }
        co_return to_pool_error(named(endpoint, header.error()), endpoint);
    }
    auto logs = chain::parse_logs(answer.value().result());
    if (!logs) {
        asking.suspects = {endpoint};
        const Error lie = fail(SyncErrc::lie, logs.error().text);
        co_return to_pool_error(named(endpoint, lie), endpoint);
    }
    From<Logs> out;
    out.value.logs = std::move(logs.value());
    out.value.last = std::move(header.value());
    out.endpoint = endpoint;
    co_return out;
}

Task<Result<std::vector<From<std::vector<chain::Receipt>>>>> NodeReader::fetch_receipts(
    std::vector<BlockNumber> blocks, Asking& asking) {
    std::vector<From<std::vector<chain::Receipt>>> all;
    for (std::size_t at = 0; at < blocks.size(); at += kReceiptsAtOnce) {
        const std::size_t end = std::min(blocks.size(), at + kReceiptsAtOnce);
        std::vector<rpc::Call> calls;
        for (std::size_t i = at; i < end; ++i) {
            calls.push_back(rpc::methods::block_receipts(blocks[i]));
        }
        rpc::Need need = asking.need(rpc::Service::receipts);
        need.newest = blocks[end - 1];
        need.oldest = blocks[at];
        const auto answers = co_await pool_.ask(std::move(calls), std::move(need));
        if (!answers) {
            co_return fail(SyncErrc::no_receipts,
                           "receipts are needed to prove the logs of block " +
                               std::to_string(blocks[at].value()) + ", but " +
                               answers.error().text +
                               "; use an endpoint that serves eth_getBlockReceipts");
        }
        const rpc::EndpointId endpoint = answers.value().endpoint;
        for (std::size_t i = at; i < end; ++i) {
            const auto& answer = answers.value().answers[i - at];
            const std::string block = std::to_string(blocks[i].value());
            if (!answer || answer.value().result().is_null()) {
                const Error none =
                    fail(SyncErrc::no_receipts,
                         "receipts of block " + block + " are needed to prove its logs, but " +
                             (answer ? "it does not have them" : answer.error().text) +
                             "; use an endpoint that serves eth_getBlockReceipts");
                co_return named(endpoint, none);
            }
            auto receipts = chain::parse_receipts(answer.value().result());
            if (!receipts) {
                asking.suspects = {endpoint};
                const Error lie =
                    fail(SyncErrc::lie, "block " + block + ": " + receipts.error().text);
                co_return named(endpoint, lie);
            }
            all.push_back({std::move(receipts.value()), endpoint});
        }
    }
    co_return all;
}

Task<Result<From<chain::Bytes>>> NodeReader::fetch_call(chain::Address to,
                                                        chain::Bytes data,
                                                        rpc::BlockId block) {
    // Named first: g++ 12 destroys a braced temporary within a co_await expression twice.
    const rpc::ContractCall contract_call{to, std::move(data)};
    std::vector<rpc::Call> calls;
    calls.push_back(rpc::methods::contract_call(contract_call, block));
    rpc::Need need;
    need.service = rpc::Service::state;
    if (const auto* number = std::get_if<BlockNumber>(&block)) {
        need.newest = *number;
        need.oldest = *number;
    }
    const auto answers = co_await pool_.ask(std::move(calls), std::move(need));
    if (!answers) {
        co_return Error{answers.error()};
    }
    const rpc::EndpointId endpoint = answers.value().endpoint;
    const auto& answer = answers.value().answers.front();
    if (!answer) {
        co_return named(endpoint, answer.error());
    }
    const auto text = rpc::to_text(answer.value());
    if (!text) {
        co_return named(endpoint, text.error());
    }
    auto bytes = chain::from_hex(text.value());
    if (!bytes) {
        const Error lie = fail(SyncErrc::lie, bytes.error().text);
        co_return named(endpoint, lie);
    }
    co_return From<chain::Bytes>{std::move(bytes.value()), endpoint};
}

Task<Result<std::vector<std::optional<chain::Bytes>>>> NodeReader::fetch_calls(
    std::vector<rpc::ContractCall> contract_calls, rpc::BlockId block) {
    std::vector<std::optional<chain::Bytes>> all;
    for (std::size_t at = 0; at < contract_calls.size(); at += kCallsAtOnce) {
        const std::size_t end = std::min(contract_calls.size(), at + kCallsAtOnce);
        std::vector<rpc::Call> calls;
        for (std::size_t i = at; i < end; ++i) {
            calls.push_back(rpc::methods::contract_call(contract_calls[i], block));
        }
        rpc::Need need;
        need.service = rpc::Service::state;
        const auto answers = co_await pool_.ask(std::move(calls), std::move(need));
        if (!answers) {
            co_return Error{answers.error()};
        }
        for (const auto& answer : answers.value().answers) {
            const auto text = answer ? rpc::to_text(answer.value())
                                     : rpc::CallResult<std::string>{answer.error()};
            const auto bytes = text ? chain::from_hex(text.value()) : Result<chain::Bytes>{Error{}};
            all.push_back(bytes ? std::optional{bytes.value()} : std::nullopt);
        }
    }
    co_return all;
}

Task<rpc::PoolResult<From<NodeReader::Calls>>> NodeReader::fetch_calls_at(
    std::vector<rpc::ContractCall> contract_calls, BlockNumber block, Asking& asking) {
    std::vector<rpc::Call> calls;
    for (const rpc::ContractCall& contract_call : contract_calls) {
        calls.push_back(rpc::methods::contract_call(contract_call, block));
    }
    calls.push_back(rpc::methods::block_header(block));
    rpc::Need need = asking.need(rpc::Service::state);
    need.newest = block;
    need.oldest = block;
    const auto answers = co_await pool_.ask(std::move(calls), std::move(need));
    if (!answers) {
        co_return answers.error();
    }
    const rpc::EndpointId endpoint = answers.value().endpoint;
    const rpc::Answers& all = answers.value().answers;
    auto header = header_of(all.back(), block);
    if (!header) {
        asking.suspects = {endpoint};
        co_return to_pool_error(named(endpoint, header.error()), endpoint);
    }
    From<Calls> out{{std::move(header.value()), {}}, endpoint};
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        auto result = result_of(all[i]);
        if (!result) {
            asking.suspects = {endpoint};
            co_return to_pool_error(named(endpoint, result.error()), endpoint);
        }
        out.value.results.push_back(std::move(result.value()));
    }
    co_return out;
}

Error NodeReader::named(rpc::EndpointId endpoint, const Error& error) const {
    const std::string name = pool_.name(endpoint);
    if (error.text.find(name) != std::string::npos) {
        return error;
    }
    return Error{error.code, "endpoint " + name + ": " + error.text};
}

}  // namespace redink::sync
