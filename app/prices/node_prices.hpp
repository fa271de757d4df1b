#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/bookkeeper/price_fetch.hpp"
#include "app/chain/node_calls.hpp"
#include "indexer/protocols/protocol.hpp"
#include "indexer/store/market_registry.hpp"
#include "indexer/store/oracle_answers.hpp"

namespace redink::app {

/// Prices of a market's assets as its oracle tells them to eth_call, for blocks that are valued and
/// where no event told them: asked once, in one call by Multicall3 where the chain has it, and kept
/// for ever. A revert or an answer of 0 is kept as "no price"; what nobody answered is not kept.
class NodePrices {
  public:
    /// Everything given outlives this; `connection` and `node` are used only while fetching.
    NodePrices(store::Connection& connection,
               const store::MarketRecord& market,
               const protocols::Protocol& protocol,
               NodeCalls& node);

    /// For Bookkeeper::fetch_prices. Throws PricesOutOfReach when endpoints fail or lag, after
    /// what was answered is kept. What every endpoint refuses, as they do without the state of an
    /// old block, is left unpriced, see take_refusal(). Database trouble throws.
    void fetch(std::span<const ledger::BlockStamp> blocks);

    /// A sentence about what was refused since this was asked last; empty when nothing was.
    [[nodiscard]] std::optional<std::string> take_refusal();

  private:
    /// A block with what is left to ask.
    struct Open {
        chain::BlockRef block;
        std::vector<store::OracleQuestion> questions;
    };

    struct Refusals {
        std::set<std::uint64_t> blocks;
        std::set<chain::Address> assets;
        std::string reason;  ///< the first
    };

    void ask_together(std::vector<Open>& open);
    void ask_singly(std::vector<Open>& open);
    [[nodiscard]] std::vector<BlockResult> ask(const std::vector<Open>& open,
                                               const std::vector<BlockCalls>& calls);
    void take_together(Open& open, const BlockAnswers& answers);
    void take_singly(const Open& open, const BlockAnswers& answers);
    void keep(const Open& open,
              const store::OracleQuestion& question,
              const std::optional<U256>& price,
              const std::string& endpoint);
    void save();

    store::Connection& connection_;
    store::MarketRecord market_;
    const protocols::Protocol& protocol_;
    NodeCalls& node_;
    store::OracleAnswers answers_;
    std::vector<store::OracleAnswer> told_;  ///< not saved yet
    std::map<std::string, std::int32_t> endpoints_;
    std::optional<chain::BlockNumber> without_multicall_;  ///< up to here the chain has none
    std::optional<std::string> out_of_reach_;
    Refusals refusals_;
};

}  // namespace redink::app
