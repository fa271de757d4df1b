#include "app/chain/node_calls.hpp"

#include <algorithm>
#include <list>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "app/chain/chain_run.hpp"
#include "indexer/rpc/pool/verdict.hpp"
#include "indexer/sync/errc.hpp"

namespace redink::app {
namespace {

// Blocks that are asked for at the same time: enough to hide latency, few for any provider.
constexpr std::size_t kBlocksAtOnce = 8;

// Calls in one request: short answers, and few enough for every provider seen.
constexpr std::size_t kCallsAtOnce = 50;

// Between two looks whether to stop.
constexpr std::chrono::milliseconds kLook{100};

using Until = NoAnswer::Until;

// Whether asking again, later, may help.
Until until_of(const rpc::PoolError& error) {
    if (error.is(rpc::RpcErrc::no_endpoint)) {
        const bool is_unfit = error.refusal_reading.kind == rpc::RefusalClass::unfit;
        return is_unfit ? Until::never : Until::now;
    }
    const rpc::Verdict verdict = rpc::judge(error).verdict;
    const bool refuses = verdict == rpc::Verdict::about_request || verdict == rpc::Verdict::unfit;
    return refuses ? Until::never : Until::now;
}

Error stopped() {
    return Error{rpc::make_error_code(rpc::RpcErrc::cancelled), "stopped"};
}

}  // namespace

/// The blocks of one call of ask(), taken by several workers.
struct NodeCalls::Run {
    const std::vector<BlockCalls>& blocks;
    std::vector<BlockResult> results;
    std::size_t next = 0;
    std::size_t working = 0;
    std::exception_ptr thrown;
    std::list<asio::cancellation_signal> cancels;

    void spawn(asio::io_context& io, Task<void> task) {
        ++working;
        const auto done = [this](const std::exception_ptr& error) {
            --working;
            thrown = thrown ? thrown : error;
        };
        asio::co_spawn(
            io, std::move(task), asio::bind_cancellation_slot(cancels.emplace_back().slot(), done));
    }
};

NodeCalls::NodeCalls(const ChainConfig& chain,
                     const EndpointOptions& options,
                     const std::atomic<bool>* stop)
    : stop_{stop}, endpoints_{io_, chain, options} {
}

NodeCalls::~NodeCalls() = default;

std::vector<BlockResult> NodeCalls::ask(const std::vector<BlockCalls>& blocks) {
    Run run{blocks, {}, 0, 0, nullptr, {}};
    run.results.assign(blocks.size(), NoAnswer{Until::now, stopped()});
    io_.restart();
    if (is_reached_) {
        start_workers(run, kBlocksAtOnce);
    } else {
        run.spawn(io_, begin(run));
    }
    bool cancelled = false;
    while (run.working > 0) {
        io_.run_for(kLook);
        if (!cancelled && stop_ != nullptr && stop_->load()) {
            cancelled = true;
            for (asio::cancellation_signal& cancel : run.cancels) {
                cancel.emit(asio::cancellation_type::terminal);
            }
        }
    }
    if (run.thrown && !cancelled) {
        std::rethrow_exception(run.thrown);
    }
    return std::move(run.results);
}

void NodeCalls::start_workers(Run& run, std::size_t workers) {
    for (std::size_t i = 0; i < std::min(workers, run.blocks.size()); ++i) {
        run.spawn(io_, work(run));
    }
}

// Who serves the chain is found out once.
Task<void> NodeCalls::begin(Run& run) {
    const auto reached = co_await reach_chain(endpoints_);
    if (!reached) {
        run.results.assign(run.blocks.size(), NoAnswer{Until::now, reached.error()});
        co_return;
    }
    is_reached_ = true;
    start_workers(run, kBlocksAtOnce);
}

Task<void> NodeCalls::work(Run& run) {
    while (run.next < run.blocks.size() && (stop_ == nullptr || !stop_->load())) {
        const std::size_t mine = run.next++;
        run.results[mine] = co_await ask_block(run.blocks[mine]);
    }
}

Task<BlockResult> NodeCalls::ask_block(BlockCalls asked) {
    BlockAnswers all;
    for (std::size_t at = 0; at == 0 || at < asked.calls.size(); at += kCallsAtOnce) {
        const std::size_t end = std::min(asked.calls.size(), at + kCallsAtOnce);
        BlockCalls part{asked.block, asked.hash, {}};
        std::move(asked.calls.begin() + static_cast<std::ptrdiff_t>(at),
                  asked.calls.begin() + static_cast<std::ptrdiff_t>(end),
                  std::back_inserter(part.calls));
        auto answers = co_await ask_part(std::move(part));
        if (!answers) {
            co_return answers;
        }
        asked.hash = answers.value().hash;
        all.hash = answers.value().hash;
        all.endpoint = answers.value().endpoint;
        std::move(answers.value().results.begin(),
                  answers.value().results.end(),
                  std::back_inserter(all.results));
    }
    co_return all;
}

// The pool goes on by itself from endpoints that fail or have pruned the state; those that refuse
// in words of their own, or are wrong, are passed over here.
Task<BlockResult> NodeCalls::ask_part(BlockCalls part) {
    sync::Asking asking;
    std::optional<NoAnswer> first;
    const auto pass_over = [&](rpc::EndpointId endpoint, NoAnswer why) {
        asking.avoid.push_back(endpoint);
        // One that may be right later keeps the question open.
        if (!first || (first->until == Until::never && why.until == Until::now)) {
            first = std::move(why);
        }
    };
    while (asking.avoid.size() < endpoints_.pool().size()) {
        auto told = co_await endpoints_.reader().fetch_calls_at(part.calls, part.block, asking);
        if (!told) {
            const rpc::PoolError& error = told.error();
            NoAnswer why{until_of(error), error};
            const bool is_one =
                error.endpoint && why.until == Until::never && !error.is(rpc::RpcErrc::no_endpoint);
            const bool is_wrong = error.code.category() == sync::sync_category();
            if (error.endpoint && (is_one || is_wrong)) {
                pass_over(*error.endpoint, std::move(why));
                continue;
            }
            const bool has_better =
                first && (first->until == Until::now || why.until == Until::never);
            co_return has_better ? std::move(*first) : std::move(why);
        }
        const rpc::EndpointId endpoint = told.value().endpoint;
        const std::string name = endpoints_.pool().name(endpoint);
        sync::NodeReader::Calls& calls = told.value().value;
        if (!part.hash || calls.header.hash == *part.hash) {
            co_return BlockAnswers{calls.header.hash, name, std::move(calls.results)};
        }
        pass_over(endpoint,
                  {Until::now,
                   sync::fail(sync::SyncErrc::lie,
                              "endpoint " + name + " has another block " +
                                  std::to_string(part.block.value()) + ": " +
                                  calls.header.hash.hex() + " in place of " + part.hash->hex())});
    }
    co_return *first;
}

}  // namespace redink::app
