#pragma once

#include <memory>

#include "indexer/chain/json_element.hpp"
#include "indexer/chain/result.hpp"
#include "indexer/recording/log_index.hpp"

namespace redink::recording {

/// Whether blocks must hash to their hashes and link to their parents.
enum class Check { verified, unverified };

/// Turns lines of a recording into blocks. Its parsers are used again for every line.
class BlockReader {
  public:
    explicit BlockReader(Check check);
    ~BlockReader();
    BlockReader(const BlockReader&) = delete;
    BlockReader& operator=(const BlockReader&) = delete;

    /// Parses a line; what it returns lives until the next call.
    [[nodiscard]] Result<chain::JsonElement> parse(const std::string& line);

    /// The block of the line that was parsed last; numbers its logs by `index`.
    [[nodiscard]] Result<RecordedBlock> block(LogIndex& index);

  private:
    struct Parsers;

    std::unique_ptr<Parsers> parsers_;
    Check check_;
};

}  // namespace redink::recording
