#include "app/bookkeeper/book_market.hpp"

#include "app/config/market_spec.hpp"
#include "app/prices/node_prices.hpp"
#include "indexer/store/market_registry.hpp"
#include "indexer/sync/errc.hpp"

namespace redink::app {

void book_markets(ChainRun& run, store::Connection& connection) {
    store::MarketRegistry registry{connection};
    NodeCalls node{run.chain, run.request.endpoints, run.request.stop};
    for (MarketResult& result : run.results) {
        const auto market = registry.find_market(result.market);
        if (!result.outcome || !market || run.is_stopped()) {
            continue;
        }
        const auto protocol = find_protocol(market->protocol);
        Bookkeeper bookkeeper{connection, *market, *protocol};
        NodePrices prices{connection, *market, *protocol, node};
        bookkeeper.fetch_prices = [&prices](auto blocks) { prices.fetch(blocks); };
        bookkeeper.stop = run.request.stop;
        bookkeeper.report = [&](const BookStatus& status) {
            if (run.request.report) {
                run.request.report({status.market,
                                    "book",
                                    market->from_block.value(),
                                    status.target.value(),
                                    status.block.value(),
                                    status.entries});
            }
        };
        result.books = bookkeeper.advance();
        if (const auto refusal = prices.take_refusal()) {
            run.note("market " + result.market + ": " + *refusal);
        }
    }
}

}  // namespace redink::app
