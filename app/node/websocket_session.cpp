#include "app/node/websocket_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>

#include "app/node/methods.hpp"

namespace redink::node {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

/// A client on loopback answers a goodbye at once, or never.
constexpr std::chrono::milliseconds kFarewellLimit{200};
constexpr std::chrono::seconds kHandshakeLimit{10};

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

constexpr const char* kTooManyRequests =
    R"({"jsonrpc":"2.0","id":null,"error":{"code":429,"message":"too many requests"}})";

}  // namespace

WebSocketSession::WebSocketSession(boost::beast::tcp_stream stream,
                                   Methods& methods,
                                   Faults& faults,
                                   SocketLimits limits)
    : stream_{std::move(stream)},
      methods_{methods},
      faults_{faults},
      limits_{limits},
      subscriptions_{methods.view(), faults},
      place_{methods.feed().join([this](const ChainChange& change) { told(change); })},
      wake_{stream_.get_executor()},
      pause_{stream_.get_executor()},
      farewell_{stream_.get_executor(), asio::steady_timer::time_point::max()} {
    stream_.set_option(websocket::stream_base::timeout{
        kHandshakeLimit, limits_.ping_after * 2, true});  // pings are sent after half of it
    stream_.read_message_max(kMaxRequestBytes);
}

WebSocketSession::~WebSocketSession() {
    methods_.feed().leave(place_);
}

asio::awaitable<void> WebSocketSession::run(Request upgrade) {
    const auto [refused] = co_await stream_.async_accept(upgrade, kNoThrow);
    if (refused) {
        co_return;
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto all = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, read(), asio::deferred),
        asio::co_spawn(executor, write(), asio::deferred),
        asio::co_spawn(executor, await_farewell(), asio::deferred));
    const auto [order, reading, writing, leaving] =
        co_await all.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
    for (const std::exception_ptr& failure : {reading, writing, leaving}) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
}

void WebSocketSession::stop() {
    is_stopping_ = true;
    wake_.cancel();
    pause_.cancel();
    farewell_.expires_after(kFarewellLimit);
}

asio::awaitable<void> WebSocketSession::await_farewell() {
    while (!has_ended_) {
        const auto [error] = co_await farewell_.async_wait(kNoThrow);
        if (!error) {
            hang_up();
        }
    }
}

void WebSocketSession::hang_up() {
    has_ended_ = true;
    wake_.cancel();
    pause_.cancel();
    farewell_.cancel();
    error_code ignored;
    boost::beast::get_lowest_layer(stream_).socket().close(ignored);
}

void WebSocketSession::told(const ChainChange& change) {
    if (has_ended_ || is_stopping_) {
        return;
    }
    for (std::string& text : subscriptions_.notify(change)) {
        if (is_answering_) {
            held_back_.push_back(std::move(text));
        } else {
            push({std::move(text), Outgoing::Kind::notification, {}});
        }
    }
}

void WebSocketSession::push(Outgoing message) {
    if (has_ended_) {
        return;
    }
    if (queue_.size() >= limits_.queued_messages || queued_bytes_ > limits_.queued_bytes) {
        hang_up();
        return;
    }
    queued_bytes_ += message.text.size();
    queue_.push_back(std::move(message));
    wake_.cancel();
}

asio::awaitable<void> WebSocketSession::read() {
    while (!has_ended_ && !is_stopping_) {
        const auto [error, size] = co_await stream_.async_read(buffer_, kNoThrow);
        if (error) {
            break;
        }
        std::string request = boost::beast::buffers_to_string(buffer_.data());
        buffer_.clear();
        co_await answer(std::move(request));
    }
    if (!is_stopping_) {
        hang_up();
    }
}

asio::awaitable<void> WebSocketSession::answer(std::string request) {
    const Treatment treatment = faults_.next_treatment();
    if (treatment.delay.count() > 0) {
        pause_.expires_after(treatment.delay);
        co_await pause_.async_wait(kNoThrow);
    }
    switch (treatment.disturbance) {
        case Disturbance::hang:
            co_return;
        case Disturbance::reset: {
            error_code ignored;
            boost::beast::get_lowest_layer(stream_).socket().set_option(
                asio::socket_base::linger{true, 0}, ignored);
            hang_up();
            co_return;
        }
        case Disturbance::close:
        case Disturbance::http_500:
            hang_up();
            co_return;
        case Disturbance::http_429:
            push({kTooManyRequests, Outgoing::Kind::answer, {}});
            co_return;
        default:
            break;
    }
    is_answering_ = true;
    std::string text = methods_.answer(request, &subscriptions_);
    is_answering_ = false;
    if (!text.empty()) {
        push({std::move(text), Outgoing::Kind::answer, treatment});
    }
    for (std::string& notification : held_back_) {
        push({std::move(notification), Outgoing::Kind::notification, {}});
    }
    held_back_.clear();
}

asio::awaitable<void> WebSocketSession::write() {
    while (!has_ended_) {
        if (queue_.empty()) {
            if (is_stopping_) {
                break;
            }
            wake_.expires_at(asio::steady_timer::time_point::max());
            co_await wake_.async_wait(kNoThrow);
            continue;
        }
        Outgoing next = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= next.text.size();
        const bool is_notification = next.kind == Outgoing::Kind::notification;
        const bool goes_on = co_await send(std::move(next));
        if (!goes_on || (is_notification && faults_.ends_socket(++notified_))) {
            break;
        }
    }
    if (is_stopping_ && !has_ended_) {
        co_await stream_.async_close(websocket::close_code::going_away, kNoThrow);
    }
    hang_up();
}

asio::awaitable<bool> WebSocketSession::send(Outgoing message) {
    const Disturbance disturbance = message.treatment.disturbance;
    message.text = disturbed(std::move(message.text), disturbance);
    stream_.text(true);
    if (disturbance == Disturbance::truncate) {
        // A first fragment, and no second one.
        co_await stream_.async_write_some(false, asio::buffer(message.text), kNoThrow);
        co_return false;
    }
    if (message.treatment.drip > 0) {
        co_return co_await drip(std::move(message));
    }
    const auto [error, size] = co_await stream_.async_write(asio::buffer(message.text), kNoThrow);
    co_return !error;
}

asio::awaitable<bool> WebSocketSession::drip(Outgoing message) {
    const std::string& text = message.text;
    const std::size_t step = message.treatment.drip;
    asio::steady_timer timer{stream_.get_executor()};
    for (std::size_t at = 0; at < text.size() && !has_ended_; at += step) {
        const asio::const_buffer piece{text.data() + at, std::min(step, text.size() - at)};
        const bool is_last = at + step >= text.size();
        const auto [error, size] = co_await stream_.async_write_some(is_last, piece, kNoThrow);
        if (error) {
            co_return false;
        }
        timer.expires_after(message.treatment.pause);
        co_await timer.async_wait(kNoThrow);
    }
    co_return !has_ended_;
}

}  // namespace redink::node
