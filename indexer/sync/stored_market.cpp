#include "indexer/sync/stored_market.hpp"

namespace redink::sync {

Result<std::unique_ptr<protocols::Market>> open_stored_market(store::MarketRegistry& registry,
                                                              const protocols::Protocol& protocol,
                                                              const protocols::MarketSpec& spec,
                                                              std::int32_t id) {
    auto market = protocol.open(spec);
    if (!market) {
        return market;
    }
    std::vector<protocols::VersionFrom> versions;
    for (const store::VersionFact& fact : registry.load_versions(id)) {
        versions.push_back({fact.block, fact.value});
    }
    if (auto set = market.value()->set_versions(versions); !set) {
        return set.error();
    }
    rows::Snapshot contracts;
    contracts.contracts = registry.load_contracts(id);
    market.value()->restore(contracts);
    return market;
}

}  // namespace redink::sync
