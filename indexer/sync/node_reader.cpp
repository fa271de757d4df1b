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

std::string text_of(const rpc::BlockId& block) {
    if (const auto* number = std::get_if<BlockNumber>(&block)) {
        return "block " + std::to_string(number->value());
    }
    return "the block of that tag";
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

}  // namespace

Task<Result<std::uint64_t>> NodeReader::fetch_chain_id() {
    const auto answer = co_await client_.call(rpc::methods::chain_id());
    if (!answer) {
        co_return explain(answer.error());
    }
    const auto id = rpc::to_quantity(answer.value());
    co_return id ? Result<std::uint64_t>{id.value()} : Result<std::uint64_t>{explain(id.error())};
}

Task<Result<chain::Header>> NodeReader::fetch_header(rpc::BlockId block) {
    const auto answer = co_await client_.call(rpc::methods::block_header(block));
    auto header = header_of(answer, block);
    if (!header) {
        co_return explain(header.error());
    }
    co_return header;
}

Task<Result<std::vector<chain::Header>>> NodeReader::fetch_headers(
    std::vector<BlockNumber> blocks) {
    std::vector<chain::Header> headers;
    headers.reserve(blocks.size());
    for (std::size_t at = 0; at < blocks.size(); at += kHeadersAtOnce) {
        const std::size_t end = std::min(blocks.size(), at + kHeadersAtOnce);
        std::vector<rpc::Call> calls;
        for (std::size_t i = at; i < end; ++i) {
            calls.push_back(rpc::methods::block_header(blocks[i]));
        }
        const auto answers = co_await call_all(std::move(calls));
        if (!answers) {
            co_return explain(answers.error());
        }
        for (std::size_t i = at; i < end; ++i) {
            auto header = header_of(answers.value()[i - at], blocks[i]);
            if (!header) {
                co_return explain(header.error());
            }
            headers.push_back(std::move(header.value()));
        }
    }
    co_return headers;
}

Task<rpc::CallResult<NodeReader::Logs>> NodeReader::fetch_logs(chain::BlockRange range,
                                                               const LogFilter& filter) {
    std::vector<rpc::Call> calls;
    calls.push_back(rpc::methods::logs({range, filter.addresses(), {filter.topics()}}));
    calls.push_back(rpc::methods::block_header(range.last));
    const auto answers = co_await call_all(std::move(calls));
    const auto error = [this](const Error& plain) {
        return rpc::CallError{explain(plain), std::nullopt, 0, std::nullopt};
    };
    if (!answers) {
        rpc::CallError refused = answers.error();
        refused.text = explain(refused).text;
        co_return refused;
    }
    if (!answers.value()[0]) {
        rpc::CallError refused = answers.value()[0].error();
        refused.text = explain(refused).text;
        co_return refused;
    }
    Logs out;
    auto header = header_of(answers.value()[1], range.last);
    if (!header) {
        co_return error(header.error());
    }
    out.last = std::move(header.value());
    auto logs = chain::parse_logs(answers.value()[0].value().result());
    if (!logs) {
        co_return error(fail(SyncErrc::lie, logs.error().text));
    }
    out.logs = std::move(logs.value());
    co_return out;
}

Task<Result<std::vector<std::vector<chain::Receipt>>>> NodeReader::fetch_receipts(
    std::vector<BlockNumber> blocks) {
    std::vector<std::vector<chain::Receipt>> all;
    for (std::size_t at = 0; at < blocks.size(); at += kReceiptsAtOnce) {
        const std::size_t end = std::min(blocks.size(), at + kReceiptsAtOnce);
        std::vector<rpc::Call> calls;
        for (std::size_t i = at; i < end; ++i) {
            calls.push_back(rpc::methods::block_receipts(blocks[i]));
        }
        const auto answers = co_await call_all(std::move(calls));
        if (!answers) {
            co_return explain(answers.error());
        }
        for (std::size_t i = at; i < end; ++i) {
            const auto& answer = answers.value()[i - at];
            const std::string block = std::to_string(blocks[i].value());
            if (!answer) {
                co_return explain(fail(SyncErrc::node,
                                       "receipts of block " + block +
                                           " are needed to prove its logs, but " +
                                           answer.error().text +
                                           "; use an endpoint that serves "
                                           "eth_getBlockReceipts"));
            }
            if (answer.value().result().is_null()) {
                co_return explain(
                    fail(SyncErrc::not_reached, "it does not have the receipts of block " + block));
            }
            auto receipts = chain::parse_receipts(answer.value().result());
            if (!receipts) {
                co_return explain(fail(SyncErrc::lie, receipts.error().text));
            }
            all.push_back(std::move(receipts.value()));
        }
    }
    co_return all;
}

Task<Result<chain::Bytes>> NodeReader::fetch_call(chain::Address to,
                                                  chain::Bytes data,
                                                  rpc::BlockId block) {
    // Named first: g++ 12 destroys a braced temporary within a co_await expression twice.
    const rpc::ContractCall contract_call{to, std::move(data)};
    rpc::Call call = rpc::methods::contract_call(contract_call, block);
    const auto answer = co_await client_.call(std::move(call));
    if (!answer) {
        co_return explain(answer.error());
    }
    const auto text = rpc::to_text(answer.value());
    if (!text) {
        co_return explain(text.error());
    }
    auto bytes = chain::from_hex(text.value());
    if (!bytes) {
        co_return explain(fail(SyncErrc::lie, bytes.error().text));
    }
    co_return bytes;
}

// Some endpoints refuse batches; from then on calls go one by one.
Task<rpc::CallResult<rpc::Answers>> NodeReader::call_all(std::vector<rpc::Call> calls) {
    if (takes_batches_ && calls.size() > 1) {
        auto answers = co_await client_.batch(calls);
        if (answers || !answers.error().is(rpc::RpcErrc::batch_refused)) {
            co_return answers;
        }
        takes_batches_ = false;
    }
    rpc::Answers all;
    for (rpc::Call& call : calls) {
        auto answer = co_await client_.call(std::move(call));
        if (!answer && !answer.error().refusal) {
            co_return answer.error();
        }
        all.push_back(std::move(answer));
    }
    co_return all;
}

Error NodeReader::explain(const Error& error) const {
    if (error.text.find(client_.name()) != std::string::npos) {
        return error;
    }
    return Error{error.code, "endpoint " + client_.name() + ": " + error.text};
}

}  // namespace redink::sync
