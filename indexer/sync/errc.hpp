#pragma once

#include <string>
#include <system_error>

#include "indexer/chain/result.hpp"

namespace redink::sync {

/// Why a synchronisation stopped.
enum class SyncErrc {
    wrong_chain = 1,  ///< the endpoint serves another chain than configured
    node,             ///< the endpoint cannot be reached or cannot do what is needed
    not_reached,      ///< the endpoint's head is below a block that was asked for
    lie,              ///< what the endpoint said contradicts what the chain commits to
    no_receipts,      ///< no endpoint serves the receipts that a proof needs
    unproven,         ///< endpoints disagree about a block, and nobody can prove which is right
    configuration,    ///< the market's configuration cannot be right
    found_contracts,  ///< a log names contracts that were not known: fetch theirs, and go on
    moved,            ///< the chain changed meanwhile: look for the fork, and go on
    reorganised,      ///< the chain changed below its finalized block
};

/// The category that names these codes.
const std::error_category& sync_category();

inline std::error_code make_error_code(SyncErrc code) {
    return {static_cast<int>(code), sync_category()};
}

/// An Error with this code and text.
inline Error fail(SyncErrc code, std::string text) {
    return Error{make_error_code(code), std::move(text)};
}

}  // namespace redink::sync

template <>
struct std::is_error_code_enum<redink::sync::SyncErrc> : std::true_type {};
