#pragma once

#include <memory>

#include "app/node/chain_view.hpp"
#include "app/node/faults.hpp"
#include "app/node/feed.hpp"
#include "app/node/params.hpp"

namespace redink::node {

class Subscriptions;

/// How a node presents itself; limits as providers have them, empty means none.
struct NodeTraits {
    std::optional<std::uint64_t> max_range;  ///< blocks of one eth_getLogs
    std::optional<std::uint64_t> max_logs;   ///< logs in one answer
    std::string client_version = "redink";   ///< of web3_clientVersion
};

/// Most requests in one batch, as in geth.
constexpr std::size_t kMaxBatch = 1000;

/// Longest result. Larger ones are an error, so that one request cannot take all memory.
constexpr std::size_t kMaxResultBytes = std::size_t{256} << 20;

/// The JSON-RPC methods of a node over what a ChainView shows: texts in, texts out. View and faults
/// must outlive it. `redink_advance [n]` takes n steps of the view and gives the new head.
class Methods {
  public:
    Methods(ChainView& view, Faults& faults, NodeTraits traits = {});
    ~Methods();
    Methods(const Methods&) = delete;
    Methods& operator=(const Methods&) = delete;

    /// The answer to a request or a batch; empty when nothing is to be answered (notifications).
    /// `socket` has the subscriptions of the one who asks; null where there can be none.
    [[nodiscard]] std::string answer(std::string_view request, Subscriptions* socket = nullptr);

    /// Moves the head, and tells who listens.
    [[nodiscard]] Feed& feed() {
        return feed_;
    }

    [[nodiscard]] const ChainView& view() const {
        return view_;
    }

  private:
    using Text = std::string;
    using Method = Answer<void> (Methods::*)(const Params&, Text&);

    struct Entry {
        std::string_view name;
        Method run;
    };
    struct Parser;

    static const std::vector<Entry>& table();
    void answer_one(const chain::JsonElement& request, Text& out);
    void answer_batch(const chain::JsonElement& batch, Text& out);
    Answer<void> run(const chain::JsonElement& request, Text& out);

    Answer<void> chain_id(const Params& params, Text& out);
    Answer<void> net_version(const Params& params, Text& out);
    Answer<void> client_version(const Params& params, Text& out);
    Answer<void> syncing(const Params& params, Text& out);
    Answer<void> block_number(const Params& params, Text& out);
    Answer<void> block_by_number(const Params& params, Text& out);
    Answer<void> block_by_hash(const Params& params, Text& out);
    Answer<void> block_receipts(const Params& params, Text& out);
    Answer<void> txn_receipt(const Params& params, Text& out);
    Answer<void> txn_by_hash(const Params& params, Text& out);
    Answer<void> logs(const Params& params, Text& out);
    Answer<void> call(const Params& params, Text& out);
    Answer<void> advance(const Params& params, Text& out);
    Answer<void> subscribe(const Params& params, Text& out);
    Answer<void> unsubscribe(const Params& params, Text& out);

    /// The block, or null where a node knows none; an error below the recording.
    [[nodiscard]] Answer<const recording::RecordedBlock*> find(const BlockSelector& block) const;
    [[nodiscard]] Answer<chain::BlockRange> log_range(const LogQuery& query) const;
    void write_block(const recording::RecordedBlock* block, bool full, Text& out);

    ChainView& view_;
    Faults& faults_;
    NodeTraits traits_;
    std::unique_ptr<Parser> parser_;
    Feed feed_;
    Subscriptions* socket_ = nullptr;
};

}  // namespace redink::node
