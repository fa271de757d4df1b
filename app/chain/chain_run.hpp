#pragma once

#include <string>
#include <vector>

#include "app/chain/endpoints.hpp"
#include "app/chain/sync_run.hpp"

namespace redink::app {

/// One chain of a run up to a block: what was asked, and what came of it.
struct ChainRun {
    const Config& config;
    const ChainConfig& chain;
    const Database& database;
    const SyncRequest& request;
    std::vector<MarketResult> results;

    [[nodiscard]] bool is_stopped() const {
        return request.stop != nullptr && request.stop->load();
    }

    void note(const std::string& text) const {
        if (request.note) {
            request.note("chain " + chain.name + ": " + text);
        }
    }
};

/// Succeeds once some endpoint is known to serve the chain, and has answered. An endpoint that
/// stumbles is asked again, as in every request.
[[nodiscard]] Task<Result<void>> reach_chain(ChainEndpoints& endpoints);

/// The block to reach, and the newest one that is final, which is noted in the database.
[[nodiscard]] Task<Result<sync::SyncTarget>> find_target(ChainRun& run,
                                                         ChainEndpoints& endpoints,
                                                         store::Connection& connection);

/// Proves what was left for later, up to the chain's level.
[[nodiscard]] Task<Result<void>> prove_rest(ChainRun& run, sync::MarketSync& market);

}  // namespace redink::app
