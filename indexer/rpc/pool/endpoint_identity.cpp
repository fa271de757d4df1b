#include <boost/asio/as_tuple.hpp>

#include "indexer/rpc/methods.hpp"
#include "indexer/rpc/pool/endpoint.hpp"

namespace redink::rpc {

Task<std::optional<Judgement>> Endpoint::ensure_identity() {
    while (health_.needs_identity(now()) && identifying_) {
        co_await identified_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!identifying_ && stranger_ && stranger_->verdict != Verdict::cancelled) {
            co_return stranger_;
        }
    }
    if (health_.needs_identity(now())) {
        const auto known = co_await identify();
        if (!known) {
            co_return stranger_;
        }
    }
    co_return std::nullopt;
}

Task<CallResult<void>> Endpoint::identify() {
    /// Lets those go on who wait, however this ends.
    struct Gate {
        Endpoint& endpoint;

        explicit Gate(Endpoint& owner) : endpoint{owner} {
            endpoint.identifying_ = true;
            endpoint.stranger_.reset();
        }

        ~Gate() {
            endpoint.identifying_ = false;
            endpoint.identified_.cancel();
        }
    };

    const Gate gate{*this};
    const std::vector<Call> calls{methods::chain_id(), methods::block_number()};
    const Need need;
    SentAt sent;
    Answers answers;
    Judgement judgement = co_await exchange(calls, need, sent, answers);
    if (judgement.verdict == Verdict::good) {
        judgement = read_identity(answers);
    }
    announce();
    if (judgement.verdict == Verdict::good) {
        co_return CallResult<void>{};
    }
    // What it refused here says nothing about the request that waits for this.
    if (judgement.verdict != Verdict::cancelled) {
        judgement.verdict = Verdict::no_blame;
    }
    stranger_ = judgement;
    co_return std::move(judgement.error);
}

Judgement Endpoint::read_identity(const Answers& answers) {
    const auto chain = answers[0] ? to_quantity(*answers[0]) : CallResult<std::uint64_t>{0};
    const auto head = answers[1] ? to_quantity(*answers[1]) : CallResult<std::uint64_t>{0};
    if (!chain || !head) {
        const CallError& error = chain ? head.error() : chain.error();
        const std::string text = "endpoint " + name() + ": " + error.text;
        health_.on_fault(text, now());
        return {Verdict::no_blame, fail(RpcErrc::bad_answer, text), {}};
    }
    if (setup_.chain_id != 0 && *chain != setup_.chain_id) {
        const std::string text =
            "serves chain " + std::to_string(*chain) + ", not " + std::to_string(setup_.chain_id);
        health_.on_wrong_chain(text, now());
        return {
            Verdict::no_blame, fail(RpcErrc::wrong_chain, "endpoint " + name() + " " + text), {}};
    }
    health_.on_identified();
    health_.note_head(chain::BlockNumber{*head}, now());
    return {};
}

}  // namespace redink::rpc
