#include "app/bookkeeper/revisions.hpp"

#include <algorithm>

namespace redink::app {

Revisions::Place Revisions::place_of(const ledger::Entry& entry) {
    constexpr std::uint64_t kEndOfBlock = std::uint64_t{1} << 32;
    const ledger::Origin& origin = entry.origin;
    return {entry.book,
            entry.rule,
            origin.block.hash,
            origin.log_index ? *origin.log_index : kEndOfBlock,
            origin.ordinal,
            origin.evidence};
}

void Revisions::add_reversed(const ledger::Entry& entry) {
    std::uint32_t& next = reversed_[place_of(entry)];
    next = std::max(next, entry.origin.revision + 1);
}

void Revisions::number(ledger::Entry& entry) const {
    const auto found = reversed_.find(place_of(entry));
    entry.origin.revision = found == reversed_.end() ? 0 : found->second;
}

}  // namespace redink::app
