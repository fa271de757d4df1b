#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/node/methods.hpp"
#include "app/node/socket_limits.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace redink::node {

/// Where `redink node` listens unless told: beside 8545, where anvil and geth do.
constexpr std::uint16_t kUsualPort = 8546;

/// What a node serves, and how.
struct NodeOptions {
    std::vector<std::string> files;                    ///< recordings, or folders with recordings
    std::uint16_t port = kUsualPort;                   ///< 0 picks a free one
    std::optional<std::uint64_t> chain_id;             ///< in place of the one in meta.json
    std::optional<std::uint64_t> head;                 ///< first head; the last block when empty
    std::optional<std::chrono::milliseconds> advance;  ///< time between two steps of the chain
    std::optional<std::string> orphans;                ///< branches to play on the way
    NodeTraits traits;
    SocketLimits sockets;
    std::vector<std::string> faults;  ///< as Faults takes them
    recording::Check check = recording::Check::verified;
};

/// Declares the options of `redink node` on its command; parsing fills `options`.
void add_options(CLI::App& command, NodeOptions& options);

}  // namespace redink::node
