#pragma once

#include <string>
#include <vector>

#include "app/node/node_server.hpp"
#include "app/verify/verify_market.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {

/// The recorded Aave v3.6 chain, indexed and booked up to a block at which its node answers calls,
/// with deficits that were created and covered.
class VerifiedChain {
  public:
    static constexpr std::uint64_t kLast = 356;

    VerifiedChain();

    /// Verifies the market against the recorded node at a block (0: the booked one).
    [[nodiscard]] app::Verification verify(
        std::uint64_t at = 0,
        app::ReconcileRequest::Keep keep = app::ReconcileRequest::Keep::nothing) const;

    /// Changes a table behind the back of every trigger, verifies, and puts the table back.
    [[nodiscard]] app::Verification verify_with(const std::string& table,
                                                const std::string& change) const;

    node::NodeServer node;
    std::string url;
};

/// "check: where: stored: computed" of every finding.
[[nodiscard]] std::string text_of(const app::Verification& verification);

}  // namespace redink::test
