#include "tests/support/verified_chain.hpp"

#include <stdexcept>

#include "indexer/store/market_registry.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace redink::test {
namespace {

constexpr const char* kApart = "SET LOCAL session_replication_role = replica; ";

Recorded recorded() {
    Recorded v36 = recorded_v36();
    v36.version = "3.6";
    return v36;
}

}  // namespace

VerifiedChain::VerifiedChain() : node{serving(recorded(), {})}, url{fresh_database()} {
    RunOptions options;
    options.to = chain::BlockNumber{kLast};
    if (const auto done = sync_from(node.url(), recorded(), url, options); !done) {
        throw std::runtime_error{done.error().text};
    }
}

app::Verification VerifiedChain::verify(std::uint64_t at, app::ReconcileRequest::Keep keep) const {
    const app::Config config = config_of(recorded(), {node.url()}, url, app::ProofLevel::bloom);
    const app::Database database{config.database, app::DatabaseUse::existing};
    store::Connection connection = database.connect();
    const auto market = store::MarketRegistry{connection}.find_market("m");
    app::VerifyRequest request;
    request.chain = &config.chains.front();
    request.keep = keep;
    if (at != 0) {
        request.at = chain::BlockNumber{at};
    }
    const auto verification = app::verify_market(market.value(), database, request);
    if (!verification) {
        throw std::runtime_error{verification.error().text};
    }
    return verification.value();
}

app::Verification VerifiedChain::verify_with(const std::string& table,
                                             const std::string& change) const {
    query(url, "CREATE TABLE public.kept AS SELECT * FROM " + table);
    query(url, kApart + change);
    const app::Verification found = verify();
    query(url,
          kApart + ("DELETE FROM " + table + "; INSERT INTO " + table +
                    " SELECT * FROM public.kept; DROP TABLE public.kept"));
    return found;
}

std::string text_of(const app::Verification& verification) {
    std::string text;
    for (const app::Discrepancy& found : verification.discrepancies) {
        text +=
            found.check + ": " + found.where + ": " + found.stored + ": " + found.computed + "\n";
    }
    return text;
}

}  // namespace redink::test
