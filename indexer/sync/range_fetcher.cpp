#include "indexer/sync/range_fetcher.hpp"

#include <algorithm>

#include "indexer/sync/errc.hpp"
#include "indexer/sync/log_fetcher.hpp"

namespace redink::sync {
namespace {

bool is_lie(const Error& error) {
    return error.code == make_error_code(SyncErrc::lie);
}

Error with_name(const Error& lie, const std::string& endpoint) {
    const bool named = lie.text.find(endpoint) != std::string::npos;
    return {lie.code, (named ? "" : "endpoint " + endpoint + ": ") + lie.text};
}

std::vector<chain::BlockNumber> blocks_with_logs(const std::vector<chain::Log>& logs) {
    std::vector<chain::BlockNumber> blocks;
    for (const chain::Log& log : logs) {
        blocks.push_back(log.block);
    }
    std::sort(blocks.begin(), blocks.end());
    blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
    return blocks;
}

}  // namespace

Task<Result<ProvedRange>> RangeFetcher::fetch(PlannedRange plan) {
    std::vector<rpc::EndpointId> liars;
    std::optional<Error> lie;
    for (;;) {
        Asking asking;
        asking.avoid = liars;
        asking.prefer = plan.headers == HeaderScope::all ? preferred_ : std::nullopt;
        auto fetched = co_await fetch_once(plan, asking);
        if (!fetched && is_lie(fetched.error()) && !asking.suspects.empty()) {
            Asking alone;
            alone.avoid = liars;
            alone.only = asking.suspects.front();
            fetched = co_await fetch_once(plan, alone);
            asking.suspects = alone.suspects;
        }
        if (fetched) {
            co_return fetched;
        }
        if (!is_lie(fetched.error()) || asking.suspects.empty()) {
            // After a lie, what others cannot do says less than what the liar did.
            co_return lie ? *lie : fetched.error();
        }
        const rpc::EndpointId liar = asking.suspects.front();
        lie = with_name(fetched.error(), reader_.pool().name(liar));
        liars.push_back(liar);
        if (auto others = blame(asking, plan.range, *lie); !others) {
            co_return others.error();
        }
    }
}

// Marks the first suspect. An error when nobody is left to ask.
Result<void> RangeFetcher::blame(Asking& asking, chain::BlockRange range, const Error& lie) {
    rpc::EndpointPool& pool = reader_.pool();
    const rpc::EndpointId liar = asking.suspects.front();
    const Error error = with_name(lie, pool.name(liar));
    const bool alone = pool.usable(rpc::Service::logs).size() <= 1;
    if (on_lie_) {
        on_lie_({liar, range, error.text});
    }
    if (alone) {
        return error;
    }
    pool.mark_lied(liar, error.text);
    return {};
}

Task<Result<ProvedRange>> RangeFetcher::fetch_once(PlannedRange plan, Asking& asking) {
    ProvedRange out;
    out.answer.range = plan.range;
    out.level = plan.level;
    if (auto fetched = co_await fetch_logs(out, asking); !fetched) {
        co_return fetched.error();
    }
    asking.prefer = out.endpoint;
    asking.suspects = {out.endpoint};
    if (auto fetched = co_await fetch_headers(out, plan.headers, asking); !fetched) {
        co_return fetched.error();
    }
    if (auto checked = check_range(out.answer, filter_, std::nullopt, trust_); !checked) {
        co_return checked.error();
    }
    const bool by_second = plan.level == ProofLevel::second_source;
    const ProofLevel by_receipts = by_second ? ProofLevel::headers : plan.level;
    auto blocks = blocks_to_settle(out.answer, filter_, by_receipts, trust_);
    std::erase_if(blocks, [&out](chain::BlockNumber block) { return out.settled.contains(block); });
    auto settled = co_await settle(out, std::move(blocks), asking);
    const bool nobody = !settled && settled.error().code == make_error_code(SyncErrc::no_receipts);
    if (by_second || (nobody && reader_.pool().usable(rpc::Service::logs).size() > 1)) {
        if (!settled && !nobody) {
            co_return settled.error();
        }
        out.level = ProofLevel::second_source;
        const bool has_receipts = settled.has_value();
        settled = co_await compare_second(out, asking);
        const bool alone = !settled && settled.error().code == make_error_code(SyncErrc::unproven);
        if (alone && has_receipts) {
            // Receipts prove more than the second endpoint that is not there.
            const Result<void> why = settled;
            auto rest = blocks_to_settle(out.answer, filter_, ProofLevel::receipts, trust_);
            settled = co_await settle(out, std::move(rest), asking);
            const bool none =
                !settled && settled.error().code == make_error_code(SyncErrc::no_receipts);
            settled = none ? why : settled;
            out.level = ProofLevel::receipts;
        }
    }
    if (!settled) {
        co_return settled.error();
    }
    co_return out;
}

Task<Result<void>> RangeFetcher::fetch_logs(ProvedRange& out, Asking& asking) {
    rpc::LogFilter wanted{out.answer.range, filter_.addresses(), {filter_.topics()}};
    auto fetched = co_await fetch_split_logs(reader_, std::move(wanted), asking);
    if (!fetched) {
        co_return fetched.error();
    }
    out.answer.logs = std::move(fetched.value().logs);
    out.answer.headers = std::move(fetched.value().headers);
    out.endpoint = fetched.value().endpoint;
    for (const chain::BlockNumber block : fetched.value().too_large) {
        if (auto whole = co_await fetch_whole_block(block, out, asking); !whole) {
            co_return whole.error();
        }
    }
    co_return Result<void>{};
}

// A block whose logs alone are too many for eth_getLogs still has its receipts.
Task<Result<void>> RangeFetcher::fetch_whole_block(chain::BlockNumber block,
                                                   ProvedRange& out,
                                                   Asking& asking) {
    auto header = co_await reader_.fetch_header(block, asking);
    if (!header) {
        co_return header.error();
    }
    std::vector<chain::BlockNumber> blocks{block};
    auto receipts = co_await reader_.fetch_receipts(std::move(blocks), asking);
    if (!receipts) {
        co_return receipts.error();
    }
    auto& [given, endpoint] = receipts.value().front();
    auto logs = proved_logs(header.value().value, std::move(given), filter_);
    if (!logs) {
        asking.suspects = {endpoint};
        co_return logs.error();
    }
    const auto place =
        std::ranges::lower_bound(out.answer.logs, block, std::ranges::less{}, &chain::Log::block);
    out.answer.logs.insert(place, logs.value().begin(), logs.value().end());
    out.settled.insert(block);
    out.endpoint = header.value().endpoint;
    put_header(out.answer.headers, std::move(header.value().value));
    co_return Result<void>{};
}

Task<Result<void>> RangeFetcher::fetch_headers(ProvedRange& out,
                                               HeaderScope scope,
                                               Asking& asking) {
    std::vector<chain::BlockNumber> wanted;
    const chain::BlockRange range = out.answer.range;
    if (out.level == ProofLevel::headers && scope == HeaderScope::with_logs) {
        wanted = blocks_with_logs(out.answer.logs);
        std::erase_if(wanted, [range](chain::BlockNumber block) {
            return block < range.first || block > range.last;
        });
    } else {
        for (chain::BlockNumber block = range.first; block <= range.last; ++block) {
            wanted.push_back(block);
        }
    }
    std::erase_if(wanted, [&out](chain::BlockNumber block) {
        return find_header(out.answer, block) != nullptr;
    });
    auto headers = co_await reader_.fetch_headers(std::move(wanted), asking);
    if (!headers) {
        co_return headers.error();
    }
    for (From<chain::Header>& header : headers.value()) {
        if (header.endpoint != out.endpoint) {
            asking.suspects.push_back(header.endpoint);
        }
        out.answer.headers.push_back(std::move(header.value));
    }
    std::sort(out.answer.headers.begin(),
              out.answer.headers.end(),
              [](const chain::Header& a, const chain::Header& b) { return a.number < b.number; });
    co_return Result<void>{};
}

Task<Result<Settled>> RangeFetcher::settle_all(ProvedRange& range) {
    std::vector<chain::BlockNumber> blocks = blocks_with_logs(range.answer.logs);
    std::erase_if(blocks,
                  [&range](chain::BlockNumber block) { return range.settled.contains(block); });
    Asking asking;
    asking.prefer = range.endpoint;
    auto settled = co_await settle(range, std::move(blocks), asking);
    if (settled) {
        co_return Settled::proved;
    }
    if (!is_lie(settled.error())) {
        co_return settled.error();
    }
    const Error lie = settled.error();
    if (auto others = blame(asking, range.answer.range, lie); !others) {
        co_return others.error();
    }
    co_return Settled::refuted;
}

Task<Result<void>> RangeFetcher::settle(ProvedRange& range,
                                        std::vector<chain::BlockNumber> blocks,
                                        Asking& asking) {
    // Receipts are large: a few blocks at a time.
    constexpr std::size_t kBlocksAtOnce = 64;
    for (std::size_t at = 0; at < blocks.size(); at += kBlocksAtOnce) {
        const auto first = blocks.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = std::min(kBlocksAtOnce, blocks.size() - at);
        const std::vector<chain::BlockNumber> part{first,
                                                   first + static_cast<std::ptrdiff_t>(count)};
        auto receipts = co_await reader_.fetch_receipts(part, asking);
        if (!receipts) {
            co_return receipts.error();
        }
        for (std::size_t i = 0; i < part.size(); ++i) {
            auto& [given, endpoint] = receipts.value()[i];
            const chain::Header& header = *find_header(range.answer, part[i]);
            const auto proved = proved_logs(header, std::move(given), filter_);
            if (!proved) {
                asking.suspects = {endpoint};
                co_return proved.error();
            }
            const auto came = logs_of(range.answer.logs, part[i]);
            if (auto same = compare_block(header, proved.value(), came); !same) {
                asking.suspects = {range.endpoint};
                co_return same.error();
            }
            range.settled.insert(part[i]);
        }
    }
    co_return Result<void>{};
}

// Another endpoint's logs of the same range. Where both differ, receipts decide, if there are any.
Task<Result<void>> RangeFetcher::compare_second(ProvedRange& range, Asking& asking) {
    Asking second;
    second.avoid = asking.avoid;
    second.avoid.push_back(range.endpoint);
    ProvedRange other;
    other.answer.range = range.answer.range;
    auto fetched = co_await fetch_logs(other, second);
    if (!fetched) {
        co_return fail(SyncErrc::unproven,
                       "a second endpoint is needed to prove the logs of blocks " +
                           std::to_string(range.answer.range.first.value()) + " to " +
                           std::to_string(range.answer.range.last.value()) + ": " +
                           fetched.error().text);
    }
    const std::vector<chain::BlockNumber> differing =
        differing_blocks(range.answer.logs, other.answer.logs);
    if (differing.empty()) {
        co_return Result<void>{};
    }
    if (range.level != ProofLevel::headers) {
        auto settled = co_await settle(range, differing, asking);
        const bool nobody =
            !settled && settled.error().code == make_error_code(SyncErrc::no_receipts);
        if (settled) {
            // The first one was right.
            Asking liar;
            liar.suspects = {other.endpoint};
            const Error lie = fail(SyncErrc::lie,
                                   "block " + std::to_string(differing.front().value()) +
                                       ": eth_getLogs gave other logs than its receipts prove");
            (void)blame(liar, range.answer.range, lie);
            co_return Result<void>{};
        }
        if (!nobody) {
            co_return settled.error();
        }
    }
    const chain::BlockNumber block = differing.front();
    co_return fail(SyncErrc::unproven,
                   "block " + std::to_string(block.value()) + " cannot be proved: endpoint " +
                       reader_.pool().name(range.endpoint) + " gave " +
                       std::to_string(logs_of(range.answer.logs, block).size()) +
                       " logs, endpoint " + reader_.pool().name(other.endpoint) + " " +
                       std::to_string(logs_of(other.answer.logs, block).size()) +
                       " (or others), and no endpoint serves its receipts; add an endpoint that "
                       "serves eth_getBlockReceipts");
}

}  // namespace redink::sync
