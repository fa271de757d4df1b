#include "indexer/store/proof_book.hpp"
#include "indexer/sync/bloom_trust.hpp"
#include "indexer/sync/errc.hpp"
#include "indexer/sync/market_sync.hpp"
#include "indexer/sync/range_facts.hpp"

namespace redink::sync {
namespace {

// Blocks of one step: a few requests of headers, and receipts at a bounded rate in between.
constexpr std::uint64_t kBlocksAtOnce = 1'000;

}  // namespace

Task<Result<bool>> MarketSync::raise(ProofLevel level) {
    if (auto opened = open(); !opened) {
        co_return opened.error();
    }
    if (!cursor_) {
        co_return false;
    }
    store::ProofBook book{connection_, setup_.market};
    const chain::BlockNumber last =
        target_.finalized ? std::min(*target_.finalized, cursor_->number) : cursor_->number;
    const auto weak = book.load_weakest({name_of(level), last, kBlocksAtOnce});
    if (!weak) {
        co_return false;
    }
    const auto raised = co_await raise_range(*weak, level);
    if (!raised) {
        co_return raised.error();
    }
    report("prove", weak->range.last.value(), raised.value().inserted);
    if (raised.value().first_changed) {
        if (auto derived = derive_again(); !derived) {
            co_return derived.error();
        }
    }
    co_return true;
}

Task<Result<store::Raised>> MarketSync::raise_range(store::WeakRange weak, ProofLevel level) {
    const LogFilter filter{weak.contracts, setup_.protocol->events()};
    const BloomTrust trust = bloom_trust_of(setup_.market.chain_id, weak.range);
    RangeFetcher fetcher{reader_, filter, trust, [this](const EndpointLie& lie) { note_lie(lie); }};
    const PlannedRange plan{weak.range, level, HeaderScope::all};
    const auto fetched = co_await fetcher.fetch(plan);
    save_lies();
    if (!fetched) {
        co_return fetched.error();
    }
    store::RangeFacts facts = to_facts(fetched.value());
    facts.sources = weak.sources;
    facts.endpoint = endpoint_row(fetched.value().endpoint);
    const auto wanted = [&filter](const chain::Log& log) { return filter.wants(log); };
    store::ProofBook book{connection_, setup_.market};
    co_return book.raise(facts, wanted);
}

}  // namespace redink::sync
