#include "app/chain/chain_run.hpp"

#include "app/chain/market_setup.hpp"
#include "indexer/store/chain_journal.hpp"

namespace redink::app {

Task<Result<void>> reach_chain(ChainEndpoints& endpoints) {
    // Soon given up: at the start a mistake in the configuration is likelier than an outage.
    constexpr int kAttempts = 5;
    constexpr std::chrono::milliseconds kPause{250};
    for (int attempt = 1;; ++attempt) {
        const auto identified = co_await endpoints.pool().identify();
        if (identified) {
            co_return Result<void>{};
        }
        const bool lasting = identified.error().is(rpc::RpcErrc::wrong_chain);
        if (lasting || attempt == kAttempts) {
            co_return Error{identified.error()};
        }
        co_await endpoints.clock().wait(kPause * attempt);
    }
}

Task<Result<sync::SyncTarget>> find_target(ChainRun& run,
                                           ChainEndpoints& endpoints,
                                           store::Connection& connection) {
    const auto latest = co_await endpoints.reader().fetch_header(rpc::BlockTag::latest);
    if (!latest) {
        co_return latest.error();
    }
    const chain::BlockNumber head = latest.value().number;
    const auto finalized = co_await endpoints.fetch_finalized(head);
    sync::SyncTarget target;
    if (finalized) {
        const auto source =
            run.chain.finality.depth ? store::FinalitySource::depth : store::FinalitySource::tag;
        const store::Finality told{finalized.value().ref(), head, source};
        store::ChainJournal journal{connection, run.chain.id};
        if (auto saved = journal.save_finality(told); !saved) {
            co_return saved.error();
        }
        target.finalized = finalized.value().number;
    }
    const bool wants_finalized =
        run.request.to_is_default || run.request.to == rpc::BlockId{rpc::BlockTag::finalized};
    if (wants_finalized) {
        if (!finalized) {
            co_return finalized.error();
        }
        target.block = finalized.value().ref();
        co_return target;
    }
    sync::Asking anyone;
    const auto header = co_await endpoints.reader().fetch_header(run.request.to, anyone);
    if (!header) {
        co_return header.error();
    }
    target.block = header.value().value.ref();
    target.endpoint = header.value().endpoint;
    target.chosen = std::holds_alternative<chain::BlockNumber>(run.request.to);
    co_return target;
}

Task<Result<void>> prove_rest(ChainRun& run, sync::MarketSync& market) {
    while (!run.is_stopped()) {
        const auto raised = co_await market.raise(level_of(run.chain));
        if (!raised) {
            co_return raised.error();
        }
        if (!raised.value()) {
            break;
        }
    }
    co_return Result<void>{};
}

}  // namespace redink::app
