#include "indexer/rpc/head_stream.hpp"

#include <deque>

#include "indexer/rpc/envelope.hpp"
#include "indexer/rpc/head_message.hpp"

namespace redink::rpc {
namespace {

/// Silent sockets are pinged after this, so that a dead one shows long before a block is due.
constexpr std::chrono::seconds kPingAfter{10};

/// A head is below 10 KB.
constexpr std::size_t kMaxHeadBytes = 1024 * 1024;

/// Heads that may come before the answer to the subscription.
constexpr std::size_t kMaxEarly = 64;

constexpr std::uint64_t kSubscribeId = 1;

}  // namespace

class HeadStream::Impl {
  public:
    Impl(Url url, HttpOptions options) : url_{std::move(url)}, options_{std::move(options)} {
        if (url_.is_tls()) {
            tls_ = make_tls_context(options_.extra_ca_pem);
        }
    }

    Task<CallResult<void>> open() {
        early_.clear();
        subscription_.clear();
        socket_ = std::make_unique<WebSocketConnection>(
            url_, tls_ ? &*tls_ : nullptr, std::min(options_.answer_limit, kMaxHeadBytes));
        auto connected = co_await with_deadline(socket_->connect(), options_.connect_limit);
        if (!connected && connected.error().is(RpcErrc::deadline)) {
            connected = fail(RpcErrc::connect, "connecting: " + connected.error().text);
        }
        if (!connected) {
            co_return end(std::move(connected).error(), "connecting");
        }
        auto subscribed = co_await with_deadline(subscribe(), options_.exchange_limit);
        if (!subscribed) {
            co_return end(std::move(subscribed).error(), "eth_subscribe");
        }
        co_return CallResult<void>{};
    }

    Task<CallResult<chain::BlockRef>> next(std::chrono::milliseconds silence) {
        if (!socket_) {
            co_return end(fail(RpcErrc::broken, "the stream is not open"), "new heads");
        }
        auto head = co_await with_deadline(receive(), silence);
        if (!head) {
            co_return end(std::move(head).error(), "new heads");
        }
        co_return head;
    }

    [[nodiscard]] const Url& url() const {
        return url_;
    }

  private:
    Task<CallResult<void>> subscribe() {
        const std::string request =
            make_request({"eth_subscribe", R"(["newHeads"])"}, kSubscribeId);
        const auto sent = co_await socket_->send(request);
        if (!sent) {
            co_return sent.error();
        }
        for (;;) {
            auto text = co_await socket_->receive();
            if (!text) {
                co_return std::move(text).error();
            }
            const auto document = parser_.parse(*text);
            if (!document) {
                co_return document.error();
            }
            if (!is_notification(**document)) {
                const auto answer = read_single(*document, kSubscribeId);
                if (!answer) {
                    co_return answer.error();
                }
                const auto subscription = to_text(*answer);
                if (!subscription) {
                    co_return subscription.error();
                }
                subscription_ = *subscription;
                co_return CallResult<void>{};
            }
            if (early_.size() == kMaxEarly) {
                co_return fail(RpcErrc::bad_answer, "notifications in place of an answer");
            }
            early_.push_back(*document);
        }
    }

    Task<CallResult<chain::BlockRef>> receive() {
        if (!early_.empty()) {
            const std::shared_ptr<const Document> document = std::move(early_.front());
            early_.pop_front();
            co_return read_head(*document, subscription_);
        }
        auto text = co_await socket_->receive_pinging(kPingAfter);
        if (!text) {
            co_return std::move(text).error();
        }
        const auto document = parser_.parse(*text);
        if (!document) {
            co_return document.error();
        }
        co_return read_head(**document, subscription_);
    }

    /// Any error ends the stream: what was cut off half-way cannot be read on.
    CallError end(CallError error, const std::string& doing) {
        socket_.reset();
        error.text = doing + " at " + url_.name() + ": " + url_.redact(std::move(error.text));
        if (error.refusal) {
            error.refusal->message = url_.redact(std::move(error.refusal->message));
            error.refusal->data = url_.redact(std::move(error.refusal->data));
        }
        return error;
    }

    Url url_;
    HttpOptions options_;
    std::optional<asio::ssl::context> tls_;
    std::unique_ptr<WebSocketConnection> socket_;
    DocumentParser parser_;
    std::string subscription_;
    std::deque<std::shared_ptr<const Document>> early_;
};

HeadStream::HeadStream(const asio::any_io_executor&, Url url, HttpOptions options)
    : impl_{std::make_unique<Impl>(std::move(url), std::move(options))} {
}

HeadStream::~HeadStream() = default;

Task<CallResult<void>> HeadStream::open() {
    return impl_->open();
}

Task<CallResult<chain::BlockRef>> HeadStream::next(std::chrono::milliseconds silence) {
    return impl_->next(silence);
}

std::string HeadStream::name() const {
    return impl_->url().name();
}

}  // namespace redink::rpc
