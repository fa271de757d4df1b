#include "app/chain/follow_session.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "app/bookkeeper/bookkeeper.hpp"
#include "app/prices/node_prices.hpp"
#include "indexer/protocols/errc.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/sync/errc.hpp"

namespace redink::app {
namespace {

using std::chrono::milliseconds;

// How long a market waits for a head before it looks whether it is to stop.
constexpr milliseconds kPatience{500};

// The books wait for a quiet moment, so that no head waits for them, but not without end.
constexpr milliseconds kBooksEvery{30'000};
constexpr milliseconds kBooksAtLatest{60'000};

// Between two looks at the session: lock, endpoints, finality.
constexpr milliseconds kHouseKeeping{1'000};

// A finalized block is asked for at most once in so many blocks.
constexpr std::uint64_t kFinalityEvery = 4;

constexpr milliseconds kFirstRest{500};
constexpr milliseconds kLongestRest{30'000};

bool is(const Error& error, sync::SyncErrc code) {
    return error.code == make_error_code(code);
}

// Somebody has to look: trying again changes nothing.
bool is_lasting(const Error& error) {
    return is(error, sync::SyncErrc::configuration) || is(error, sync::SyncErrc::reorganised) ||
           is(error, sync::SyncErrc::wrong_chain) ||
           error.code == make_error_code(rpc::RpcErrc::wrong_chain) ||
           error.code == make_error_code(store::StoreErrc::finality) ||
           error.code.category() == protocols::protocol_category();
}

// The chain itself is not what it was: no market of it can go on.
bool is_about_chain(const Error& error) {
    return is(error, sync::SyncErrc::reorganised) ||
           error.code == make_error_code(store::StoreErrc::finality) ||
           error.code == make_error_code(rpc::RpcErrc::wrong_chain);
}

// Requests of every endpoint so far.
std::uint64_t count_requests(const rpc::EndpointPool& pool) {
    std::uint64_t requests = 0;
    for (const rpc::EndpointStatus& endpoint : pool.status()) {
        requests += endpoint.requests;
    }
    return requests;
}

}  // namespace

struct FollowSession::FollowedMarket {
    FollowedMarket(store::Connection opened) : connection{std::move(opened)} {
    }

    store::Connection connection;
    asio::thread_pool pool{1};
    std::optional<sync::MarketSync> sync;
    std::optional<Bookkeeper> books;
    std::optional<NodeCalls> node;  ///< of the writing thread
    std::optional<NodePrices> prices;
    std::string books_wait;
    std::optional<chain::BlockRef> books_head;  ///< what they were looked at for
    rpc::Clock::Time books_at{};
    std::string books_halt;
    std::optional<chain::BlockRef> known;
    milliseconds rest = kFirstRest;
    rpc::Clock::Time next_audit{};
    std::optional<sync::ProofLevel> audit;
    asio::cancellation_signal cancel;
};

FollowSession::FollowSession(asio::io_context& io,
                             const Config& config,
                             const ChainConfig& chain,
                             const Database& database,
                             ChainState& state,
                             const FollowOptions& options)
    : io_{io},
      config_{config},
      chain_{chain},
      database_{database},
      state_{state},
      options_{options},
      session_{database, {chain.id}},
      endpoints_{io,
                 chain,
                 options.endpoints,
                 [this](const rpc::EndpointStatus& status) {
                     note("endpoint=" + status.name + " state=\"" + status.state + "\"" +
                          (status.reason.empty() ? "" : " reason=\"" + status.reason + "\""));
                 }},
      feed_{io.get_executor(), endpoints_.sockets(), endpoints_.reader(), endpoints_.clock()},
      journal_{session_.connection(), chain.id},
      configured_{markets_of(config, chain)} {
}

FollowSession::~FollowSession() = default;

bool FollowSession::is_over() const {
    return ending_ || options_.stop->load();
}

void FollowSession::note(const std::string& text) const {
    if (options_.note) {
        options_.note("chain=" + chain_.name + " " + text);
    }
}

Task<Result<void>> FollowSession::run() {
    auto identified = co_await identify();
    if (!identified || is_over()) {
        co_return identified;
    }
    std::exception_ptr thrown;
    try {
        start_markets();
        feed_.start();
        co_await keep_house();
    } catch (const std::exception&) {
        thrown = std::current_exception();
    }
    ending_ = true;
    co_await join();
    if (thrown || thrown_) {
        std::rethrow_exception(thrown ? thrown : thrown_);
    }
    co_return ended_ ? Result<void>{*ended_} : Result<void>{};
}

// Until some endpoint answers for this chain.
Task<Result<void>> FollowSession::identify() {
    milliseconds rest = kFirstRest;
    while (!is_over()) {
        const auto identified = co_await endpoints_.pool().identify();
        state_.set_endpoints(endpoints_.pool().status());
        if (identified) {
            state_.set_trouble("");
            co_return Result<void>{};
        }
        const Error error{identified.error()};
        if (is_lasting(error)) {
            co_return error;
        }
        state_.set_trouble(error.text);
        note("event=no-endpoint reason=\"" + error.text + "\"");
        co_await endpoints_.clock().wait(rest);
        rest = std::min(rest * 2, kLongestRest);
    }
    co_return Result<void>{};
}

void FollowSession::start_markets() {
    for (const ConfiguredMarket& configured : configured_) {
        FollowedMarket& market = markets_.emplace_back(database_.connect());
        sync::SyncSetup setup =
            register_and_set_up(configured, chain_, database_, market.connection);
        const std::string name = configured.config->name;
        setup.max_positions = options_.max_positions;
        setup.stop = &ending_;
        setup.enter = [this, name](sync::Stage stage) { state_.enter(name, stage); };
        setup.committed = [this, name](const chain::BlockRef& block, std::uint64_t logs) {
            state_.add_indexed(name, block, logs);
        };
        market.books.emplace(market.connection, setup.market, *configured.protocol);
        market.books->stop = &ending_;
        market.node.emplace(chain_, options_.endpoints, &ending_);
        market.prices.emplace(market.connection, setup.market, *configured.protocol, *market.node);
        market.books->fetch_prices = [&market](auto blocks) { market.prices->fetch(blocks); };
        market.books->windows_at_once = 1;
        market.sync.emplace(std::move(setup), market.connection, endpoints_.reader(), market.pool);
        market.audit = level_of(chain_);
        ++running_;
        const auto done = [this](const std::exception_ptr& error) {
            --running_;
            if (error && !thrown_ && !ending_) {
                thrown_ = error;
            }
            ending_ = ending_ || error != nullptr;
        };
        asio::co_spawn(
            io_, follow(market), asio::bind_cancellation_slot(market.cancel.slot(), done));
    }
}

Task<void> FollowSession::follow(FollowedMarket& market) {
    const std::string name = market.sync->name();
    while (!is_over()) {
        const auto head = co_await feed_.wait(market.known, kPatience);
        if (is_over()) {
            break;
        }
        if (head) {
            const bool goes_on = co_await step(market, *head);
            if (!goes_on) {
                co_return;
            }
        }
        const auto passed = endpoints_.clock().now() - market.books_at;
        if (passed >= (head ? kBooksAtLatest : kBooksEvery)) {
            co_await keep_books(market);
        }
        co_await prove_more(market);
    }
    state_.enter(name, sync::Stage::idle);
}

// To a head; false when the market stops for good.
Task<bool> FollowSession::step(FollowedMarket& market, const sync::Head& head) {
    const std::string name = market.sync->name();
    const sync::SyncTarget target{head.block, head.endpoint, finalized_, false};
    const auto outcome = co_await market.sync->advance(target);
    if (outcome) {
        market.known = head.block;
        market.rest = kFirstRest;
        state_.set_market_trouble(name, "");
        // Whoever starts at the head commits nothing, and is there.
        if (const auto cursor = market.sync->cursor(); cursor && outcome.value().blocks == 0) {
            state_.add_indexed(name, *cursor, 0);
        }
        // A single new block tells how long a head takes; catching up does not.
        if (outcome.value().blocks == 1 && outcome.value().head == head.block) {
            const auto passed = std::chrono::steady_clock::now() - head.seen;
            state_.add_head_to_commit(
                name, std::chrono::duration_cast<std::chrono::microseconds>(passed));
        }
        co_return true;
    }
    const Error error = outcome.error();
    if (is_lasting(error)) {
        note("market=" + name + " event=stopped reason=\"" + error.text + "\"");
        state_.stop_market(name, error.text);
        if (is_about_chain(error)) {
            ended_ = error;
            ending_ = true;
        }
        co_return false;
    }
    if (!is(error, sync::SyncErrc::moved)) {
        note("market=" + name + " event=failed reason=\"" + error.text + "\"");
        state_.set_market_trouble(name, error.text);
    }
    state_.enter(name, sync::Stage::rest);
    const auto until = endpoints_.clock().now() + market.rest;
    while (!is_over() && endpoints_.clock().now() < until) {
        co_await endpoints_.clock().wait(std::min(market.rest, kPatience));
    }
    market.rest = std::min(market.rest * 2, kLongestRest);
    co_return true;
}

// What became final since is posted; what is above is shown as provisional.
Task<void> FollowSession::keep_books(FollowedMarket& market) {
    if (!market.known || market.books_head == market.known) {
        co_return;
    }
    const std::string name = market.sync->name();
    state_.enter(name, sync::Stage::write);
    const auto keep = [&market] { return market.books->advance(); };
    const BookOutcome outcome = co_await rpc::run_blocking(market.pool, keep);
    state_.enter(name, sync::Stage::idle);
    const std::string halt = outcome.halt ? outcome.halt->reason : "";
    if (!halt.empty() && market.books_halt != halt) {
        note("market=" + name + " event=books-halted reason=\"" + halt + "\"");
    }
    market.books_halt = halt;
    if (outcome.reversed > 0) {
        note("market=" + name +
             " event=books-corrected entries=" + std::to_string(outcome.reversed));
    }
    if (const auto refusal = market.prices->take_refusal()) {
        note("market=" + name + " event=prices-refused reason=\"" + *refusal + "\"");
    }
    const std::string wait = is_over() ? "" : outcome.waits.value_or("");
    if (!wait.empty() && market.books_wait != wait) {
        note("market=" + name + " event=books-wait reason=\"" + wait + "\"");
    }
    market.books_wait = wait;
    state_.set_booked(name, outcome.booked, halt);
    if (outcome.has_more) {
        co_return;
    }
    market.books_at = endpoints_.clock().now();
    if (!outcome.waits) {
        market.books_head = market.known;
    }
}

// One range, to the chain's level first and to receipts then, no faster than the configured rate.
Task<void> FollowSession::prove_more(FollowedMarket& market) {
    if (!market.audit || chain_.audit_requests_per_second == 0 || !market.known ||
        endpoints_.clock().now() < market.next_audit) {
        co_return;
    }
    const std::uint64_t before = count_requests(endpoints_.pool());
    const auto raised = co_await market.sync->raise(*market.audit);
    const std::uint64_t used = count_requests(endpoints_.pool()) - before;
    const milliseconds pause{1'000 * std::max<std::uint64_t>(used, 1) /
                             chain_.audit_requests_per_second};
    market.next_audit = endpoints_.clock().now() + pause;
    if (!raised) {
        constexpr milliseconds kAfterFailure{60'000};
        market.next_audit = endpoints_.clock().now() + kAfterFailure;
        note("market=" + market.sync->name() + " event=audit-failed reason=\"" +
             raised.error().text + "\"");
    } else if (!raised.value()) {
        // What becomes final later is looked at again.
        constexpr milliseconds kNothingLeft{10'000};
        market.next_audit = endpoints_.clock().now() + kNothingLeft;
        market.audit = sync::ProofLevel::receipts;
    }
}

Task<void> FollowSession::keep_house() {
    constexpr int kLockEvery = 5;
    for (int round = 0; !is_over(); ++round) {
        const auto& head = feed_.newest();
        if (head) {
            state_.set_head(head->block.number, feed_.way());
            const bool due =
                !finality_asked_at_ || head->block.number >= *finality_asked_at_ + kFinalityEvery;
            if (due) {
                if (auto noted = co_await note_finality(); !noted) {
                    ended_ = noted.error();
                    break;
                }
                finality_asked_at_ = head->block.number;
            }
        }
        state_.set_endpoints(endpoints_.pool().status());
        if (round % kLockEvery == 0 && !session_.load_held()) {
            throw store::StoreError{store::StoreErrc::connection_lost,
                                    "the writer lock of this session was lost"};
        }
        co_await endpoints_.clock().wait(kHouseKeeping);
    }
}

// An endpoint that does not know is asked again later; another finalized hash ends the chain.
Task<Result<void>> FollowSession::note_finality() {
    const chain::BlockNumber head = feed_.newest()->block.number;
    const auto finalized = co_await endpoints_.fetch_finalized(head);
    if (!finalized) {
        const Error error = finalized.error();
        if (is(error, sync::SyncErrc::configuration)) {
            state_.set_trouble(error.text);
        }
        co_return Result<void>{};
    }
    const chain::BlockRef block = finalized.value().ref();
    const auto source =
        chain_.finality.depth ? store::FinalitySource::depth : store::FinalitySource::tag;
    const store::Finality told{block, head, source};
    auto saved = journal_.save_finality(told);
    if (saved) {
        finalized_ = block.number;
        state_.set_finalized(block);
    }
    co_return saved;
}

// A market ends with the commit in hand; one that waits for an endpoint is cancelled.
Task<void> FollowSession::join() {
    constexpr milliseconds kLook{20};
    constexpr int kLooksBeforeCancelling = 50;
    co_await feed_.stop();
    for (int looks = 0; running_ > 0; ++looks) {
        if (looks == kLooksBeforeCancelling) {
            for (FollowedMarket& market : markets_) {
                market.cancel.emit(asio::cancellation_type::terminal);
            }
        }
        asio::steady_timer timer{co_await asio::this_coro::executor, kLook};
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace redink::app
