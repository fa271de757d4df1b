#pragma once

#include "accounting/money/u256.hpp"
#include "indexer/chain/bloom.hpp"
#include "indexer/chain/json_element.hpp"
#include "indexer/chain/result.hpp"
#include "indexer/chain/types.hpp"

namespace redink::chain {

/// The eight bytes of a proof-of-work nonce.
using HeaderNonce = FixedBytes<8, struct HeaderNonceTag>;

/// The header of an execution block, in the order in which it is hashed. What a fork added, and
/// what a chain may leave out, is optional.
struct Header {
    Hash32 hash;  ///< as the node claims it; not part of what is hashed
    Hash32 parent_hash;
    Hash32 ommers_hash;
    Address miner;
    Hash32 state_root;
    Hash32 transactions_root;
    Hash32 receipts_root;
    Bloom logs_bloom;
    U256 difficulty;
    BlockNumber number;
    std::uint64_t gas_limit = 0;
    std::uint64_t gas_used = 0;
    std::uint64_t timestamp = 0;  ///< seconds since 1970
    Bytes extra_data;
    std::optional<Hash32> mix_hash;
    std::optional<HeaderNonce> nonce;
    std::optional<std::uint64_t> aura_step;      ///< Gnosis before its merge: in place of mix_hash
    std::optional<Bytes> aura_signature;         ///< and this in place of nonce
    std::optional<U256> base_fee_per_gas;        ///< London, EIP-1559
    std::optional<Hash32> withdrawals_root;      ///< Shanghai, EIP-4895
    std::optional<std::uint64_t> blob_gas_used;  ///< Cancun, EIP-4844
    std::optional<std::uint64_t> excess_blob_gas;    ///< Cancun, EIP-4844
    std::optional<Hash32> parent_beacon_block_root;  ///< Cancun, EIP-4788
    std::optional<Hash32> requests_hash;             ///< Prague, EIP-7685
    std::optional<Hash32> block_access_list_hash;    ///< Amsterdam, EIP-7928
    std::optional<std::uint64_t> slot_number;        ///< Amsterdam, EIP-7843

    /// Number and claimed hash.
    [[nodiscard]] BlockRef ref() const {
        return {number, hash};
    }
};

/// Reads a block as eth_getBlockByNumber gives it; unknown members are ignored. Number, hash,
/// parent, time, bloom and receipts root must be there (they are null in a pending block); what
/// else is absent stays empty. Believes the claimed hash: see parse_verified_header.
[[nodiscard]] Result<Header> parse_header(JsonElement json);

/// Keccak of the header's RLP (Yellow Paper 4.4; EIPs at the members).
[[nodiscard]] Hash32 header_hash(const Header& header);

/// As parse_header, and fails with ChainErrc::bad_header unless the header hashes to its hash.
[[nodiscard]] Result<Header> parse_verified_header(JsonElement json);

}  // namespace redink::chain
