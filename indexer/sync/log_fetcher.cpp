#include "indexer/sync/log_fetcher.hpp"

#include <algorithm>

namespace redink::sync {
namespace {

// Parts of a split filter come one after another.
void sort_logs(std::vector<chain::Log>& logs) {
    const auto before = [](const chain::Log& a, const chain::Log& b) {
        return a.block != b.block ? a.block < b.block : a.log_index < b.log_index;
    };
    std::stable_sort(logs.begin(), logs.end(), before);
}

void take(FetchedLogs& out, From<NodeReader::Logs> fetched) {
    auto& logs = fetched.value.logs;
    out.logs.insert(
        out.logs.end(), std::make_move_iterator(logs.begin()), std::make_move_iterator(logs.end()));
    put_header(out.headers, std::move(fetched.value.last));
    out.endpoint = fetched.endpoint;
}

// The block is left to its receipts, with all of the filter.
void leave(FetchedLogs& out, std::vector<LogRequest>& open, const LogRequest& part) {
    const chain::BlockRange range = part.filter.range;
    out.too_large.insert(range.first);
    std::erase_if(out.logs, [&](const chain::Log& log) { return log.block == range.first; });
    std::erase_if(open, [&](const LogRequest& other) { return other.filter.range == range; });
}

bool has_others(const NodeReader& reader, const rpc::PoolError& error, const Asking& asking) {
    return error.refusal && error.endpoint && !asking.only &&
           reader.pool().usable(rpc::Service::logs).size() > 1;
}

}  // namespace

void put_header(std::vector<chain::Header>& headers, chain::Header header) {
    const auto place =
        std::lower_bound(headers.begin(), headers.end(), header, [](const auto& a, const auto& b) {
            return a.number < b.number;
        });
    if (place == headers.end() || place->number != header.number) {
        headers.insert(place, std::move(header));
    }
}

Task<Result<FetchedLogs>> fetch_split_logs(NodeReader& reader,
                                           rpc::LogFilter filter,
                                           Asking& asking) {
    FetchedLogs out;
    LogRequest whole;
    whole.filter = std::move(filter);
    std::vector<LogRequest> open{std::move(whole)};
    while (!open.empty()) {
        LogRequest part = std::move(open.back());
        open.pop_back();
        auto fetched = co_await reader.fetch_logs(part.filter, asking);
        if (fetched) {
            take(out, std::move(fetched.value()));
            continue;
        }
        const rpc::PoolError& error = fetched.error();
        SplitDecision decision = after_refusal(part, error);
        if (decision.step == AfterRefusal::ask_parts) {
            open.insert(open.end(), decision.parts.rbegin(), decision.parts.rend());
        } else if (decision.step == AfterRefusal::ask_receipts) {
            leave(out, open, part);
        } else if (has_others(reader, error, asking)) {
            reader.pool().mark_unfit(*error.endpoint, rpc::Service::logs, error.text);
            part.unknown_texts = 0;
            open.push_back(std::move(part));
        } else {
            co_return Error{error};
        }
    }
    sort_logs(out.logs);
    co_return out;
}

}  // namespace redink::sync
