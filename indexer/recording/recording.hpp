#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "indexer/recording/block_reader.hpp"
#include "indexer/recording/log_index.hpp"
#include "indexer/recording/recorded_block.hpp"
#include "indexer/recording/recorded_calls.hpp"

namespace redink::recording {

/// How a recording is read.
struct LoadOptions {
    Check check = Check::verified;
    std::optional<std::uint64_t> chain_id;  ///< in place of the one in meta.json
};

/// Blocks that were mined on top of `parent` and replaced later.
struct Branch {
    chain::BlockNumber parent;
    std::vector<RecordedBlock> blocks;
};

/// A transaction's receipt by its block and its place there.
struct ReceiptPosition {
    const RecordedBlock* block = nullptr;
    std::size_t receipt = 0;
};

/// A recorded chain in memory: the text of its blocks, which is most of it, and indexes. Nothing
/// changes after loading, and nothing moves: pointers to blocks stay good.
class Recording {
  public:
    /// Reads files of lines {"block", "receipts"} in block order and of lines {"call", "block",
    /// "result"}, mixed or apart, gzip or plain; of a folder its chain.jsonl.gz and calls.jsonl.gz.
    /// The chain id is in the meta.json beside them. Throws std::runtime_error that names file,
    /// line and remedy, for blocks that do not hash or link too, unless told not to look.
    [[nodiscard]] static Recording load(const std::vector<std::string>& paths,
                                        const LoadOptions& options = {});

    /// Reads lines {"fork", "parent", "block", "receipts"}: branches that were replaced. Throws as
    /// load() does.
    void load_branches(const std::string& path, Check check = Check::verified);

    [[nodiscard]] std::uint64_t chain_id() const {
        return chain_id_;
    }

    /// The canonical blocks, in order, without a gap; at least one.
    [[nodiscard]] const std::vector<RecordedBlock>& blocks() const {
        return blocks_;
    }

    /// First and last canonical block.
    [[nodiscard]] chain::BlockRange range() const {
        return {blocks_.front().ref.number, blocks_.back().ref.number};
    }

    /// The canonical block of this number.
    [[nodiscard]] const RecordedBlock* find(chain::BlockNumber number) const;

    /// The canonical block of this hash.
    [[nodiscard]] const RecordedBlock* find(const chain::Hash32& hash) const;

    /// The receipt of a transaction in its canonical block.
    [[nodiscard]] std::optional<ReceiptPosition> find_receipt(const chain::Hash32& txn) const;

    /// Branches in ascending order of their parents.
    [[nodiscard]] const std::vector<Branch>& branches() const {
        return branches_;
    }

    /// Numbers of addresses and topics, and where in blocks() they occur.
    [[nodiscard]] const LogIndex& log_index() const {
        return index_;
    }

    [[nodiscard]] const RecordedCalls& calls() const {
        return calls_;
    }

  private:
    struct Place {
        std::uint32_t block = 0;
        std::uint32_t receipt = 0;
    };

    Recording() = default;
    void load_file(const std::string& path, BlockReader& reader, Check check);
    void append(RecordedBlock block);

    std::uint64_t chain_id_ = 0;
    std::vector<RecordedBlock> blocks_;
    std::vector<Branch> branches_;
    std::unordered_map<chain::Hash32, std::uint32_t> by_hash_;
    std::unordered_map<chain::Hash32, Place> by_txn_;
    LogIndex index_;
    RecordedCalls calls_;
};

}  // namespace redink::recording
