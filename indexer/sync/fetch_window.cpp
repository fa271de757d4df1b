#include "indexer/sync/fetch_window.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

namespace redink::sync {

namespace {

// What an endpoint says seldom tells of which blocks.
Result<ProvedRange> with_blocks(Result<ProvedRange> fetched, const chain::BlockRange& range) {
    if (fetched || fetched.error().text.find("block ") != std::string::npos) {
        return fetched;
    }
    Error error = fetched.error();
    error.text = "blocks " + std::to_string(range.first.value()) + " to " +
                 std::to_string(range.last.value()) + ": " + error.text;
    return error;
}

}  // namespace

FetchWindow::FetchWindow(asio::any_io_executor executor, RangeFetcher& fetcher)
    : executor_{executor}, fetcher_{fetcher}, changed_{executor} {
}

Task<void> FetchWindow::fill(RangeFetcher& fetcher, std::shared_ptr<Slot> slot) {
    auto fetched = co_await fetcher.fetch(slot->plan);
    slot->result = with_blocks(std::move(fetched), slot->plan.range);
}

void FetchWindow::add(PlannedRange plan) {
    auto slot = std::make_shared<Slot>();
    slot->plan = plan;
    slots_.push_back(slot);
    asio::co_spawn(
        executor_,
        fill(fetcher_, slot),
        asio::bind_cancellation_slot(slot->cancel.slot(), [this, slot](std::exception_ptr thrown) {
            slot->thrown = thrown;
            slot->done = true;
            changed_.cancel();
        }));
}

Task<std::optional<Result<ProvedRange>>> FetchWindow::take(std::chrono::milliseconds patience) {
    const std::shared_ptr<Slot> first = slots_.front();
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!first->done) {
        if (std::chrono::steady_clock::now() >= until) {
            co_return std::nullopt;
        }
        changed_.expires_at(until);
        co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    slots_.pop_front();
    if (first->thrown) {
        std::rethrow_exception(first->thrown);
    }
    std::optional<Result<ProvedRange>> taken = std::move(first->result);
    co_return taken;
}

Task<void> FetchWindow::abandon() {
    for (const std::shared_ptr<Slot>& slot : slots_) {
        slot->cancel.emit(asio::cancellation_type::terminal);
    }
    for (const std::shared_ptr<Slot>& slot : slots_) {
        while (!slot->done) {
            changed_.expires_after(std::chrono::milliseconds{50});
            co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
    slots_.clear();
    co_return;
}

}  // namespace redink::sync
