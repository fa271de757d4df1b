#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "indexer/protocols/aave_v3/events.hpp"
#include "indexer/protocols/event.hpp"
#include "indexer/protocols/protocol.hpp"

namespace redink::protocols::aave_v3 {

/// What a contract is to the market, and which asset it serves.
struct ContractInfo {
    Role role = Role::pool;
    chain::Address asset;
};

/// The contracts of one market, found from the configured address: addresses provider -> pool,
/// configurator, oracle -> the reserves' tokens and price feeds.
class Contracts {
  public:
    /// Starts from the configuration; its address may be a PoolAddressesProvider or a Pool.
    explicit Contracts(const MarketSpec& spec);

    /// Learns from provider, configurator and oracle logs; all others change nothing.
    void discover(const chain::Log& log);

    /// Learns the addresses provider of a configured Pool.
    void set_provider(const chain::Address& provider);

    /// Takes up contracts as stored.
    void restore(const std::vector<rows::Contract>& stored);

    /// The contract at an address; null when it is none of the market's.
    [[nodiscard]] const ContractInfo* find(const chain::Address& address) const;

    /// The Pool: once known, where the balances are kept.
    [[nodiscard]] const std::optional<chain::Address>& pool() const {
        return pool_;
    }

    /// True when the configured address has not shown what it is and no provider is known.
    [[nodiscard]] bool lacks_provider() const;

    /// All contracts in the order of their discovery.
    [[nodiscard]] const std::vector<rows::Contract>& all() const {
        return all_;
    }

  private:
    void add(Role role, const chain::Address& address, const chain::Address& asset);
    void on_provider(const KnownEvent& event, const Event& args);
    void set_by_id(const chain::Hash32& id, const chain::Address& address);

    chain::Address configured_;
    bool reserves_known_ = false;
    std::optional<chain::Address> provider_;
    std::optional<chain::Address> pool_;
    std::unordered_map<chain::Address, ContractInfo> by_address_;
    std::vector<rows::Contract> all_;
};

}  // namespace redink::protocols::aave_v3
