#include "app/doctor/endpoint_probe.hpp"

#include "app/doctor/searches.hpp"
#include "indexer/chain/header.hpp"
#include "indexer/chain/receipt.hpp"
#include "indexer/rpc/client.hpp"
#include "indexer/rpc/head_stream.hpp"
#include "indexer/rpc/methods.hpp"

namespace redink::app {
namespace {

using rpc::CallError;
using rpc::CallResult;
using std::chrono::milliseconds;

/// An address that nobody uses, so that an answer is short whatever its range.
const chain::Address kQuietAddress =
    *chain::Address::parse("0x00000000000000000000000000000000006e6f6e");

/// The identity precompile gives back what it gets, on every EVM chain and at every block, but only
/// where the node has the block's state.
const chain::Address kIdentity =
    *chain::Address::parse("0x0000000000000000000000000000000000000004");
const chain::Bytes kEcho{'r', 'e', 'd', 'i', 'n', 'k'};

constexpr unsigned kLatencyCalls = 5;
constexpr unsigned kStateTries = 18;
constexpr std::uint64_t kProvedBlocks = 3;

rpc::ClientOptions client_options(const ProbeOptions& options) {
    rpc::ClientOptions made;
    made.http.connections = 2;
    made.http.connect_limit = options.call_limit;
    made.http.exchange_limit = options.call_limit;
    made.http.extra_ca_pem = options.extra_ca_pem;
    made.retry.attempts = 2;
    return made;
}

CallResult<SeenBlock> to_seen(const rpc::Answer& answer) {
    if (answer.result().is_null()) {
        return rpc::fail(rpc::RpcErrc::bad_answer, "the endpoint has no such block");
    }
    const auto header = chain::parse_header(answer.result());
    if (!header) {
        return rpc::fail(rpc::RpcErrc::bad_answer, header.error().text);
    }
    return SeenBlock{header->number, header->timestamp};
}

/// What is wrong with a block's receipts; empty when bloom and root agree with the header.
std::string compare(const rpc::Answer& block, const rpc::Answer& answer) {
    const auto header = chain::parse_verified_header(block.result());
    if (!header) {
        return header.error().text;
    }
    const auto receipts = chain::parse_receipts(answer.result());
    if (!receipts) {
        return receipts.error().text;
    }
    const auto verified = chain::verify_receipts(*receipts, *header);
    if (!verified) {
        return verified.error().text;
    }
    chain::Bloom bloom;
    for (const chain::Receipt& receipt : *receipts) {
        if (!chain::is_bor_state_sync(receipt)) {
            bloom.merge(chain::logs_bloom(receipt.logs));
        }
    }
    return bloom == header->logs_bloom ? "" : "the header's bloom is not that of its receipts";
}

/// One endpoint under examination.
class Probe {
  public:
    Probe(const asio::any_io_executor& executor,
          const rpc::Url& url,
          const ChainNeeds& needs,
          const ProbeOptions& options,
          EndpointReport& report)
        : client_{executor, url, client_options(options)},
          url_{url},
          needs_{needs},
          options_{options},
          report_{report} {
    }

    Task<void> run() {
        report_.chain_id = co_await ask_chain_id();
        if (!report_.chain_id->has_value() || **report_.chain_id != needs_.chain_id) {
            co_return;
        }
        report_.client_version = co_await ask_client_version();
        report_.head = co_await ask_block(rpc::BlockTag::latest);
        co_await measure_latency();
        report_.finalized = co_await ask_block(rpc::BlockTag::finalized);
        report_.takes_batches = co_await ask_batch();
        if (url_.is_websocket()) {
            report_.subscription = co_await subscribe();
        }
        const std::optional<chain::BlockNumber> settled = settled_block();
        if (!settled) {
            co_return;
        }
        report_.proved = co_await prove(*settled);
        if (needs_.first && *needs_.first <= *settled && in_time()) {
            report_.has_first_header = co_await has(rpc::methods::block_header(*needs_.first));
            report_.has_first_receipts = co_await has(rpc::methods::block_receipts(*needs_.first));
            report_.state = co_await reach_state(*needs_.first, *settled);
        }
        if (in_time()) {
            report_.log_range = co_await measure_log_range(*settled);
        }
    }

  private:
    [[nodiscard]] bool in_time() const {
        return std::chrono::steady_clock::now() - started_ < options_.total;
    }

    /// A block that will not be replaced while we look.
    [[nodiscard]] std::optional<chain::BlockNumber> settled_block() const {
        if (report_.finalized->has_value()) {
            return (*report_.finalized)->number;
        }
        if (!report_.head->has_value()) {
            return std::nullopt;
        }
        const chain::BlockNumber head = (*report_.head)->number;
        return head - std::min(needs_.finality_depth.value_or(0), head.value());
    }

    Task<CallResult<std::uint64_t>> ask_chain_id() {
        const auto answer = co_await client_.call(rpc::methods::chain_id());
        if (!answer) {
            co_return answer.error();
        }
        co_return rpc::to_quantity(*answer);
    }

    Task<CallResult<std::string>> ask_client_version() {
        const auto answer = co_await client_.call(rpc::methods::client_version());
        if (!answer) {
            co_return answer.error();
        }
        const auto text = rpc::to_text(*answer);
        if (!text) {
            co_return text.error();
        }
        constexpr std::size_t kMaxShown = 80;
        co_return rpc::excerpt(*text, kMaxShown);
    }

    Task<CallResult<SeenBlock>> ask_block(rpc::BlockId block) {
        const auto answer = co_await client_.call(rpc::methods::block_header(block));
        if (!answer) {
            co_return answer.error();
        }
        co_return to_seen(*answer);
    }

    Task<void> measure_latency() {
        for (unsigned i = 0; i < kLatencyCalls && in_time(); ++i) {
            const auto before = std::chrono::steady_clock::now();
            const auto answer = co_await client_.call(rpc::methods::block_number());
            if (!answer) {
                co_return;
            }
            const auto taken = std::chrono::steady_clock::now() - before;
            report_.latencies.push_back(std::chrono::duration_cast<milliseconds>(taken));
        }
    }

    Task<CallResult<bool>> ask_batch() {
        std::vector<rpc::Call> calls;
        calls.push_back(rpc::methods::chain_id());
        calls.push_back(rpc::methods::block_number());
        const auto answers = co_await client_.batch(std::move(calls));
        if (answers) {
            co_return true;
        }
        if (answers.error().refusal) {
            co_return false;
        }
        co_return answers.error();
    }

    Task<CallResult<void>> subscribe() {
        rpc::HeadStream stream{
            co_await asio::this_coro::executor, url_, client_options(options_).http};
        co_return co_await stream.open();
    }

    /// True when the result is not null.
    Task<CallResult<bool>> has(rpc::Call call) {
        const auto answer = co_await client_.call(std::move(call));
        if (!answer) {
            co_return answer.error();
        }
        co_return !answer->result().is_null();
    }

    Task<CallResult<std::vector<ProvedBlock>>> prove(chain::BlockNumber last) {
        std::vector<ProvedBlock> proved;
        for (std::uint64_t i = 0; i < kProvedBlocks && i <= last.value(); ++i) {
            const chain::BlockNumber number = last - i;
            const auto header = co_await client_.call(rpc::methods::block_header(number));
            if (!header) {
                co_return header.error();
            }
            const auto receipts = co_await client_.call(rpc::methods::block_receipts(number));
            if (!receipts) {
                co_return receipts.error();
            }
            proved.push_back({number, compare(*header, *receipts)});
        }
        co_return proved;
    }

    /// Empty text: the state is there. Fails when that cannot be told.
    Task<CallResult<std::string>> refusal_of_state(chain::BlockNumber block) {
        const rpc::ContractCall echo{kIdentity, kEcho};
        const auto answer = co_await client_.call(rpc::methods::contract_call(echo, block));
        if (!answer) {
            if (answer.error().refusal) {
                constexpr std::size_t kMaxShown = 160;
                const std::string text = rpc::excerpt(answer.error().refusal->message, kMaxShown);
                co_return text.empty() ? std::string{"refused"} : text;
            }
            co_return answer.error();
        }
        const auto text = rpc::to_text(*answer);
        if (!text || *text != chain::to_hex(kEcho)) {
            co_return std::string{"a wrong result"};
        }
        co_return std::string{};
    }

    Task<CallResult<StateReach>> reach_state(chain::BlockNumber first, chain::BlockNumber last) {
        StateReach reach;
        auto refusal = co_await refusal_of_state(first);
        if (!refusal) {
            co_return refusal.error();
        }
        reach.at_first = refusal->empty();
        reach.refusal = *refusal;
        if (reach.at_first || first == last) {
            co_return reach;
        }
        refusal = co_await refusal_of_state(last);
        if (!refusal) {
            co_return refusal.error();
        }
        if (!refusal->empty()) {
            co_return reach;
        }
        FirstBlockSearch search{first, last, kStateTries};
        while (search.next() && in_time()) {
            refusal = co_await refusal_of_state(*search.next());
            if (!refusal) {
                co_return refusal.error();
            }
            search.take(refusal->empty());
        }
        reach.from_block = search.first();
        reach.is_exact = search.is_exact();
        co_return reach;
    }

    Task<CallResult<LogRange>> measure_log_range(chain::BlockNumber last) {
        SizeSearch search{std::min(options_.most_log_blocks, last.value() + 1)};
        LogRange range;
        while (search.next() && in_time()) {
            const chain::BlockNumber first = last - (*search.next() - 1);
            const rpc::LogFilter filter{{first, last}, {kQuietAddress}, {}};
            const auto answer = co_await client_.call(rpc::methods::logs(filter));
            if (!answer && answer.error().is(rpc::RpcErrc::rate_limited)) {
                break;
            }
            if (!answer) {
                range.refusal = answer.error().text;
            }
            search.take(answer.has_value());
        }
        range.works = search.works();
        range.is_limited = search.is_limited();
        co_return range;
    }

    rpc::Client client_;
    const rpc::Url& url_;
    const ChainNeeds& needs_;
    const ProbeOptions& options_;
    EndpointReport& report_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace

Task<EndpointReport> probe_endpoint(rpc::Url url,
                                    std::string chain,
                                    ChainNeeds needs,
                                    ProbeOptions options) {
    EndpointReport report;
    report.name = url.name();
    report.chain = std::move(chain);
    Probe probe{co_await asio::this_coro::executor, url, needs, options, report};
    co_await probe.run();
    co_return report;
}

}  // namespace redink::app
