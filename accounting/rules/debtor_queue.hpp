#pragma once

#include <cstdint>
#include <map>

#include "accounting/money/ids.hpp"

namespace redink::rules {

/// Debtors in the order in which their debt was recognised, so that cover goes to the oldest.
class DebtorQueue {
  public:
    /// Puts a debtor at the end; one who is in the queue keeps his place.
    void join(const PartyId& debtor);

    /// Puts a debtor back where he was before he left, as what made him leave was taken back.
    void rejoin(const PartyId& debtor);

    void leave(const PartyId& debtor);

    /// By place, oldest first.
    [[nodiscard]] const std::map<std::uint64_t, PartyId>& in_order() const {
        return present_;
    }

  private:
    std::map<std::uint64_t, PartyId> present_;
    std::map<PartyId, std::uint64_t> places_;  ///< the last one of everybody who ever joined
    std::uint64_t next_ = 0;
};

}  // namespace redink::rules
