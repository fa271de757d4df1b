#pragma once

#include <iosfwd>

#include "app/node/options.hpp"

namespace redink::node {

/// Serves recordings until SIGINT or SIGTERM, then returns 0. What it serves and the URL go to
/// `out`, doubts to `err`. Throws std::runtime_error when a recording or the port cannot be used.
int run_node(const NodeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace redink::node
