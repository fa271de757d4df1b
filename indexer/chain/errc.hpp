#pragma once

#include <string>
#include <system_error>

#include "indexer/chain/result.hpp"

namespace redink::chain {

/// Why bytes from a node are not what they claim to be.
enum class ChainErrc {
    bad_hex = 1,   ///< not hexadecimal, or of the wrong length
    bad_json,      ///< a field is missing or of the wrong type
    bad_header,    ///< the header does not hash to its hash
    bad_receipts,  ///< the receipts do not hash to the receipts root
    bad_rlp,       ///< not canonical RLP
    bad_abi,       ///< event data shorter than its declaration, or a value out of its range
};

/// The category that names these codes.
const std::error_category& chain_category();

inline std::error_code make_error_code(ChainErrc code) {
    return {static_cast<int>(code), chain_category()};
}

/// An Error with this code and text.
inline Error fail(ChainErrc code, std::string text) {
    return Error{make_error_code(code), std::move(text)};
}

}  // namespace redink::chain

template <>
struct std::is_error_code_enum<redink::chain::ChainErrc> : std::true_type {};
