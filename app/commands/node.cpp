#include "app/commands/node.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "app/node/options.hpp"
#include "app/node/run.hpp"

namespace redink::app {

void add_node(CommandLine& line) {
    const auto options = std::make_shared<node::NodeOptions>();
    CLI::App& command =
        line.add_command({"node",
                          "serve recordings as a JSON-RPC node on loopback",
                          "  redink node tests/data/chains/aave-v3 --port 8546\n"
                          "  redink node chain.jsonl.gz calls.jsonl.gz --head 100 --advance 500"},
                         [options](const CommonOptions&, const Console& console) {
                             const int code = node::run_node(*options, console.out, console.err);
                             return code == 0 ? ExitCode::fine : ExitCode::environment;
                         });
    node::add_options(command, *options);
}

}  // namespace redink::app
