#pragma once

#include <string>
#include <system_error>

#include "indexer/chain/log.hpp"
#include "indexer/chain/result.hpp"

namespace redink::protocols {

/// Why a market cannot go on past a log.
enum class ProtocolErrc {
    undecodable = 1,  ///< the log does not fit its event's declaration
    contradiction,    ///< the log and the state before it cannot both be right
    unknown_version,  ///< the rules in force at that block are not known
};

/// The category that names these codes.
const std::error_category& protocol_category();

inline std::error_code make_error_code(ProtocolErrc code) {
    return {static_cast<int>(code), protocol_category()};
}

/// An Error that names block, log and transaction before `text`.
Error fail(ProtocolErrc code, const chain::Log& log, const std::string& text);

}  // namespace redink::protocols

template <>
struct std::is_error_code_enum<redink::protocols::ProtocolErrc> : std::true_type {};
