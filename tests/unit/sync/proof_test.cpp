#include "indexer/sync/proof.hpp"

#include <doctest/doctest.h>

#include "indexer/chain/keccak.hpp"
#include "indexer/sync/errc.hpp"

namespace redink::sync {
namespace {

using chain::BlockNumber;

const chain::Hash32 kTopic = chain::keccak256("Happened()");
const chain::Hash32 kLoss = chain::keccak256("Lost()");
const chain::Hash32 kOther = chain::keccak256("Other()");

chain::Address address(std::uint8_t last) {
    std::array<std::uint8_t, 20> bytes{};
    bytes[19] = last;
    return chain::Address{bytes};
}

LogFilter filter() {
    const std::vector<protocols::EventSpec> events{{"Happened", "Happened()", kTopic, 1, false},
                                                   {"Lost", "Lost()", kLoss, 1, true}};
    return LogFilter{{address(1)}, events};
}

chain::Log log_at(const chain::Header& header, std::uint32_t index, const chain::Hash32& topic) {
    chain::Log log;
    log.block = header.number;
    log.block_hash = header.hash;
    log.log_index = index;
    log.address = address(1);
    log.topics[0] = topic;
    log.topic_count = 1;
    return log;
}

// Blocks 10, 11, 12 that link; 10 and 12 hold one log each, 11 none.
RangeAnswer answer() {
    RangeAnswer out;
    out.range = {BlockNumber{10}, BlockNumber{12}};
    chain::Hash32 parent;
    for (std::uint64_t number = 10; number <= 12; ++number) {
        chain::Header header;
        header.number = BlockNumber{number};
        header.parent_hash = parent;
        header.hash = chain::keccak256("block " + std::to_string(number));
        if (number != 11) {
            header.logs_bloom.add(address(1).view());
            header.logs_bloom.add(kTopic.view());
        }
        parent = header.hash;
        out.headers.push_back(header);
    }
    out.logs = {log_at(out.headers[0], 3, kTopic), log_at(out.headers[2], 0, kTopic)};
    return out;
}

void check_refused(const RangeAnswer& range, const char* part) {
    const auto checked = check_range(range, filter(), std::nullopt);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code == make_error_code(SyncErrc::lie));
    CHECK_MESSAGE(checked.error().text.find(part) != std::string::npos, checked.error().text);
}

std::vector<std::uint64_t> settled(const RangeAnswer& range, ProofLevel level) {
    std::vector<std::uint64_t> numbers;
    for (const BlockNumber block : blocks_to_settle(range, filter(), level)) {
        numbers.push_back(block.value());
    }
    return numbers;
}

}  // namespace

TEST_CASE("a truthful range passes, also behind its parent") {
    CHECK(check_range(answer(), filter(), std::nullopt).has_value());
    CHECK(check_range(answer(), filter(), chain::Hash32{}).has_value());
    CHECK_FALSE(check_range(answer(), filter(), kOther).has_value());
}

TEST_CASE("headers that do not link are refused by number") {
    RangeAnswer range = answer();
    range.headers[1].parent_hash = kOther;
    check_refused(range, "block 11");
    range = answer();
    range.headers[2].number = BlockNumber{13};
    check_refused(range, "block 13");
}

TEST_CASE("logs have to be wanted, in range, of their block, in its bloom and in order") {
    RangeAnswer range = answer();
    range.logs[0].topics[0] = kOther;
    check_refused(range, "block 10 log 3");
    range = answer();
    range.logs[0].address = address(2);
    check_refused(range, "not asked for");
    range = answer();
    range.logs[1].block = BlockNumber{13};
    check_refused(range, "outside the range");
    range = answer();
    range.logs[0].block_hash = kOther;
    check_refused(range, "block hash");
    range = answer();
    range.logs[0].topics[0] = kLoss;
    check_refused(range, "bloom");
    range = answer();
    range.logs.push_back(range.logs.back());
    check_refused(range, "repeated");
    range = answer();
    std::swap(range.logs[0], range.logs[1]);
    check_refused(range, "out of order");
}

TEST_CASE("each level settles what it promises") {
    RangeAnswer range = answer();
    CHECK(settled(range, ProofLevel::headers).empty());
    CHECK(settled(range, ProofLevel::bloom).empty());
    CHECK(settled(range, ProofLevel::receipts) == std::vector<std::uint64_t>{10, 12});
    range.logs.pop_back();
    CHECK(settled(range, ProofLevel::headers).empty());
    CHECK(settled(range, ProofLevel::bloom) == std::vector<std::uint64_t>{12});
    range.headers[0].logs_bloom.add(kLoss.view());
    CHECK(settled(range, ProofLevel::headers) == std::vector<std::uint64_t>{10});
}

TEST_CASE("levels have the names of the configuration") {
    CHECK(name_of(ProofLevel::bloom) == "bloom");
    CHECK(proof_level_of("receipts") == ProofLevel::receipts);
    CHECK(proof_level_of("headers") == ProofLevel::headers);
    CHECK_FALSE(proof_level_of("full").has_value());
}

}  // namespace redink::sync
