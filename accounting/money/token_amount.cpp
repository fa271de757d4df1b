#include "accounting/money/token_amount.hpp"

#include <stdexcept>

namespace redink {
namespace {

void require_same_asset(const TokenAmount& a, const TokenAmount& b) {
    if (a.asset() != b.asset()) {
        throw std::logic_error{"TokenAmount: assets differ"};
    }
}

}  // namespace

TokenAmount operator+(const TokenAmount& a, const TokenAmount& b) {
    require_same_asset(a, b);
    return {a.asset_, U256{a.units_ + b.units_}};
}

TokenAmount operator-(const TokenAmount& a, const TokenAmount& b) {
    require_same_asset(a, b);
    return {a.asset_, U256{a.units_ - b.units_}};
}

}  // namespace redink
