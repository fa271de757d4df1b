#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "indexer/chain/result.hpp"
#include "indexer/chain/types.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

class Connection;

/// How it is known that a block is finalized.
enum class FinalitySource : std::uint8_t {
    tag,   ///< the node says so
    depth  ///< it lies as deep below the head as the configuration asks for
};

/// What is finalized of a chain.
struct Finality {
    chain::BlockRef finalized;
    chain::BlockNumber head;  ///< newest block when this was told
    FinalitySource source = FinalitySource::tag;

    friend bool operator==(const Finality&, const Finality&) = default;
};

/// A branch of a chain that was replaced.
struct Reorg {
    chain::BlockRef fork;      ///< last block that both branches share
    chain::BlockRef old_head;  ///< above `fork`
    std::optional<chain::BlockRef> new_head;

    /// Number of blocks that were replaced.
    [[nodiscard]] std::uint64_t depth() const {
        return old_head.number - fork.number;
    }
};

/// What happened to a chain and its endpoints. Each call is one transaction. Database trouble
/// throws.
class ChainJournal {
  public:
    ChainJournal(Connection& connection, std::uint64_t chain_id)
        : connection_{connection}, chain_id_{chain_id} {
    }

    /// Notes what is finalized now. A lower block than the stored one is ignored: endpoints lag.
    /// Error (finality) when the stored finalized block has another hash.
    [[nodiscard]] Result<void> save_finality(const Finality& told);

    /// What is finalized; empty when nothing was told yet.
    [[nodiscard]] std::optional<Finality> load_finality();

    /// The newest finalized block that is, or was when it was told, a canonical block here: nothing
    /// at or below it may be taken back.
    [[nodiscard]] std::optional<chain::BlockNumber> load_held();

    /// Notes a reorganisation; MarketWriter::roll_back does it by itself.
    void save_reorg(const Reorg& reorg);

    /// Notes a lie or a contradiction; one that is known is counted. Passwords of URLs are cut out
    /// of `what`.
    void save_endpoint_fault(std::int32_t endpoint,
                             std::optional<chain::BlockNumber> block,
                             const std::string& what);

  private:
    Connection& connection_;
    std::uint64_t chain_id_;
};

/// Writes a reorganisation inside an open transaction.
void write_reorg(pqxx::transaction_base& txn, std::uint64_t chain_id, const Reorg& reorg);

/// The newest finalized block that is, or was when it was told, a canonical block here: nothing at
/// or below it may be taken back.
[[nodiscard]] std::optional<chain::BlockNumber> load_held_block(pqxx::transaction_base& txn,
                                                                std::uint64_t chain_id);

}  // namespace redink::store
