#include "accounting/valuation/evidence.hpp"

#include <string>

#include <doctest/doctest.h>

namespace redink::valuation {

TEST_CASE("the evidence of a valuation holds its prices and its policy") {
    ValuationEvidence evidence;
    evidence.oracle_prices.bytes.fill(0xaa);
    evidence.market_prices.bytes.fill(0xbb);
    const std::vector<std::uint8_t> bytes = canonical_bytes(evidence);
    const std::string text{bytes.begin(), bytes.end()};
    const std::string policy = canonical_text(evidence.policy);
    std::string expected{"\0\0\0\x13redink.valuation.v1", 23};
    expected += std::string(32, '\xaa') + std::string(32, '\xbb') + std::string(3, '\0');
    expected += static_cast<char>(policy.size());
    CHECK(text == expected + policy);
}

TEST_CASE("another policy or price set is other evidence") {
    const ValuationEvidence evidence;
    ValuationEvidence strict = evidence;
    strict.policy.grace_seconds = 0;
    CHECK(canonical_bytes(strict) != canonical_bytes(evidence));
    ValuationEvidence repriced = evidence;
    repriced.market_prices.bytes[31] = 1;
    CHECK(canonical_bytes(repriced) != canonical_bytes(evidence));
}

}  // namespace redink::valuation
