#include "app/config/config.hpp"

#include <algorithm>

#include "accounting/money/invariant.hpp"

namespace redink::app {
std::string_view to_text(ProofLevel level) {
    switch (level) {
        case ProofLevel::headers:
            return "headers";
        case ProofLevel::bloom:
            return "bloom";
        case ProofLevel::receipts:
            return "receipts";
        case ProofLevel::second_source:
            return "second-source";
    }
    throw InvariantBroken{"a proof level without a name"};
}

const ChainConfig& chain_of(const Config& config, const MarketConfig& market) {
    const auto is_its_chain = [&market](const ChainConfig& chain) {
        return chain.name == market.chain;
    };
    const auto found = std::find_if(config.chains.begin(), config.chains.end(), is_its_chain);
    invariant(found != config.chains.end(), "a market without its chain");
    return *found;
}

}  // namespace redink::app
