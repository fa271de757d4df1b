#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/chain/sync_run.hpp"
#include "app/config/config.hpp"
#include "app/node/options.hpp"

namespace redink::test {

/// A recorded chain and how it is configured as a market named "m".
struct Recorded {
    std::string folder;   ///< of chain.jsonl.gz, calls.jsonl.gz, meta.json, truth.json.gz
    std::string version;  ///< empty: the node is asked
};

/// The chains under tests/data/chains.
[[nodiscard]] Recorded recorded_v36();
[[nodiscard]] Recorded recorded_v30();

/// A chain of Aave v3.6 with most price feeds behind a contract that answers and emits nothing, and
/// with Multicall3 from about block 158 on. Answers of the oracle are recorded up to block 276.
[[nodiscard]] Recorded recorded_fronted();

/// How one run differs from the usual.
struct RunOptions {
    app::ProofLevel level = app::ProofLevel::bloom;
    std::vector<std::string> faults;         ///< of the node
    std::optional<std::uint64_t> max_logs;   ///< of the node's eth_getLogs
    std::optional<std::uint64_t> max_range;  ///< of the node's eth_getLogs
    std::size_t max_positions = sync::Deriver::kMaxPositions;
    rpc::BlockId to = rpc::BlockTag::latest;
    std::optional<std::chrono::milliseconds> exchange_limit;  ///< of a request
    unsigned speed = 1;                       ///< of the clock by which endpoints are paced
    std::optional<std::uint64_t> from_block;  ///< of the market; empty: where it was deployed
};

/// Synchronises a recorded chain from a node in this process into the database at `url`.
[[nodiscard]] Result<sync::SyncOutcome> sync_recorded(const Recorded& recorded,
                                                      const std::string& url,
                                                      const RunOptions& options = {});

/// As above, from a node that runs already.
[[nodiscard]] Result<sync::SyncOutcome> sync_from(const std::string& endpoint,
                                                  const Recorded& recorded,
                                                  const std::string& url,
                                                  const RunOptions& options = {});

/// As above, from several nodes.
[[nodiscard]] Result<sync::SyncOutcome> sync_from(const std::vector<std::string>& endpoints,
                                                  const Recorded& recorded,
                                                  const std::string& url,
                                                  const RunOptions& options = {});

/// The configuration of one chain named "recording" with one market named "m".
[[nodiscard]] app::Config config_of(const Recorded& recorded,
                                    const std::vector<std::string>& endpoints,
                                    const std::string& url,
                                    app::ProofLevel level);

/// Options of a node that serves the chain on a free port.
[[nodiscard]] node::NodeOptions serving(const Recorded& recorded, const RunOptions& options);

/// A redink.toml for this chain, endpoint and database.
[[nodiscard]] std::string toml_of(const Recorded& recorded,
                                  const std::string& endpoint,
                                  const std::string& url);

/// Runs a statement and commits. Gives its rows, columns joined by '|'.
std::vector<std::string> query(const std::string& url, const std::string& sql);

/// A row, field by field; an empty field is an empty text.
using Fields = std::vector<std::string>;

/// As `query`, field by field. No field may hold '|'.
[[nodiscard]] std::vector<Fields> rows_of(const std::string& url, const std::string& sql);

/// URL of a database with the chain of recorded_v36 (or recorded_v30) and its books, brought up
/// once a process: for tests that only read. The caller leaves it as it was.
[[nodiscard]] const std::string& booked_v36();
[[nodiscard]] const std::string& booked_v30();

/// Digest of the rows of every derived table, by table, but those of the bookkeeper, who comes
/// later. `up_to` leaves out later blocks.
[[nodiscard]] std::map<std::string, std::string> digest_derived(
    const std::string& url, std::optional<std::uint64_t> up_to = std::nullopt);

/// Digest of blocks and logs, in the order of their keys, up to a block.
[[nodiscard]] std::string digest_facts(const std::string& url,
                                       std::optional<std::uint64_t> up_to = std::nullopt);

}  // namespace redink::test
