#include "app/commands/config_check.hpp"

#include <ostream>

#include <CLI/CLI.hpp>

#include "app/config/address.hpp"
#include "indexer/store/connection.hpp"

namespace redink::app {
namespace {

void describe_chain(const ChainConfig& chain, std::ostream& out) {
    out << "chain     " << chain.name << " (id " << chain.id << "), final "
        << (chain.finality.depth ? std::to_string(*chain.finality.depth) + " blocks behind the head"
                                 : "by the node's finalized tag")
        << ", logs proved by " << to_text(chain.proof) << "\n";
    for (const rpc::Url& endpoint : chain.endpoints) {
        out << "            " << endpoint.name() << "\n";
    }
}

void describe_cover(const std::vector<CoverConfig>& cover, std::ostream& out) {
    out << "            bad debt is borne by ";
    for (const CoverConfig& each : cover) {
        if (each.layer.kind != events::Layer::lenders) {
            out << each.layer.name << ", ";
        }
    }
    out << "lenders\n";
}

void describe_policy(const PolicyConfig& policy, std::ostream& out) {
    out << "            valued every " << policy.valuation_interval_seconds << " s; grace "
        << policy.grace_seconds << " s, slippage " << policy.slippage_bps << " bps, prices up to "
        << policy.max_price_age_seconds << " s old, write-off after " << policy.write_off_after_days
        << " days\n";
}

void describe_market(const MarketConfig& market, std::ostream& out) {
    out << "market    " << market.name << ": " << market.protocol << " on " << market.chain
        << " from block " << market.from_block.value() << ", "
        << (market.version ? "version " + *market.version : "version as the chain tells") << "\n"
        << "            " << to_checksum(market.address) << "\n";
    if (!market.reserves.empty()) {
        out << "            " << market.reserves.size() << " reserves known beforehand\n";
    }
    if (market.min_debt_value) {
        out << "            dust below a debt of " << *market.min_debt_value << " base units\n";
    }
    if (market.liquidation_cost_value) {
        out << "            a liquidation costs " << *market.liquidation_cost_value
            << " base units\n";
    }
    if (market.policy != PolicyConfig{}) {
        describe_policy(market.policy, out);
    }
    if (!market.cover.empty()) {
        describe_cover(market.cover, out);
    }
}

}  // namespace

void describe(const Config& config, std::ostream& out) {
    if (config.database.url) {
        out << "database  " << store::describe_url(*config.database.url) << "\n";
    } else {
        out << "database  a private PostgreSQL in " << config.database.data_dir.string() << "\n";
    }
    for (const ChainConfig& chain : config.chains) {
        describe_chain(chain, out);
    }
    for (const MarketConfig& market : config.markets) {
        describe_market(market, out);
    }
    if (config.markets.empty()) {
        out << "no market: a sync has nothing to do\n";
    }
}

void add_config_check(CommandLine& line) {
    const auto action = [](const CommonOptions& common, const Console& console) {
        const Config config = load_config(common.request(ConfigScope::everything));
        console.out << config.file.string() << " is fine\n";
        describe(config, console.out);
        return ExitCode::fine;
    };
    CLI::App& group = line.add_group({"config", "look at the configuration", ""});
    line.add_command(group,
                     {"check",
                      "tell what is wrong with the configuration, or what would be done",
                      "  redink config check\n  redink config check --config base.toml"},
                     action);
}

}  // namespace redink::app
