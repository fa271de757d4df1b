#include "app/node/options.hpp"

#include <CLI/CLI.hpp>

namespace redink::node {

void add_options(CLI::App& command, NodeOptions& options) {
    command.add_option("file", options.files, "Recordings, or folders that hold them")->required();
    command.add_option("--port", options.port, "Port on 127.0.0.1; 0 picks a free one")
        ->capture_default_str();
    command.add_option("--chain-id", options.chain_id, "Chain id, in place of meta.json's")
        ->check(CLI::PositiveNumber);
    command.add_option("--head", options.head, "Start with this block as the head")
        ->check(CLI::NonNegativeNumber);
    command
        .add_option_function<std::uint64_t>(
            "--advance",
            [&options](const std::uint64_t& delay_ms) {
                options.advance = std::chrono::milliseconds{delay_ms};
            },
            "Move the head by a block every so many milliseconds")
        ->check(CLI::PositiveNumber);
    command.add_option("--orphans", options.orphans, "Play these replaced branches on the way");
    command.add_option("--max-range", options.traits.max_range, "Most blocks of one eth_getLogs")
        ->check(CLI::PositiveNumber);
    command.add_option("--max-logs", options.traits.max_logs, "Most logs of one eth_getLogs")
        ->check(CLI::PositiveNumber);
    command.add_flag_callback(
        "--unverified",
        [&options] { options.check = recording::Check::unverified; },
        "Serve blocks that do not hash or link");
    command.add_option("--fault", options.faults, "For tests: lie or fail; KIND[:key=value,...]")
        ->allow_extra_args(false)
        ->group("For tests");
    command.footer("Faults:\n" + Faults::kinds());
}

}  // namespace redink::node
