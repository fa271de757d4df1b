#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "accounting/ledger/entry.hpp"
#include "accounting/money/signed_units.hpp"

namespace redink::store {

/// Whose balance, in one ledger.
struct SumKey {
    std::int32_t entity = 0;
    ledger::Account account = ledger::Account::cash;
    PartyId party;

    friend bool operator==(const SumKey&, const SumKey&) = default;
};

/// Debits less credits of the entries that were added, kept without rows that are zero.
class LedgerSums {
  public:
    /// Adds the legs of an entry.
    void add(std::int32_t entity, const std::vector<ledger::Leg>& legs);

    /// Adds the legs of an entry without their parties.
    void add_total(std::int32_t entity, const std::vector<ledger::Leg>& legs);

    /// Debits less credits; zero where nothing was posted.
    [[nodiscard]] SignedUnits net(const SumKey& key) const;

    /// How many are not zero.
    [[nodiscard]] std::size_t size() const {
        return sums_.size();
    }

  private:
    struct KeyHash {
        std::size_t operator()(const SumKey& key) const noexcept;
    };

    void add(const SumKey& key, const ledger::Leg& leg);

    std::unordered_map<SumKey, SignedUnits, KeyHash> sums_;
};

}  // namespace redink::store
