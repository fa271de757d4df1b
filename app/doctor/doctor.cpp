#include "app/doctor/doctor.hpp"

#include <filesystem>
#include <map>

#include "app/commands/options.hpp"
#include "app/database.hpp"
#include "app/doctor/database_judge.hpp"
#include "app/doctor/endpoint_judge.hpp"
#include "indexer/store/embedded_postgres_programs.hpp"
#include "indexer/store/errors.hpp"

namespace redink::app {
namespace {

namespace fs = std::filesystem;

Finding describe_config(const Config& config) {
    const auto count = [](std::size_t number, const std::string& what) {
        return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
    };
    const bool is_empty = config.markets.empty();
    return {"config",
            "file",
            is_empty ? Verdict::warn : Verdict::ok,
            (config.file.empty() ? "no file" : config.file.string()) + ": " +
                count(config.chains.size(), "chain") + ", " +
                count(config.markets.size(), "market"),
            is_empty ? "name a market: a sync has nothing to do" : ""};
}

/// The disk of a folder that may be there only later.
std::optional<Finding> examine_disk(const fs::path& folder) {
    std::error_code failed;
    fs::path there = fs::absolute(folder, failed);
    while (!failed && !fs::exists(there, failed) && there.has_relative_path()) {
        there = there.parent_path();
    }
    const fs::space_info space = fs::space(there, failed);
    if (failed) {
        return std::nullopt;
    }
    return judge_disk(space.available, folder.string());
}

/// What a first sync would do without a database URL.
Finding examine_plan(const DatabaseConfig& config) {
    try {
        const int major = store::choose_server(store::server_search_path(), 0).major;
        return {kDatabase,
                "server",
                Verdict::ok,
                "a private PostgreSQL " + std::to_string(major) + " will be made in " +
                    config.data_dir.string(),
                ""};
    } catch (const store::StoreError& failure) {
        return {kDatabase, "server", Verdict::fail, failure.what(), ""};
    }
}

void examine_database(const DatabaseConfig& config, Diagnosis& diagnosis) {
    Findings& findings = diagnosis.findings;
    if (!config.url) {
        if (const std::optional<Finding> disk = examine_disk(config.data_dir)) {
            findings.push_back(*disk);
        }
    }
    try {
        const Database database{config, DatabaseUse::existing};
        store::Connection connection = database.connect();
        diagnosis.database_answered = true;
        findings.push_back({kDatabase, "reachable", Verdict::ok, connection.name(), ""});
        const Findings more = judge_database(store::load_database_facts(connection));
        findings.insert(findings.end(), more.begin(), more.end());
    } catch (const UsageError&) {
        findings.push_back(examine_plan(config));
    } catch (const std::exception& failure) {
        if (!store::is_database_error(failure)) {
            throw;
        }
        findings.push_back({kDatabase,
                            diagnosis.database_answered ? "server" : "reachable",
                            Verdict::fail,
                            store::to_error(failure).text,
                            ""});
    }
}

/// Asks all endpoints of all chains side by side; reports come in their order.
std::vector<std::vector<EndpointReport>> probe_all(const Config& config,
                                                   const ProbeOptions& options) {
    asio::io_context io{1};
    std::vector<std::vector<EndpointReport>> reports(config.chains.size());
    std::exception_ptr failure;
    for (std::size_t i = 0; i < config.chains.size(); ++i) {
        const ChainConfig& chain = config.chains[i];
        reports[i].resize(chain.endpoints.size());
        for (std::size_t k = 0; k < chain.endpoints.size(); ++k) {
            const auto keep = [&failure, place = &reports[i][k]](const std::exception_ptr& thrown,
                                                                 EndpointReport report) {
                *place = std::move(report);
                failure = thrown ? thrown : failure;
            };
            asio::co_spawn(
                io,
                probe_endpoint(chain.endpoints[k], chain.name, needs_of(config, chain), options),
                keep);
        }
    }
    io.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return reports;
}

}  // namespace

ChainNeeds needs_of(const Config& config, const ChainConfig& chain) {
    ChainNeeds needs;
    needs.chain_id = chain.id;
    needs.finality_depth = chain.finality.depth;
    needs.needs_receipts = chain.proof != ProofLevel::headers;
    needs.needs_state = false;
    for (const MarketConfig& market : config.markets) {
        if (market.chain == chain.name) {
            needs.first = std::min(needs.first.value_or(market.from_block), market.from_block);
            needs.needs_state = needs.needs_state || !market.version;
        }
    }
    return needs;
}

Diagnosis diagnose(const Config& config, const ProbeOptions& options, std::uint64_t now_s) {
    Diagnosis diagnosis;
    diagnosis.findings.push_back(describe_config(config));
    examine_database(config.database, diagnosis);
    const auto all = probe_all(config, options);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const ChainNeeds needs = needs_of(config, config.chains[i]);
        const Surroundings around{best_head(all[i], needs), now_s};
        for (const EndpointReport& report : all[i]) {
            diagnosis.endpoint_answered = diagnosis.endpoint_answered || report.is_reachable();
            const Findings findings = judge_endpoint(report, needs, around);
            diagnosis.findings.insert(diagnosis.findings.end(), findings.begin(), findings.end());
        }
    }
    return diagnosis;
}

}  // namespace redink::app
