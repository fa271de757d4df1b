#pragma once

#include <cstdint>
#include <map>
#include <tuple>

#include "accounting/ledger/entry.hpp"

namespace redink::app {

/// How often an entry of one place was taken back. An entry that is posted again is another one, so
/// it carries the number of those before it.
class Revisions {
  public:
    /// Counts an entry that was taken back.
    void add_reversed(const ledger::Entry& entry);

    /// Sets the revision of an entry that is about to be posted.
    void number(ledger::Entry& entry) const;

  private:
    using Place =
        std::tuple<ledger::Book, ledger::Rule, Digest, std::uint64_t, std::uint32_t, Digest>;

    [[nodiscard]] static Place place_of(const ledger::Entry& entry);

    std::map<Place, std::uint32_t> reversed_;
};

}  // namespace redink::app
