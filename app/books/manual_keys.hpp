#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "accounting/ledger/entry.hpp"
#include "app/config/keys.hpp"

namespace redink::app {

/// Every key of a document of manual entries: tables "", "entry" and "entry.legs".
[[nodiscard]] std::span<const KeySpec> manual_keys();

/// A posting rule that may be used by hand, and its name in documents.
struct ManualRule {
    std::string_view name;
    ledger::Rule rule = ledger::Rule::write_off;
};

/// The rules that may be used by hand: those on what becomes of a loss (7 to 16). Deposits, loans,
/// interest, liquidations, deficits and valuations come from the chain and are refused; what was
/// posted is taken back by a reversal, not by an entry.
[[nodiscard]] std::span<const ManualRule> manual_rules();

}  // namespace redink::app
