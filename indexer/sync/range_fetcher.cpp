#include "indexer/sync/range_fetcher.hpp"

#include <algorithm>

#include "indexer/sync/errc.hpp"

namespace redink::sync {
namespace {

constexpr int kAttempts = 2;

// An answer about this range that a smaller range may avoid.
bool is_about_size(const rpc::CallError& error) {
    return error.refusal.has_value() || error.is(rpc::RpcErrc::too_large) ||
           error.is(rpc::RpcErrc::deadline) || error.http_status == 413;
}

Error named(const NodeReader& reader, const Error& error) {
    if (error.text.find(reader.name()) != std::string::npos) {
        return error;
    }
    return Error{error.code, "endpoint " + reader.name() + ": " + error.text};
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

Task<Result<ProvedRange>> RangeFetcher::fetch(chain::BlockRange range) {
    for (int attempt = 1;; ++attempt) {
        auto fetched = co_await fetch_once(range);
        const bool lie = !fetched && fetched.error().code == make_error_code(SyncErrc::lie);
        if (!lie || attempt == kAttempts) {
            if (!fetched) {
                co_return named(reader_, fetched.error());
            }
            co_return fetched;
        }
    }
}

Task<Result<ProvedRange>> RangeFetcher::fetch_once(chain::BlockRange range) {
    ProvedRange out;
    out.answer.range = range;
    if (auto fetched = co_await fetch_parts(range, out); !fetched) {
        co_return fetched.error();
    }
    if (auto checked = check_range(out.answer, filter_, std::nullopt); !checked) {
        co_return checked.error();
    }
    auto blocks = blocks_to_settle(out.answer, filter_, level_);
    std::erase_if(blocks, [&out](chain::BlockNumber block) { return out.settled.contains(block); });
    if (auto settled = co_await settle(out, std::move(blocks)); !settled) {
        co_return settled.error();
    }
    co_return out;
}

Task<Result<void>> RangeFetcher::fetch_parts(chain::BlockRange range, ProvedRange& out) {
    std::vector<chain::BlockRange> parts{range};
    chain::Header last;
    while (!parts.empty()) {
        const chain::BlockRange part = parts.back();
        auto fetched = co_await reader_.fetch_logs(part, filter_);
        if (fetched) {
            auto& logs = fetched.value().logs;
            out.answer.logs.insert(out.answer.logs.end(),
                                   std::make_move_iterator(logs.begin()),
                                   std::make_move_iterator(logs.end()));
            last = std::move(fetched.value().last);
            parts.pop_back();
            continue;
        }
        if (!is_about_size(fetched.error())) {
            co_return Error{fetched.error()};
        }
        if (part.size() == 1) {
            auto header = co_await fetch_whole_block(part.first, out);
            if (!header) {
                co_return Error{fetched.error().code,
                                fetched.error().text + "; and " + header.error().text};
            }
            last = std::move(header.value());
            parts.pop_back();
            continue;
        }
        const chain::BlockNumber middle = part.first + (part.size() / 2 - 1);
        out.split_to = middle - part.first + 1;
        parts.back() = {middle + 1, part.last};
        parts.push_back({part.first, middle});
    }
    co_return co_await fetch_headers(out, std::move(last));
}

// A block whose logs alone are too many for eth_getLogs still has its receipts.
Task<Result<chain::Header>> RangeFetcher::fetch_whole_block(chain::BlockNumber block,
                                                            ProvedRange& out) {
    auto header = co_await reader_.fetch_header(block);
    if (!header) {
        co_return header.error();
    }
    std::vector<chain::BlockNumber> blocks{block};
    auto receipts = co_await reader_.fetch_receipts(std::move(blocks));
    if (!receipts) {
        co_return receipts.error();
    }
    auto logs = proved_logs(header.value(), std::move(receipts.value().front()), filter_);
    if (!logs) {
        co_return logs.error();
    }
    out.answer.logs.insert(out.answer.logs.end(), logs.value().begin(), logs.value().end());
    out.settled.insert(block);
    co_return header;
}

Task<Result<void>> RangeFetcher::fetch_headers(ProvedRange& out, chain::Header last) {
    std::vector<chain::BlockNumber> wanted;
    if (level_ == ProofLevel::headers) {
        wanted = blocks_with_logs(out.answer.logs);
        std::erase_if(wanted, [&out](chain::BlockNumber block) {
            return block < out.answer.range.first || block >= out.answer.range.last;
        });
    } else {
        for (chain::BlockNumber block = out.answer.range.first; block < out.answer.range.last;
             ++block) {
            wanted.push_back(block);
        }
    }
    auto headers = co_await reader_.fetch_headers(std::move(wanted));
    if (!headers) {
        co_return headers.error();
    }
    out.answer.headers = std::move(headers.value());
    out.answer.headers.push_back(std::move(last));
    co_return Result<void>{};
}

Task<Result<void>> RangeFetcher::settle_all(ProvedRange& range) {
    std::vector<chain::BlockNumber> blocks = blocks_with_logs(range.answer.logs);
    std::erase_if(blocks,
                  [&range](chain::BlockNumber block) { return range.settled.contains(block); });
    auto settled = co_await settle(range, std::move(blocks));
    if (!settled) {
        co_return named(reader_, settled.error());
    }
    co_return settled;
}

Task<Result<void>> RangeFetcher::settle(ProvedRange& range,
                                        std::vector<chain::BlockNumber> blocks) {
    // Receipts are large: a few blocks at a time.
    constexpr std::size_t kBlocksAtOnce = 64;
    for (std::size_t at = 0; at < blocks.size(); at += kBlocksAtOnce) {
        const auto first = blocks.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = std::min(kBlocksAtOnce, blocks.size() - at);
        const std::vector<chain::BlockNumber> part{first,
                                                   first + static_cast<std::ptrdiff_t>(count)};
        auto receipts = co_await reader_.fetch_receipts(part);
        if (!receipts) {
            co_return receipts.error();
        }
        for (std::size_t i = 0; i < part.size(); ++i) {
            const auto header =
                std::lower_bound(range.answer.headers.begin(),
                                 range.answer.headers.end(),
                                 part[i],
                                 [](const chain::Header& candidate, chain::BlockNumber block) {
                                     return candidate.number < block;
                                 });
            const auto came = logs_of(range.answer.logs, part[i]);
            auto settled = settle_block(*header, std::move(receipts.value()[i]), filter_, came);
            if (!settled) {
                co_return settled.error();
            }
            range.settled.insert(part[i]);
        }
    }
    co_return Result<void>{};
}

}  // namespace redink::sync
