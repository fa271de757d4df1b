#include "app/verify/reconcile.hpp"

#include "app/bookkeeper/bookkeeper_state.hpp"
#include "app/chain/node_calls.hpp"
#include "indexer/chain/abi.hpp"
#include "indexer/store/book_input.hpp"
#include "indexer/store/ledger_rows.hpp"
#include "indexer/store/ledger_writer.hpp"

namespace redink::app {
namespace {

constexpr const char* kMend =
    "ask another node (--rpc); if it says the same, redink rebuild, and sync with a higher proof";

/// A question, and whose reserve it is about.
struct Asked {
    rows::Reserve reserve;
    protocols::Expectation expectation;
};

std::string place_of(const Asked& asked, chain::BlockNumber block) {
    return asked.expectation.what + " of reserve " + asked.reserve.reserve.hex() + ", block " +
           std::to_string(block.value());
}

std::vector<Asked> questions_at(const protocols::Protocol& protocol,
                                store::BookInput& input,
                                const ledger::BlockStamp& stamp) {
    const chain::BlockNumber block{stamp.number};
    const auto states = input.load_states(block);
    std::vector<Asked> all;
    for (const rows::Reserve& reserve : input.load_reserves()) {
        const auto state = states.find(reserve.id);
        if (state == states.end()) {
            continue;
        }
        const protocols::ReserveAt at{
            reserve, state->second.state, state->second.rules, block, stamp.time};
        for (protocols::Expectation& expectation : protocol.checkpoint(at)) {
            all.push_back({reserve, std::move(expectation)});
        }
    }
    return all;
}

BlockResult ask_node(const ChainConfig& chain,
                     const std::vector<Asked>& questions,
                     chain::BlockNumber block) {
    BlockCalls asked{block, std::nullopt, {}};
    for (const Asked& each : questions) {
        const protocols::Question& question = each.expectation.question;
        asked.calls.push_back({question.contract, question.calldata});
    }
    NodeCalls node{chain, {}};
    return std::move(node.ask({asked}).front());
}

/// Compares answers with what is expected, and keeps what differs.
class Comparison {
  public:
    Comparison(const std::vector<Asked>& questions, chain::BlockNumber block, Verification& into)
        : questions_{questions}, block_{block}, into_{into} {
    }

    void compare(const BlockAnswers& answers) {
        std::size_t unanswered = 0;
        for (std::size_t i = 0; i < questions_.size(); ++i) {
            const auto word =
                answers.results[i] ? chain::abi::word(*answers.results[i], 0) : std::nullopt;
            if (!word) {
                ++unanswered;
                continue;
            }
            const protocols::Expectation& expectation = questions_[i].expectation;
            if (*word != expectation.expected) {
                differs(questions_[i], *word);
            }
        }
        const std::string at = " at block " + std::to_string(block_.value());
        if (unanswered > 0) {
            into_.remarks.push_back("not reconciled: the node has no answer to " +
                                    std::to_string(unanswered) + " of " +
                                    std::to_string(questions_.size()) + " calls" + at);
        }
        into_.checked.push_back("reconciled with the node: " +
                                std::to_string(questions_.size() - unanswered) + " answers" + at);
    }

    [[nodiscard]] const std::vector<store::BalanceAssertion>& assertions() const {
        return assertions_;
    }

    [[nodiscard]] const std::string& first() const {
        return first_;
    }

  private:
    void differs(const Asked& asked, const U256& answer) {
        const std::string place = place_of(asked, block_);
        into_.discrepancies.push_back({"node",
                                       place,
                                       to_decimal(asked.expectation.expected),
                                       to_decimal(answer) + " by eth_call",
                                       kMend});
        if (first_.empty()) {
            first_ = "drift: " + place + " is " + to_decimal(asked.expectation.expected) +
                     " here and " + to_decimal(answer) + " on the node";
        }
        if (asked.expectation.account) {
            assertions_.push_back({entity_of(asked.reserve),
                                   *asked.expectation.account,
                                   block_,
                                   SignedUnits::plus(answer),
                                   0,
                                   "eth_call: " + asked.expectation.what});
        }
    }

    const std::vector<Asked>& questions_;
    chain::BlockNumber block_;
    Verification& into_;
    std::vector<store::BalanceAssertion> assertions_;
    std::string first_;
};

// A drift without an account of its own stops the books too.
void record(store::Connection& connection,
            const store::MarketRecord& market,
            const Comparison& comparison,
            Verification& into) {
    store::LedgerWriter writer{connection, market};
    const auto booked = writer.load_booked();
    if (!booked || comparison.first().empty()) {
        return;
    }
    for (const store::BalanceAssertion& assertion : comparison.assertions()) {
        if (assertion.block <= booked->number) {
            static_cast<void>(writer.assert_balance(assertion));
        }
    }
    writer.halt({booked->number, comparison.first()});
    into.remarks.push_back("recorded: the books of " + market.name + " stop at block " +
                           std::to_string(booked->number.value()) +
                           " until the drift is settled (redink report halts)");
}

}  // namespace

Result<void> reconcile(const store::MarketRecord& market,
                       const protocols::Protocol& protocol,
                       const ChainConfig& chain,
                       store::Connection& connection,
                       const ReconcileRequest& request,
                       Verification& into) {
    store::BookInput input{connection, market};
    const auto stamp = input.find_stamp(request.block);
    if (!stamp) {
        into.remarks.push_back("not reconciled: block " + std::to_string(request.block.value()) +
                               " is not stored");
        return {};
    }
    const std::vector<Asked> questions = questions_at(protocol, input, *stamp);
    const BlockResult answers = ask_node(chain, questions, request.block);
    if (!answers) {
        const Error& error = answers.error().error;
        const bool is_wrong = error.code == make_error_code(rpc::RpcErrc::wrong_chain);
        if (is_wrong || request.needs_node) {
            return error;
        }
        into.remarks.push_back("not reconciled: " + error.text);
        return {};
    }
    const std::string hash = store::hex_of(stamp->hash);
    if (answers.value().hash.hex() != hash) {
        into.discrepancies.push_back(
            {"node",
             "block " + std::to_string(request.block.value()),
             hash,
             answers.value().hash.hex() + " on the node",
             "ask another node (--rpc); if it says the same, this database "
             "is of another branch"});
        return {};
    }
    Comparison comparison{questions, request.block, into};
    comparison.compare(answers.value());
    if (request.keep == ReconcileRequest::Keep::drift) {
        record(connection, market, comparison, into);
    }
    return {};
}

}  // namespace redink::app
