#include "indexer/store/ledger_sums.hpp"

#include <cstring>

namespace redink::store {

void LedgerSums::add(std::int32_t entity, const std::vector<ledger::Leg>& legs) {
    for (const ledger::Leg& leg : legs) {
        add({entity, leg.account, leg.party}, leg);
    }
}

void LedgerSums::add_total(std::int32_t entity, const std::vector<ledger::Leg>& legs) {
    for (const ledger::Leg& leg : legs) {
        add({entity, leg.account, {}}, leg);
    }
}

void LedgerSums::add(const SumKey& key, const ledger::Leg& leg) {
    const SignedUnits change = leg.side == ledger::Side::debit ? SignedUnits::plus(leg.units)
                                                               : SignedUnits::minus(leg.units);
    const auto [sum, is_new] = sums_.try_emplace(key, change);
    if (is_new) {
        return;
    }
    sum->second = sum->second + change;
    if (sum->second.is_zero()) {
        sums_.erase(sum);
    }
}

SignedUnits LedgerSums::net(const SumKey& key) const {
    const auto found = sums_.find(key);
    return found == sums_.end() ? SignedUnits{} : found->second;
}

std::size_t LedgerSums::KeyHash::operator()(const SumKey& key) const noexcept {
    // Addresses are hashes already; eight of their bytes tell parties apart well enough.
    std::uint64_t party = 0;
    std::memcpy(&party, key.party.bytes.data() + key.party.bytes.size() - sizeof party, 8);
    const std::uint64_t rest =
        static_cast<std::uint64_t>(key.entity) << 16U | static_cast<std::uint64_t>(key.account);
    const std::uint64_t mixed = (party ^ rest * 0x9e3779b97f4a7c15U) * 0xbf58476d1ce4e5b9U;
    return static_cast<std::size_t>(mixed ^ mixed >> 32U);
}

}  // namespace redink::store
