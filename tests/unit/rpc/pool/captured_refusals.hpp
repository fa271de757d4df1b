#pragma once

#include <string>
#include <vector>

#include "indexer/rpc/pool/refusals.hpp"

namespace redink::rpc::test {

/// A refusal as a provider sent it, and how it must be read.
struct Captured {
    std::string line;         ///< of the file, for a person
    CallError error;          ///< as the client hands it over
    RefusalReading expected;  ///< without the provider
};

/// Texts captured from providers of eth_getLogs and eth_call (tests/data/rpc/refusals.jsonl).
[[nodiscard]] std::vector<Captured> load_captured();

}  // namespace redink::rpc::test
