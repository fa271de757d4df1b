#include "app/chain/market_setup.hpp"

#include "app/bookkeeper/terms.hpp"
#include "app/config/market_spec.hpp"

namespace redink::app {

std::vector<ConfiguredMarket> markets_of(const Config& config, const ChainConfig& chain) {
    std::vector<ConfiguredMarket> markets;
    for (const MarketConfig& market : config.markets) {
        if (market.chain == chain.name) {
            markets.push_back({&market, find_protocol(market.protocol)});
        }
    }
    return markets;
}

sync::ProofLevel level_of(const ChainConfig& chain) {
    return *sync::proof_level_of(to_text(chain.proof));
}

sync::SyncSetup register_and_set_up(const ConfiguredMarket& market,
                                    const ChainConfig& chain,
                                    const Database& database,
                                    store::Connection& connection) {
    const protocols::Protocol& protocol = *market.protocol;
    store::MarketRegistry registry{connection};
    sync::SyncSetup setup;
    setup.protocol = &protocol;
    setup.spec = to_market_spec(*market.config);
    setup.market = registry.register_market(
        to_market_record(*market.config, chain, protocol.adapter_version()));
    store::save_terms(connection, setup.market, terms_of(*market.config), cover_of(*market.config));
    setup.level = level_of(chain);
    setup.connect = [&database] { return database.connect(); };
    std::vector<store::EventRecord> events;
    for (const protocols::EventSpec& event : protocol.events()) {
        events.push_back({event.topic0,
                          event.topic_count,
                          std::string{event.name},
                          std::string{event.signature}});
    }
    registry.save_events(std::string{protocol.name()}, events);
    return setup;
}

}  // namespace redink::app
