#include "app/prices/node_prices.hpp"

#include <algorithm>

#include "indexer/chain/abi.hpp"
#include "indexer/chain/multicall.hpp"

namespace redink::app {
namespace {

namespace multicall = chain::multicall;

// Assets in one call by Multicall3: a price costs up to some 200,000 gas, and nodes allow a call
// 25 to 50 million.
constexpr std::size_t kAssetsAtOnce = 100;

// Blocks between two savings of what was told.
constexpr std::size_t kBlocksAtOnce = 64;

chain::Hash32 to_hash(const Digest& digest) {
    return chain::Hash32{std::span<const std::uint8_t, chain::Hash32::kSize>{digest.bytes}};
}

// The price in an answer of the oracle: zero is none.
std::optional<U256> price_of(const U256& answer) {
    return answer.is_zero() ? std::nullopt : std::optional{answer};
}

}  // namespace

NodePrices::NodePrices(store::Connection& connection,
                       const store::MarketRecord& market,
                       const protocols::Protocol& protocol,
                       NodeCalls& node)
    : connection_{connection},
      market_{market},
      protocol_{protocol},
      node_{node},
      answers_{connection, market} {
}

void NodePrices::fetch(std::span<const ledger::BlockStamp> blocks) {
    out_of_reach_.reset();
    for (std::size_t at = 0; at < blocks.size() && !out_of_reach_; at += kBlocksAtOnce) {
        std::vector<Open> open;
        for (const ledger::BlockStamp& stamp :
             blocks.subspan(at, std::min(kBlocksAtOnce, blocks.size() - at))) {
            const chain::BlockRef block{chain::BlockNumber{stamp.number}, to_hash(stamp.hash)};
            auto questions = answers_.load_unasked(block.number);
            if (!questions.empty()) {
                open.push_back({block, std::move(questions)});
            }
        }
        ask_together(open);
        ask_singly(open);
        save();
    }
    if (out_of_reach_) {
        throw PricesOutOfReach{*out_of_reach_};
    }
}

// What one call answers well is settled; all else is asked singly, so that a call that ran out of
// gas among many, or a contract that is no Multicall3, is never taken for a missing price.
void NodePrices::ask_together(std::vector<Open>& open) {
    std::vector<Open> asked;
    std::vector<BlockCalls> calls;
    for (Open& each : open) {
        const bool has_none = without_multicall_ && each.block.number <= *without_multicall_;
        if (has_none || each.questions.size() == 1) {
            continue;
        }
        BlockCalls block{each.block.number, each.block.hash, {}};
        for (std::size_t at = 0; at < each.questions.size(); at += kAssetsAtOnce) {
            const std::size_t end = std::min(each.questions.size(), at + kAssetsAtOnce);
            std::vector<multicall::Call> many;
            for (std::size_t i = at; i < end; ++i) {
                const auto& [oracle, asset] = each.questions[i];
                protocols::Question question = protocol_.price_question(oracle, asset);
                many.push_back({question.contract, std::move(question.calldata)});
            }
            block.calls.push_back({multicall::address(), multicall::encode(many)});
        }
        asked.push_back(each);
        calls.push_back(std::move(block));
    }
    const std::vector<BlockResult> results = ask(asked, calls);
    for (std::size_t i = 0; i < results.size(); ++i) {
        const auto same = std::ranges::find_if(
            open, [&](const Open& each) { return each.block == asked[i].block; });
        if (results[i]) {
            take_together(*same, results[i].value());
        } else {
            same->questions.clear();
        }
    }
}

void NodePrices::ask_singly(std::vector<Open>& open) {
    std::vector<Open> asked;
    std::vector<BlockCalls> calls;
    for (Open& each : open) {
        if (each.questions.empty()) {
            continue;
        }
        BlockCalls block{each.block.number, each.block.hash, {}};
        for (const auto& [oracle, asset] : each.questions) {
            protocols::Question question = protocol_.price_question(oracle, asset);
            block.calls.push_back({question.contract, std::move(question.calldata)});
        }
        asked.push_back(std::move(each));
        calls.push_back(std::move(block));
    }
    const std::vector<BlockResult> results = ask(asked, calls);
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i]) {
            take_singly(asked[i], results[i].value());
        }
    }
}

// Notes why a block was not answered.
std::vector<BlockResult> NodePrices::ask(const std::vector<Open>& open,
                                         const std::vector<BlockCalls>& calls) {
    std::vector<BlockResult> results = node_.ask(calls);
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i]) {
            continue;
        }
        const NoAnswer& none = results[i].error();
        if (none.until == NoAnswer::Until::now) {
            out_of_reach_ = out_of_reach_.value_or("prices at block " +
                                                   std::to_string(open[i].block.number.value()) +
                                                   " cannot be asked for now: " + none.error.text);
            continue;
        }
        refusals_.blocks.insert(open[i].block.number.value());
        for (const store::OracleQuestion& question : open[i].questions) {
            refusals_.assets.insert(question.asset);
        }
        if (refusals_.reason.empty()) {
            refusals_.reason = none.error.text;
        }
    }
    return results;
}

void NodePrices::take_together(Open& open, const BlockAnswers& answers) {
    std::vector<store::OracleQuestion> left;
    std::size_t first = 0;
    for (const auto& result : answers.results) {
        const std::size_t count = std::min(kAssetsAtOnce, open.questions.size() - first);
        const auto outcomes = result ? multicall::decode(*result, count) : std::nullopt;
        if (result && result->empty()) {
            without_multicall_ =
                std::max(without_multicall_.value_or(open.block.number), open.block.number);
        }
        for (std::size_t i = 0; i < count; ++i) {
            const store::OracleQuestion& question = open.questions[first + i];
            const bool is_good = outcomes && (*outcomes)[i].succeeded;
            const auto word = is_good ? chain::abi::word((*outcomes)[i].data, 0) : std::nullopt;
            if (word) {
                keep(open, question, price_of(*word), answers.endpoint);
            } else {
                left.push_back(question);
            }
        }
        first += count;
    }
    open.questions = std::move(left);
}

void NodePrices::take_singly(const Open& open, const BlockAnswers& answers) {
    for (std::size_t i = 0; i < open.questions.size(); ++i) {
        const std::optional<chain::Bytes>& result = answers.results[i];
        const auto word = result ? chain::abi::word(*result, 0) : std::nullopt;
        if (result && !result->empty() && !word) {
            refusals_.blocks.insert(open.block.number.value());
            refusals_.assets.insert(open.questions[i].asset);
            if (refusals_.reason.empty()) {
                refusals_.reason = "endpoint " + answers.endpoint + " gave " +
                                   std::to_string(result->size()) + " bytes for a price";
            }
            continue;
        }
        keep(open, open.questions[i], word ? price_of(*word) : std::nullopt, answers.endpoint);
    }
}

void NodePrices::keep(const Open& open,
                      const store::OracleQuestion& question,
                      const std::optional<U256>& price,
                      const std::string& endpoint) {
    auto known = endpoints_.find(endpoint);
    if (known == endpoints_.end()) {
        store::MarketRegistry registry{connection_};
        const std::int32_t id = registry.register_endpoint(market_.chain_id, endpoint);
        known = endpoints_.emplace(endpoint, id).first;
    }
    told_.push_back({question, open.block, price, known->second});
}

void NodePrices::save() {
    if (!told_.empty()) {
        answers_.save(told_);
        told_.clear();
    }
}

std::optional<std::string> NodePrices::take_refusal() {
    if (refusals_.blocks.empty()) {
        return std::nullopt;
    }
    const Refusals refused = std::exchange(refusals_, {});
    const std::uint64_t first = *refused.blocks.begin();
    const std::uint64_t last = *refused.blocks.rbegin();
    return "no price of " + std::to_string(refused.assets.size()) + " assets at " +
           std::to_string(refused.blocks.size()) + " valuations (block " + std::to_string(first) +
           (first == last ? "" : " to " + std::to_string(last)) +
           "), whose debtors stay as valued before: " + refused.reason;
}

}  // namespace redink::app
