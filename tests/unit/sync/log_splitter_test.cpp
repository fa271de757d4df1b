#include "indexer/sync/log_splitter.hpp"

#include <doctest/doctest.h>

#include "tests/unit/rpc/pool/captured_refusals.hpp"

namespace redink::sync {
namespace {

LogRequest request(std::uint64_t first, std::uint64_t last, std::size_t addresses = 1) {
    LogRequest made;
    made.filter.range = {chain::BlockNumber{first}, chain::BlockNumber{last}};
    for (std::size_t i = 0; i < addresses; ++i) {
        std::array<std::uint8_t, 20> bytes{};
        bytes[19] = static_cast<std::uint8_t>(i + 1);
        made.filter.addresses.emplace_back(bytes);
    }
    made.filter.topics = {{chain::Hash32{}, chain::Hash32{}}};
    return made;
}

rpc::PoolError refused(rpc::RefusalReading reading) {
    rpc::PoolError error;
    error.code = rpc::RpcErrc::refused;
    error.refusal = rpc::Refusal{-32000, "no", ""};
    error.refusal_reading = reading;
    return error;
}

rpc::RefusalReading reading(rpc::RefusalClass kind) {
    rpc::RefusalReading made;
    made.kind = kind;
    return made;
}

std::uint64_t weight(const LogRequest& part) {
    return part.filter.range.size() * part.filter.addresses.size() *
           part.filter.topics.front().size();
}

// The parts are the request, cut: nothing lost, nothing twice, each smaller.
void check_parts(const LogRequest& whole, const SplitDecision& decision) {
    REQUIRE(decision.parts.size() >= 2);
    std::uint64_t sum = 0;
    for (const LogRequest& part : decision.parts) {
        CHECK(weight(part) < weight(whole));
        CHECK(part.filter.range.first >= whole.filter.range.first);
        CHECK(part.filter.range.last <= whole.filter.range.last);
        sum += weight(part);
    }
    CHECK(sum == weight(whole));
}

// Follows decisions until every part is granted by a node that takes `cap` blocks at once.
std::size_t ask_until_granted(const LogRequest& whole,
                              const rpc::PoolError& error,
                              std::uint64_t cap) {
    std::vector<LogRequest> open{whole};
    std::size_t granted = 0;
    std::uint64_t next = whole.filter.range.first.value();
    for (int steps = 0; !open.empty(); ++steps) {
        REQUIRE(steps < 20'000);
        const LogRequest part = open.back();
        open.pop_back();
        if (part.filter.range.size() <= cap) {
            CHECK(part.filter.range.first.value() == next);
            next = part.filter.range.last.value() + 1;
            ++granted;
            continue;
        }
        const SplitDecision decision = after_refusal(part, error);
        REQUIRE(decision.step == AfterRefusal::ask_parts);
        check_parts(part, decision);
        open.insert(open.end(), decision.parts.rbegin(), decision.parts.rend());
    }
    CHECK(next == whole.filter.range.last.value() + 1);
    return granted;
}

}  // namespace

TEST_CASE("every captured refusal leads to a step that gets further") {
    for (const rpc::test::Captured& captured : rpc::test::load_captured()) {
        CAPTURE(captured.line);
        rpc::PoolError error;
        static_cast<rpc::CallError&>(error) = captured.error;
        if (!error.refusal) {
            error.refusal = rpc::Refusal{};
        }
        error.refusal_reading = captured.expected;
        const LogRequest whole = request(1'000'000, 1'009'999);
        const SplitDecision decision = after_refusal(whole, error);
        switch (captured.expected.kind) {
            case rpc::RefusalClass::range_too_wide:
            case rpc::RefusalClass::too_many_results:
            case rpc::RefusalClass::too_many_filters:
            case rpc::RefusalClass::unknown: {
                REQUIRE(decision.step == AfterRefusal::ask_parts);
                check_parts(whole, decision);
                const auto limit = captured.expected.limit;
                const bool capped = captured.expected.unit == rpc::RefusalUnit::blocks && limit &&
                                    captured.expected.kind == rpc::RefusalClass::range_too_wide;
                if (capped && *limit < 10'000) {
                    ask_until_granted(whole, error, *limit);
                }
                break;
            }
            default:
                CHECK(decision.step == AfterRefusal::give_up);
        }
    }
}

TEST_CASE("a stated cap cuts the range into pieces of that size at once") {
    rpc::RefusalReading cap = reading(rpc::RefusalClass::range_too_wide);
    cap.unit = rpc::RefusalUnit::blocks;
    cap.limit = 100;
    const LogRequest whole = request(1, 1'050);
    CHECK(after_refusal(whole, refused(cap)).parts.size() == 11);
    CHECK(ask_until_granted(whole, refused(cap), 100) == 11);
}

TEST_CASE("a cap that is not smaller than the request is not believed: it is halved") {
    rpc::RefusalReading cap = reading(rpc::RefusalClass::range_too_wide);
    cap.unit = rpc::RefusalUnit::blocks;
    cap.limit = 5'000;
    CHECK(ask_until_granted(request(1, 1'024), refused(cap), 64) == 16);
    cap.limit = 0;
    CHECK(after_refusal(request(1, 10), refused(cap)).parts.size() == 2);
}

TEST_CASE("a number of results never becomes a number of blocks") {
    rpc::RefusalReading results = reading(rpc::RefusalClass::too_many_results);
    results.unit = rpc::RefusalUnit::results;
    results.limit = 3;
    const SplitDecision decision = after_refusal(request(1, 1'000), refused(results));
    CHECK(decision.parts.size() == 2);
    CHECK(decision.parts.front().filter.range.size() == 500);
}

TEST_CASE("a suggestion is followed when it shrinks, and ignored when it does not") {
    rpc::RefusalReading suggesting = reading(rpc::RefusalClass::too_many_results);
    suggesting.suggested = chain::BlockRange{chain::BlockNumber{100}, chain::BlockNumber{149}};
    SplitDecision decision = after_refusal(request(100, 999), refused(suggesting));
    CHECK(decision.parts.front().filter.range == *suggesting.suggested);
    CHECK(decision.parts.back().filter.range.first.value() == 150);
    suggesting.suggested->last = chain::BlockNumber{999};
    decision = after_refusal(request(100, 999), refused(suggesting));
    CHECK(decision.parts.front().filter.range.size() == 450);
}

TEST_CASE("a single block loses addresses, then topics, and then is read from its receipts") {
    const rpc::PoolError error = refused(reading(rpc::RefusalClass::too_many_results));
    LogRequest part = request(5, 5, 3);
    std::size_t steps = 0;
    for (;; ++steps) {
        const SplitDecision decision = after_refusal(part, error);
        if (decision.step == AfterRefusal::ask_receipts) {
            break;
        }
        check_parts(part, decision);
        part = decision.parts.back();
    }
    CHECK(steps == 3);
    CHECK(part.filter.addresses.size() == 1);
    CHECK(part.filter.topics.front().size() == 1);
}

TEST_CASE("too many addresses split the filter, not the range") {
    const rpc::PoolError error = refused(reading(rpc::RefusalClass::too_many_filters));
    const SplitDecision decision = after_refusal(request(1, 1'000, 9), error);
    check_parts(request(1, 1'000, 9), decision);
    CHECK(decision.parts.front().filter.range.size() == 1'000);
}

TEST_CASE("an unknown text is answered by halving twice, then given up") {
    const rpc::PoolError error = refused(reading(rpc::RefusalClass::unknown));
    LogRequest part = request(1, 1'000);
    for (int i = 0; i < 2; ++i) {
        const SplitDecision decision = after_refusal(part, error);
        REQUIRE(decision.step == AfterRefusal::ask_parts);
        part = decision.parts.front();
    }
    CHECK(part.filter.range.size() == 250);
    CHECK(after_refusal(part, error).step == AfterRefusal::give_up);
}

TEST_CASE("an answer that is too large or too slow is asked for in halves, a lost one is not") {
    rpc::PoolError error;
    for (const rpc::RpcErrc code : {rpc::RpcErrc::too_large, rpc::RpcErrc::deadline}) {
        error.code = code;
        CHECK(after_refusal(request(1, 10), error).step == AfterRefusal::ask_parts);
    }
    error.code = rpc::RpcErrc::connect;
    CHECK(after_refusal(request(1, 10), error).step == AfterRefusal::give_up);
}

}  // namespace redink::sync
