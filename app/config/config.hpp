#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounting/valuation/policy.hpp"
#include "accounting/waterfall/layer.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/rpc/url.hpp"

namespace redink::app {

/// How far the logs of a chain are proved to be complete; see docs/configuration.md.
enum class ProofLevel : std::uint8_t { headers, bloom, receipts, second_source };

/// The word of configuration and reports.
[[nodiscard]] std::string_view to_text(ProofLevel level);

/// When a block counts as final.
struct Finality {
    /// Blocks behind the head; empty: the node's own `finalized` tag.
    std::optional<std::uint64_t> depth;
};

/// Where everything is kept.
struct DatabaseConfig {
    std::optional<std::string> url;  ///< empty: a private server. May carry a password: secret
    std::filesystem::path data_dir = ".redink";
};

/// A chain and the nodes that serve it.
struct ChainConfig {
    std::string name;
    std::uint64_t id = 0;  ///< EIP-155
    std::vector<rpc::Url> endpoints;
    Finality finality;
    ProofLevel proof = ProofLevel::bloom;

    /// Requests a second that proving old ranges to `receipts` may take in a daemon; 0: none.
    std::uint32_t audit_requests_per_second = 5;
};

/// A reserve that is named beforehand.
struct ReserveConfig {
    chain::Address asset;
    chain::Address supply_token;
    chain::Address debt_token;
    std::uint8_t decimals = 18;
};

/// The choices of a market's valuations. DustPolicy is apart: it is in the market's base unit.
struct PolicyConfig {
    std::uint64_t grace_seconds = valuation::Policy{}.grace_seconds;
    std::uint64_t write_off_after_days = 90;
    std::uint64_t valuation_interval_seconds = 3'600;  ///< between two postings of allowances
    std::uint32_t slippage_bps = valuation::Policy{}.slippage_bps;
    std::uint64_t max_price_age_seconds = valuation::Policy{}.max_price_age_seconds;

    friend bool operator==(const PolicyConfig&, const PolicyConfig&) = default;
};

/// Who pays for bad debt of a market before the next one does.
struct CoverConfig {
    waterfall::Layer layer;
    std::optional<chain::Address> payer;  ///< whose payments are this layer's; empty: not known
};

/// One deployment of a protocol.
struct MarketConfig {
    std::string name;
    std::string protocol;
    std::string chain;  ///< name of a ChainConfig
    chain::Address address;
    chain::BlockNumber from_block;
    std::optional<std::string> version;
    std::vector<ReserveConfig> reserves;
    std::optional<std::string> min_debt_value;          ///< decimal, the market's base unit
    std::optional<std::string> liquidation_cost_value;  ///< decimal, the market's base unit
    PolicyConfig policy;
    std::vector<CoverConfig> cover;  ///< in order, as written; the lenders may be missing
};

/// All that is configured. Every market names a chain that is here.
struct Config {
    std::filesystem::path file;  ///< empty: there is none, defaults only
    DatabaseConfig database;
    std::vector<ChainConfig> chains;
    std::vector<MarketConfig> markets;
};

/// The chain of a market.
[[nodiscard]] const ChainConfig& chain_of(const Config& config, const MarketConfig& market);

}  // namespace redink::app
