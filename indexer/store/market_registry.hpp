#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "indexer/chain/types.hpp"
#include "indexer/rows/contract.hpp"

namespace redink::store {

class Connection;

/// A market as it is stored.
struct MarketRecord {
    std::int32_t id = 0;  ///< given by register_market
    std::uint64_t chain_id = 0;
    std::string chain;
    std::string name;
    std::string protocol;
    chain::Address address;
    chain::BlockNumber from_block;
    int adapter_version = 0;
    std::string known_reserves;                         ///< as configured, one line each
    std::optional<std::string> version;                 ///< as configured
    std::optional<std::string> min_debt_value;          ///< policy, base units
    std::optional<std::string> liquidation_cost_value;  ///< policy, base units
};

/// One entry of a protocol's event dictionary.
struct EventRecord {
    chain::Hash32 topic0;
    std::uint8_t topic_count = 0;
    std::string name;
    std::string signature;
};

/// The rules in force from a block on, as a node answered.
struct VersionFact {
    chain::BlockNumber block;
    std::string value;
};

/// What a token says of itself.
struct TokenRecord {
    chain::Address address;
    std::optional<std::string> symbol;
    std::optional<std::uint8_t> decimals;
};

/// A set of contracts whose logs are fetched together.
struct SourceRecord {
    std::int32_t id = 0;  ///< given by MarketWriter::add_source
    std::int32_t market = 0;
    std::vector<chain::Address> addresses;
};

/// What was set up before any log: chains, markets, endpoints, contracts, and what nodes answered
/// about them. Each call is one transaction. Database trouble throws.
class MarketRegistry {
  public:
    explicit MarketRegistry(Connection& connection) : connection_{connection} {
    }

    /// Adds chain and market, or finds them; policy and adapter version are brought up to date.
    /// Throws std::invalid_argument with what to do when the stored market is another one (other
    /// chain, protocol, address, first block, version or reserves).
    [[nodiscard]] MarketRecord register_market(MarketRecord market);

    /// The market by name.
    [[nodiscard]] std::optional<MarketRecord> find_market(const std::string& name);

    /// Every market, by id.
    [[nodiscard]] std::vector<MarketRecord> load_markets();

    /// The number of an endpoint by its name (scheme://host:port, never a key).
    [[nodiscard]] std::int32_t register_endpoint(std::uint64_t chain_id, const std::string& name);

    /// Writes a protocol's event dictionary.
    void save_events(const std::string& protocol, const std::vector<EventRecord>& events);

    /// Writes the contracts of a market in their order; those that are there already stay.
    void save_contracts(std::int32_t market, const std::vector<rows::Contract>& contracts);

    /// The contracts of a market in their order.
    [[nodiscard]] std::vector<rows::Contract> load_contracts(std::int32_t market);

    /// Writes what a node answered about the rules in force.
    void save_version(std::int32_t market, const VersionFact& fact, std::int32_t endpoint);

    /// The rules in force, ascending.
    [[nodiscard]] std::vector<VersionFact> load_versions(std::int32_t market);

    /// Writes what a token says of itself; a known token stays.
    void save_token(std::uint64_t chain_id, const TokenRecord& token);

    /// Tokens of a chain that are known.
    [[nodiscard]] std::vector<TokenRecord> load_tokens(std::uint64_t chain_id);

    /// The sources of a market, by id.
    [[nodiscard]] std::vector<SourceRecord> load_sources(std::int32_t market);

  private:
    Connection& connection_;
};

}  // namespace redink::store
