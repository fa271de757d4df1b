#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/chain/types.hpp"

namespace redink::recording {

/// A piece of the text of a recorded block.
struct Slice {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
};

/// One log: where its text is, and its address and topics as LogIndex numbers them.
struct RecordedLog {
    Slice text;
    std::uint32_t address = 0;
    std::array<std::uint32_t, 4> topics{};
    std::uint8_t topic_count = 0;
};

/// One receipt: where its text is, and the transaction that it is of.
struct RecordedReceipt {
    chain::Hash32 txn_hash;
    Slice text;
};

/// One line of a recording: the JSON text of a block and its receipts as the node gave them, and
/// what is needed to find a piece of it.
struct RecordedBlock {
    chain::BlockRef ref;
    chain::Hash32 parent_hash;
    std::string text;
    Slice block;
    Slice all_receipts;
    std::vector<RecordedReceipt> receipts;
    std::vector<RecordedLog> logs;

    [[nodiscard]] std::string_view slice(Slice piece) const {
        return std::string_view{text}.substr(piece.at, piece.size);
    }

    /// The answer of eth_getBlockByNumber.
    [[nodiscard]] std::string_view block_json() const {
        return slice(block);
    }

    /// The answer of eth_getBlockReceipts.
    [[nodiscard]] std::string_view receipts_json() const {
        return slice(all_receipts);
    }
};

}  // namespace redink::recording
