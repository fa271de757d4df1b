#include "accounting/valuation/evidence.hpp"

#include <string_view>

namespace redink::valuation {
namespace {

void append(std::vector<std::uint8_t>& bytes, std::string_view text) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<std::uint8_t>(text.size() >> static_cast<unsigned>(shift)));
    }
    bytes.insert(bytes.end(), text.begin(), text.end());
}

void append(std::vector<std::uint8_t>& bytes, const Digest& digest) {
    bytes.insert(bytes.end(), digest.bytes.begin(), digest.bytes.end());
}

}  // namespace

std::vector<std::uint8_t> canonical_bytes(const ValuationEvidence& evidence) {
    std::vector<std::uint8_t> bytes;
    append(bytes, "redink.valuation.v1");
    append(bytes, evidence.oracle_prices);
    append(bytes, evidence.market_prices);
    append(bytes, canonical_text(evidence.policy));
    return bytes;
}

}  // namespace redink::valuation
