#include "app/commands/init.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ostream>

#include <CLI/CLI.hpp>

namespace redink::app {
namespace {

constexpr std::string_view kTemplate =
    R"(# Configuration of redink. docs/configuration.md describes every key.
# {env:NAME} inside a text is replaced by an environment variable: keep keys of nodes there.
# `redink config check` tells what is wrong with this file and what a sync would do.

# Where everything is kept. Without a url: a private PostgreSQL below data_dir, on a Unix socket.
[database]
# url = "postgresql://redink@localhost/redink"
data_dir = ".redink"

# One table for each chain.
[[chain]]
name = "ethereum"
id = 1
# The nodes to ask. Archive nodes where history is wanted.
endpoints = ["{env:ETHEREUM_RPC}"]
# When a block is final: the node's own "finalized" tag, or a depth in blocks (finality = 64).
finality = "finalized"
# How far logs are proved to be complete: headers, bloom, receipts or second-source.
proof = "bloom"
# Requests a second for proving old ranges to receipts in the background (redink run); 0: none.
# audit_requests_per_second = 5

# One table for each deployment of a protocol.
[[market]]
name = "aave-v3-ethereum"
protocol = "aave-v3"
chain = "ethereum"
# Aave: the PoolAddressesProvider, or the Pool.
address = "0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e"
# The block in which it was made; no log before it is asked for.
from_block = 16291127
# Only where the chain does not tell which version's rules are in force.
# version = "3.6"
# When a liquidation cannot pay (dust, blocked), in the market's base unit (here 1e8 = 1 USD).
# min_debt_value = 1000000000
# liquidation_cost_value = 200000000

# The choices of its valuations. These are the standard ones.
# [market.policy]
# How long a health factor may stay below 1 before the debt counts as impaired.
# grace_seconds = 3600
# How long a debt without collateral stays open before it is written off.
# write_off_after_days = 90
# valuation_interval_seconds = 3600
# What selling collateral costs against its market price.
# slippage_bps = 100
# An older market price is stale: the market view is then empty.
# max_price_age_seconds = 86400

# Who pays for bad debt, in this order; lenders bear what is left. Amounts in units of the asset.
# [[market.cover]]
# layer = "treasury"
# name = "offset"
# payer = "0x…"
# asset = "0x…"
# capacity = "100000000000"
# share_bps = 10000
# cooldown = "0"

# Reserves known beforehand: only for forks and test chains without discovery events.
# [[market.reserve]]
# asset = "0x…"
# supply_token = "0x…"
# debt_token = "0x…"
# decimals = 18
)";

[[noreturn]] void refuse(const std::filesystem::path& path, int problem) {
    if (problem == EEXIST) {
        throw UsageError{path.string() +
                         " is there already; --force overwrites it, --config FILE names another"};
    }
    throw std::runtime_error{"cannot write " + path.string() + ": " + std::strerror(problem)};
}

void write_template(const std::filesystem::path& path, const char* mode) {
    std::FILE* file = std::fopen(path.c_str(), mode);
    if (file == nullptr) {
        refuse(path, errno);
    }
    const std::size_t written = std::fwrite(kTemplate.data(), 1, kTemplate.size(), file);
    if (std::fclose(file) != 0 || written != kTemplate.size()) {
        refuse(path, errno);
    }
}

}  // namespace

std::string_view config_template() {
    return kTemplate;
}

void add_init(CommandLine& line) {
    const auto force = std::make_shared<bool>(false);
    const auto action = [force](const CommonOptions& common, const Console& console) {
        write_template(common.config, *force ? "w" : "wx");
        if (!common.quiet) {
            console.err << "wrote " << common.config.string()
                        << "; set ETHEREUM_RPC to the URL of your node, then: redink config check"
                        << std::endl;
        }
        return ExitCode::fine;
    };
    CLI::App& command = line.add_command({"init",
                                          "write a commented redink.toml",
                                          "  redink init\n  redink init --config base.toml"},
                                         action);
    command.add_flag("--force", *force, "overwrite the file");
}

}  // namespace redink::app
