#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "indexer/chain/json_element.hpp"
#include "indexer/chain/types.hpp"

namespace redink::recording {

/// What a contract is asked at a block.
struct Call {
    chain::BlockNumber block;
    chain::Address to;
    chain::Bytes data;
};

/// What the node answered: the JSON of the result, or that of its error object (a revert).
struct CallOutcome {
    bool failed = false;
    std::string json;
};

/// The eth_call answers of a recording.
class RecordedCalls {
  public:
    /// Takes {"call": {"to", "data"}, "block", "result"}, or "error" in place of "result". The text
    /// tells what is wrong with it; empty when nothing is.
    [[nodiscard]] std::string add(chain::JsonElement line);

    /// The answer that was recorded for exactly this call.
    [[nodiscard]] const CallOutcome* find(const Call& call) const;

    [[nodiscard]] std::size_t size() const {
        return outcomes_.size();
    }

  private:
    std::unordered_map<std::string, CallOutcome> outcomes_;
};

}  // namespace redink::recording
