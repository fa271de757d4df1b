#pragma once

#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "indexer/rpc/task.hpp"
#include "indexer/sync/range_fetcher.hpp"

namespace redink::sync {

/// Ranges that are being fetched, handed out in their order. Everything runs on one executor.
class FetchWindow {
  public:
    /// `fetcher` outlives the window.
    FetchWindow(asio::any_io_executor executor, RangeFetcher& fetcher);

    /// Starts to fetch a range behind the others.
    void add(PlannedRange plan);

    /// Ranges under way or waiting to be taken.
    [[nodiscard]] std::size_t size() const {
        return slots_.size();
    }

    /// The first range, once it is there; empty when `patience` passed first.
    [[nodiscard]] Task<std::optional<Result<ProvedRange>>> take(std::chrono::milliseconds patience);

    /// Cancels what is under way and waits for its end.
    [[nodiscard]] Task<void> abandon();

  private:
    struct Slot {
        PlannedRange plan;
        std::optional<Result<ProvedRange>> result;
        std::exception_ptr thrown;
        bool done = false;
        asio::cancellation_signal cancel;
    };

    static Task<void> fill(RangeFetcher& fetcher, std::shared_ptr<Slot> slot);

    asio::any_io_executor executor_;
    RangeFetcher& fetcher_;
    asio::steady_timer changed_;
    std::deque<std::shared_ptr<Slot>> slots_;
};

}  // namespace redink::sync
