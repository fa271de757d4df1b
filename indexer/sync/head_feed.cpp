#include "indexer/sync/head_feed.hpp"

#include <list>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

namespace redink::sync {

using std::chrono::milliseconds;

namespace {

// How Asio ends a coroutine that was cancelled.
bool is_cancelled(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace

class HeadFeed::Impl {
  public:
    Impl(asio::any_io_executor executor,
         std::vector<HeadSocket> sockets,
         NodeReader& reader,
         const rpc::Clock& clock)
        : executor_{executor},
          sockets_{std::move(sockets)},
          reader_{reader},
          clock_{clock},
          ended_{executor} {
    }

    void start() {
        spawn(poll(), polling_);
        if (!sockets_.empty()) {
            spawn(listen(), listening_);
        }
    }

    Task<void> stop() {
        stopping_ = true;
        polling_.emit(asio::cancellation_type::terminal);
        listening_.emit(asio::cancellation_type::terminal);
        wake();
        while (running_ > 0) {
            ended_.expires_after(milliseconds{50});
            co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    Task<std::optional<Head>> wait(std::optional<chain::BlockRef> known, milliseconds patience) {
        const auto is_new = [&] { return newest_ && (!known || newest_->block != *known); };
        const auto until = std::chrono::steady_clock::now() + clock_.real(patience);
        while (!stopping_ && !thrown_ && !is_new()) {
            if (std::chrono::steady_clock::now() >= until) {
                co_return std::nullopt;
            }
            const auto place = waiting_.emplace(waiting_.end(), executor_, until);
            co_await place->async_wait(asio::as_tuple(asio::use_awaitable));
            waiting_.erase(place);
        }
        if (thrown_) {
            std::rethrow_exception(thrown_);
        }
        co_return stopping_ ? std::nullopt : newest_;
    }

    [[nodiscard]] const std::optional<Head>& newest() const {
        return newest_;
    }

    [[nodiscard]] std::string way() const {
        if (announced_) {
            return "websocket";
        }
        return lost_.empty() ? "polling" : "polling: " + lost_;
    }

  private:
    void spawn(Task<void> work, asio::cancellation_signal& cancel) {
        ++running_;
        const auto done = [this](const std::exception_ptr& thrown) {
            --running_;
            if (thrown && !is_cancelled(thrown)) {
                thrown_ = thrown;
            }
            ended_.cancel();
            wake();
        };
        asio::co_spawn(
            executor_, std::move(work), asio::bind_cancellation_slot(cancel.slot(), done));
    }

    void wake() {
        for (asio::steady_timer& timer : waiting_) {
            timer.cancel();
        }
    }

    void publish(const chain::BlockRef& block, std::optional<rpc::EndpointId> endpoint) {
        pace_.on_head(block.number, clock_.now());
        if (newest_ && newest_->block == block) {
            return;
        }
        newest_ = Head{block, endpoint, std::chrono::steady_clock::now()};
        wake();
    }

    // Without a socket this is how heads come; with one it tells whether the socket is stuck.
    Task<void> poll() {
        while (!stopping_) {
            Asking anyone;
            const auto header = co_await reader_.fetch_header(rpc::BlockTag::latest, anyone);
            if (stopping_) {
                co_return;
            }
            if (header) {
                const chain::BlockRef block = header.value().value.ref();
                reader_.pool().note_head(header.value().endpoint, block.number);
                // A stuck socket ends by its silence; until then heads come from here.
                if (announced_ && pace_.is_stuck(block.number, *announced_)) {
                    announced_.reset();
                    lost_ = "the socket announces no new heads although there are some";
                }
                if (!announced_) {
                    publish(block, header.value().endpoint);
                }
            }
            const milliseconds pause = announced_ ? pace_.check() : pace_.poll();
            const bool waited = co_await clock_.wait(pause);
            if (!waited) {
                co_return;
            }
        }
    }

    Task<void> listen() {
        for (std::size_t i = 0; !stopping_; ++i) {
            const HeadSocket& socket = sockets_[i % sockets_.size()];
            lost_ = co_await listen_to(socket);
            announced_.reset();
            pace_.on_socket_lost();
            if (stopping_) {
                co_return;
            }
            const bool waited = co_await clock_.wait(pace_.rest());
            if (!waited && stopping_) {
                co_return;
            }
        }
    }

    // Until the socket is lost; gives the reason.
    Task<std::string> listen_to(const HeadSocket& socket) {
        rpc::HeadStream stream{executor_, socket.url, {}};
        const auto opened = co_await stream.open();
        if (!opened) {
            co_return opened.error().text;
        }
        while (!stopping_) {
            const auto head = co_await stream.next(clock_.real(pace_.silence()));
            if (!head) {
                co_return head.error().text;
            }
            pace_.on_socket_works();
            announced_ = head.value().number;
            reader_.pool().note_head(socket.endpoint, head.value().number);
            publish(head.value(), socket.endpoint);
        }
        co_return std::string{};
    }

    asio::any_io_executor executor_;
    std::vector<HeadSocket> sockets_;
    NodeReader& reader_;
    const rpc::Clock& clock_;
    HeadPace pace_;
    std::optional<Head> newest_;
    std::optional<chain::BlockNumber> announced_;  // by the socket that is open
    std::string lost_;
    std::list<asio::steady_timer> waiting_;
    asio::steady_timer ended_;
    asio::cancellation_signal polling_;
    asio::cancellation_signal listening_;
    std::exception_ptr thrown_;
    int running_ = 0;
    bool stopping_ = false;
};

HeadFeed::HeadFeed(asio::any_io_executor executor,
                   std::vector<HeadSocket> sockets,
                   NodeReader& reader,
                   const rpc::Clock& clock)
    : impl_{std::make_shared<Impl>(executor, std::move(sockets), reader, clock)} {
}

HeadFeed::~HeadFeed() = default;

void HeadFeed::start() {
    impl_->start();
}

Task<void> HeadFeed::stop() {
    return impl_->stop();
}

Task<std::optional<Head>> HeadFeed::wait(std::optional<chain::BlockRef> known,
                                         std::chrono::milliseconds patience) {
    return impl_->wait(known, patience);
}

const std::optional<Head>& HeadFeed::newest() const {
    return impl_->newest();
}

std::string HeadFeed::way() const {
    return impl_->way();
}

}  // namespace redink::sync
