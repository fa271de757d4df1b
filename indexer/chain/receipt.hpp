#pragma once

#include "indexer/chain/bloom.hpp"
#include "indexer/chain/header.hpp"
#include "indexer/chain/log.hpp"

namespace redink::chain {

/// What a transaction left behind, as eth_getBlockReceipts gives it.
struct Receipt {
    BlockRef block;
    Hash32 txn_hash;
    std::uint32_t txn_index = 0;
    std::uint8_t type = 0;             ///< EIP-2718; 0 is legacy
    std::optional<bool> succeeded;     ///< since Byzantium (EIP-658)
    std::optional<Hash32> state_root;  ///< before Byzantium
    std::uint64_t cumulative_gas_used = 0;
    std::optional<std::uint64_t> deposit_nonce;            ///< OP Stack deposits (type 0x7e)
    std::optional<std::uint64_t> deposit_receipt_version;  ///< OP Stack since Canyon
    std::vector<Log> logs;
};

/// Reads all receipts of one block, in their order. Fails when a receipt is not at its transaction
/// index or holds a log of another transaction or block.
[[nodiscard]] Result<std::vector<Receipt>> parse_receipts(JsonElement json);

/// The bloom of these logs (Yellow Paper 4.4.1). The one that a node sends is never believed.
[[nodiscard]] Bloom logs_bloom(std::span<const Log> logs);

/// What the receipts root commits to: RLP, behind its type when it has one (EIP-2718). Deposits
/// carry nonce and version only since Canyon (OP Stack specification, deposits).
[[nodiscard]] Bytes encode_receipt(const Receipt& receipt);

/// Root of the trie of these receipts. Only the logs' addresses, topics, data and order, and each
/// receipt's outcome, gas and type are in it: hashes and indices are not.
[[nodiscard]] Hash32 receipts_root(const std::vector<Receipt>& receipts);

/// True for the receipt that Bor adds for Polygon's state sync: its hash is derived from the block,
/// and it is in neither root (keccak("matic-bor-receipt-" ++ number ++ block hash)). Its logs
/// cannot be proven by the receipts root.
[[nodiscard]] bool is_bor_state_sync(const Receipt& receipt);

/// Fails with ChainErrc::bad_receipts unless these are all receipts of `header`'s block: of that
/// block, their logs numbered 0, 1, 2 ... through the block, hashing to its receipts root.
[[nodiscard]] Result<void> verify_receipts(const std::vector<Receipt>& receipts,
                                           const Header& header);

}  // namespace redink::chain
