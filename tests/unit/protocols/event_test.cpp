#include "indexer/protocols/event.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "indexer/protocols/errc.hpp"

namespace redink::protocols {
namespace {

chain::Bytes words(std::initializer_list<std::uint8_t> last_bytes) {
    chain::Bytes data;
    for (const std::uint8_t byte : last_bytes) {
        data.insert(data.end(), 31, 0);
        data.push_back(byte);
    }
    return data;
}

chain::Log log_of(const Declaration& declaration, chain::Bytes data) {
    chain::Log log;
    log.topics[0] = declaration.topic0;
    log.topic_count = declaration.topic_count;
    log.data = std::move(data);
    return log;
}

}  // namespace

TEST_CASE("a declaration gives the canonical signature and its topic") {
    const Declaration transfer =
        parse_declaration("Transfer(address indexed from, address indexed to, uint256 value)");
    CHECK(transfer.signature == "Transfer(address,address,uint256)");
    CHECK(transfer.topic_count == 3);
    CHECK(transfer.topic0.hex() ==
          "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    CHECK(parse_declaration("Paused()").args.empty());
    CHECK_THROWS_AS(static_cast<void>(parse_declaration("Broken")), InvariantBroken);
}

TEST_CASE("arguments are read by their place, indexed or not") {
    const Declaration declaration =
        parse_declaration("E(uint256 a, address indexed b, bool c, uint8 d)");
    chain::Log log = log_of(declaration, words({7, 1, 200}));
    std::array<std::uint8_t, 32> topic{};
    topic[31] = 9;
    log.topics[1] = chain::Hash32{topic};
    const Event event = Event::decode(declaration, log).value();
    CHECK(event.number(0) == 7);
    CHECK(event.address(1).hex() == "0x0000000000000000000000000000000000000009");
    CHECK(event.flag(2));
    CHECK(event.small(3) == 200);
}

TEST_CASE("bytes that do not fit the declaration are an error, never a guess") {
    const Declaration declaration = parse_declaration("E(address a, bool b, uint8 c)");
    CHECK(Event::decode(declaration, log_of(declaration, words({1, 1, 1}))).has_value());
    CHECK_FALSE(Event::decode(declaration, log_of(declaration, words({1, 1}))).has_value());
    CHECK_FALSE(Event::decode(declaration, log_of(declaration, words({1, 2, 1}))).has_value());
    chain::Bytes dirty = words({1, 1, 1});
    dirty[0] = 1;  // above the address
    CHECK_FALSE(Event::decode(declaration, log_of(declaration, dirty)).has_value());
    dirty = words({1, 1, 1});
    dirty[2 * 32 + 30] = 1;  // a uint8 of 257
    const auto decoded = Event::decode(declaration, log_of(declaration, dirty));
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().code == make_error_code(ProtocolErrc::undecodable));
    chain::Log extra_topic = log_of(declaration, words({1, 1, 1}));
    extra_topic.topic_count = 2;
    CHECK_FALSE(Event::decode(declaration, extra_topic).has_value());
}

TEST_CASE("a string whose offset or length points outside the data is empty") {
    const Declaration declaration = parse_declaration("E(string s)");
    chain::Bytes data = words({32, 2});
    data.insert(data.end(), {'h', 'i'});
    CHECK(Event::decode(declaration, log_of(declaration, data)).value().text(0) == "hi");
    chain::Bytes long_length = words({32, 200});
    CHECK(Event::decode(declaration, log_of(declaration, long_length)).value().text(0).empty());
    chain::Bytes far_offset(32, 0xff);
    CHECK(Event::decode(declaration, log_of(declaration, far_offset)).value().text(0).empty());
}

}  // namespace redink::protocols
