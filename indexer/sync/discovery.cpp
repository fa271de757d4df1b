#include <algorithm>
#include <set>

#include "indexer/chain/abi.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/sync/bloom_trust.hpp"
#include "indexer/sync/errc.hpp"
#include "indexer/sync/log_fetcher.hpp"
#include "indexer/sync/market_sync.hpp"
#include "indexer/sync/range_facts.hpp"
#include "indexer/sync/range_fetcher.hpp"
#include "indexer/sync/range_planner.hpp"

namespace redink::sync {
namespace {

// A discovery scan asks for rare events and no headers: ranges as long as providers take.
constexpr std::uint64_t kLongestScan = 10'000;

std::vector<chain::Address> leading_contracts(const protocols::Market& market,
                                              const std::set<chain::Address>& known) {
    std::vector<chain::Address> leading;
    for (const rows::Contract& contract : market.contracts()) {
        if (market.leads_on(contract) && !known.contains(contract.address)) {
            leading.push_back(contract.address);
        }
    }
    return leading;
}

// A token's symbol: a string, or 32 bytes as early tokens have it (MKR).
std::optional<std::string> symbol_of(chain::ByteView answer) {
    auto text = chain::abi::string_at(answer, 0);
    if (!text && answer.size() == 32) {
        text = std::string{answer.begin(), std::find(answer.begin(), answer.end(), 0)};
    }
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
    constexpr std::size_t kLongestSymbol = 32;
    if (!text || text->empty() || text->size() > kLongestSymbol ||
        !std::all_of(text->begin(), text->end(), is_plain)) {
        return std::nullopt;
    }
    return text;
}

}  // namespace

Task<Result<void>> MarketSync::discover(chain::BlockNumber last) {
    auto opened = open_market();
    if (!opened) {
        co_return opened.error();
    }
    protocols::Market& market = *opened.value();
    const chain::BlockNumber first = setup_.spec.from_block;
    // What was scanned to the cursor goes on from there; what is new is scanned from the start.
    std::set<chain::Address> scanned;
    if (cursor_) {
        for (const rows::Contract& contract : registry_.load_contracts(setup_.market.id)) {
            scanned.insert(contract.address);
        }
        std::vector<chain::Address> known = leading_contracts(market, {});
        const chain::BlockRange rest{cursor_->number + 1, last};
        if (auto done = co_await scan(market, std::move(known), rest); !done) {
            co_return done;
        }
    }
    for (;;) {
        std::vector<chain::Address> fresh = leading_contracts(market, scanned);
        if (fresh.empty()) {
            const std::size_t before = market.contracts().size();
            if (!market.discovery_question()) {
                break;
            }
            if (auto asked = co_await ask_provider(market, last); !asked) {
                co_return asked;
            }
            if (market.contracts().size() == before) {
                break;
            }
            continue;
        }
        scanned.insert(fresh.begin(), fresh.end());
        if (auto done = co_await scan(market, std::move(fresh), {first, last}); !done) {
            co_return done;
        }
        if (is_stopped()) {
            co_return Result<void>{};
        }
    }
    if (auto learned = co_await learn_versions(market); !learned) {
        co_return learned;
    }
    registry_.save_contracts(setup_.market.id, market.contracts());
    if (auto learned = co_await learn_tokens(market); !learned) {
        co_return learned;
    }
    add_new_contracts(market);
    if (auto filled = co_await backfill(); !filled) {
        co_return filled;
    }
    const auto stored = registry_.find_market(setup_.market.name);
    if (is_stopped()) {
        co_return Result<void>{};
    }
    discovered_to_ = last;
    if (!cursor_ || stored->adapter_version == setup_.protocol->adapter_version()) {
        co_return Result<void>{};
    }
    co_return derive_again();
}

Task<Result<void>> MarketSync::scan(protocols::Market& market,
                                    std::vector<chain::Address> contracts,
                                    chain::BlockRange range) {
    if (contracts.empty() || range.first > range.last) {
        co_return Result<void>{};
    }
    const LogFilter filter = LogFilter::discovery(std::move(contracts), setup_.protocol->events());
    for (chain::BlockNumber at = range.first; at <= range.last && !is_stopped();) {
        const std::uint64_t cap = reader_.pool().log_range_blocks().value_or(kLongestScan);
        const std::uint64_t size = std::min(cap, kLongestScan);
        const chain::BlockRange part{at, std::min(range.last, at + (size - 1))};
        rpc::LogFilter wanted{part, filter.addresses(), {filter.topics()}};
        Asking asking;
        const auto fetched = co_await fetch_split_logs(reader_, std::move(wanted), asking);
        if (!fetched) {
            co_return fetched.error();
        }
        // A block too large for eth_getLogs is left to the proved fetch, which reads receipts.
        for (const chain::Log& log : fetched.value().logs) {
            if (filter.wants(log)) {
                market.discover(log);
            }
        }
        report("discover", part.last.value(), 0);
        at = part.last + 1;
    }
    co_return Result<void>{};
}

Task<Result<void>> MarketSync::ask_provider(protocols::Market& market, chain::BlockNumber last) {
    const protocols::Question question = *market.discovery_question();
    auto answer = co_await reader_.fetch_call(question.contract, question.calldata, last);
    if (!answer) {
        answer = co_await reader_.fetch_call(
            question.contract, question.calldata, rpc::BlockTag::latest);
    }
    const bool learned = answer && market.learn(answer.value().value);
    if (!learned && target_.chosen) {
        // Up to that block there may be nothing yet.
        co_return Result<void>{};
    }
    if (!learned) {
        co_return fail(SyncErrc::configuration,
                       question.contract.hex() +
                           " emitted none of the events that lead to the market's contracts up "
                           "to block " +
                           std::to_string(last.value()) +
                           " and does not name its addresses provider" +
                           (answer ? "" : " (" + answer.error().text + ")") +
                           "; check address and from_block, or list the reserves in "
                           "[[market.reserve]]");
    }
    co_return Result<void>{};
}

Task<Result<void>> MarketSync::learn_versions(protocols::Market& market) {
    const std::vector<protocols::Question> questions = market.version_questions();
    std::set<chain::BlockNumber> known;
    for (const store::VersionFact& fact : registry_.load_versions(setup_.market.id)) {
        known.insert(fact.block);
    }
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const protocols::Question& question = questions[i];
        if (known.contains(*question.block)) {
            continue;
        }
        const auto version = co_await ask_version(market, question, i + 1 == questions.size());
        if (!version) {
            co_return version.error();
        }
        registry_.save_version(setup_.market.id,
                               {*question.block, version.value().value},
                               endpoint_row(version.value().endpoint));
    }
    co_return Result<void>{};
}

// The answer at the block itself, which needs its state; for the rules that hold to this day the
// target's and the newest state tell the same.
Task<Result<From<std::string>>> MarketSync::ask_version(const protocols::Market& market,
                                                        const protocols::Question& question,
                                                        bool is_last) {
    std::vector<rpc::BlockId> blocks{*question.block};
    if (is_last) {
        blocks.emplace_back(target_.block.number);
        blocks.emplace_back(rpc::BlockTag::latest);
    }
    std::string refusal;
    for (const rpc::BlockId& block : blocks) {
        const auto answer =
            co_await reader_.fetch_call(question.contract, question.calldata, block);
        if (!answer) {
            refusal = answer.error().text;
            continue;
        }
        if (const auto version = market.read_version(answer.value().value)) {
            co_return From<std::string>{*version, answer.value().endpoint};
        }
        refusal = "the answer is not a version this program knows";
    }
    co_return fail(SyncErrc::configuration,
                   "the version in force from block " + std::to_string(question.block->value()) +
                       " cannot be told (" + refusal +
                       "); set version = \"3.x\" in its [[market]], or use an archive endpoint");
}

Task<Result<void>> MarketSync::learn_tokens(const protocols::Market& market) {
    std::set<chain::Address> wanted;
    for (const rows::Contract& contract : market.contracts()) {
        if (contract.role == "supply token") {
            wanted.insert(contract.subject);
        }
    }
    for (const store::TokenRecord& token : registry_.load_tokens(setup_.market.chain_id)) {
        wanted.erase(token.address);
    }
    std::vector<rpc::ContractCall> calls;
    for (const chain::Address& token : wanted) {
        calls.push_back({token, chain::abi::encode_call("symbol()")});
    }
    const auto symbols = co_await reader_.fetch_calls(std::move(calls), rpc::BlockTag::latest);
    if (!symbols) {
        // A node without that state is asked again next time; the symbol is only for reading.
        co_return Result<void>{};
    }
    auto symbol = symbols.value().begin();
    for (const chain::Address& token : wanted) {
        const auto text = *symbol ? symbol_of(**symbol) : std::nullopt;
        ++symbol;
        if (text) {
            registry_.save_token(setup_.market.chain_id, {token, text, std::nullopt});
        }
    }
    co_return Result<void>{};
}

// Contracts that no source covers yet become a source.
void MarketSync::add_new_contracts(const protocols::Market& market) {
    std::set<chain::Address> covered;
    for (const store::SourceRecord& source : registry_.load_sources(setup_.market.id)) {
        covered.insert(source.addresses.begin(), source.addresses.end());
    }
    std::vector<chain::Address> fresh;
    for (const rows::Contract& contract : market.contracts()) {
        if (!covered.contains(contract.address)) {
            fresh.push_back(contract.address);
        }
    }
    if (!fresh.empty()) {
        writer_.add_source(fresh);
    }
}

// What a source lacks below the cursor is fetched now, range by range; a killed process goes on
// where it was.
Task<Result<void>> MarketSync::backfill() {
    if (!cursor_) {
        co_return Result<void>{};
    }
    for (const store::SourceRecord& source : registry_.load_sources(setup_.market.id)) {
        const auto covered = writer_.load_covered(source.id);
        const chain::BlockNumber first = covered ? *covered + 1 : setup_.spec.from_block;
        const LogFilter filter{source.addresses, setup_.protocol->events()};
        const chain::BlockRange rest{first, cursor_->number};
        const BloomTrust trust = bloom_trust_of(setup_.market.chain_id, rest);
        RangeFetcher fetcher{
            reader_, filter, trust, [this](const EndpointLie& lie) { note_lie(lie); }};
        RangePlanner planner{rest, setup_.level, target_.finalized};
        while (const auto plan = planner.next()) {
            if (is_stopped()) {
                co_return Result<void>{};
            }
            auto fetched = co_await fetcher.fetch(*plan);
            if (!fetched) {
                co_return fetched.error();
            }
            planner.learn(yield_of(fetched.value()));
            store::RangeFacts facts = to_facts(fetched.value());
            facts.sources = {source.id};
            facts.endpoint = endpoint_row(fetched.value().endpoint);
            try {
                writer_.commit_backfill(facts);
            } catch (const store::StoreError& failure) {
                if (failure.code() != store::StoreErrc::reorganised) {
                    throw;
                }
                co_return fail(SyncErrc::moved, failure.what());
            }
            report("backfill", plan->range.last.value(), 0);
        }
    }
    co_return Result<void>{};
}

}  // namespace redink::sync
