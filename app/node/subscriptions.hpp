#pragma once

#include <map>

#include "app/node/chain_change.hpp"
#include "app/node/faults.hpp"
#include "app/node/params.hpp"

namespace redink::node {

/// Subscriptions of one socket; more are refused.
constexpr std::size_t kMaxSubscriptions = 256;

/// What one socket subscribed to, and the notifications that are due (geth's pub/sub): "newHeads"
/// and "logs". Pure: changes in, texts out. View and faults must outlive it.
class Subscriptions {
  public:
    Subscriptions(const ChainView& view, Faults& faults);

    /// eth_subscribe: the id of the subscription.
    [[nodiscard]] Answer<std::string> open(const Params& params);

    /// eth_unsubscribe: true, or an error for an id that is not known.
    [[nodiscard]] Answer<bool> close(const Params& params);

    /// The notifications of a change: logs of replaced blocks with "removed", the newest block
    /// first; then block by block the head and its logs.
    [[nodiscard]] std::vector<std::string> notify(const ChainChange& change);

  private:
    /// Empty: new heads.
    using Filter = std::optional<recording::NumberedFilter>;

    void notify_removed(const recording::RecordedBlock& block, std::vector<std::string>& out) const;
    void notify_added(const recording::RecordedBlock& block, std::vector<std::string>& out);

    const ChainView& view_;
    Faults& faults_;
    std::uint64_t last_id_ = 0;
    std::map<std::uint64_t, Filter> all_;
};

}  // namespace redink::node
