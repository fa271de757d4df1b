#include "accounting/money/u256.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "accounting/money/u512.hpp"

namespace redink {
namespace {

constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000U;
constexpr std::size_t kChunkDigits = 19;
constexpr std::size_t kMaxDecimalDigits = 78;

}  // namespace

U256 mul_div(const U256& a, const U256& b, const U256& d, Round round) {
    if (d.is_zero()) {
        throw std::overflow_error{"mul_div: division by zero"};
    }
    U512 product;
    boost::multiprecision::multiply(product, U512{a}, U512{b});
    const U512 divisor{d};
    if (round == Round::half_up) {
        product += divisor >> 1;
    }
    U512 quotient;
    U512 remainder;
    boost::multiprecision::divide_qr(product, divisor, quotient, remainder);
    if (round == Round::up && !remainder.is_zero()) {
        ++quotient;
    }
    if (!quotient.is_zero() && boost::multiprecision::msb(quotient) >= 256) {
        throw std::overflow_error{"mul_div: quotient does not fit 256 bits"};
    }
    return U256{quotient};
}

const U256& max_u256() {
    static const U256 value = (std::numeric_limits<U256>::max)();
    return value;
}

U256 pow10(unsigned exponent) {
    if (exponent >= kMaxDecimalDigits) {
        throw std::overflow_error{"pow10: does not fit 256 bits"};
    }
    U256 value = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        value *= 10U;
    }
    return value;
}

std::string to_decimal(const U256& value) {
    if (value <= U256{~std::uint64_t{0}}) {
        return std::to_string(static_cast<std::uint64_t>(value));
    }
    std::array<std::uint64_t, 5> chunks{};
    std::size_t count = 0;
    U256 rest = value;
    while (!rest.is_zero()) {
        U256 quotient;
        U256 remainder;
        boost::multiprecision::divide_qr(rest, U256{kChunk}, quotient, remainder);
        chunks.at(count++) = static_cast<std::uint64_t>(remainder);
        rest = quotient;
    }
    std::string text = std::to_string(chunks.at(count - 1));
    for (std::size_t i = count - 1; i-- > 0;) {
        const std::string part = std::to_string(chunks.at(i));
        text.append(kChunkDigits - part.size(), '0').append(part);
    }
    return text;
}

std::optional<U256> from_decimal(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || text.size() > kMaxDecimalDigits ||
        !std::all_of(text.begin(), text.end(), is_digit)) {
        return std::nullopt;
    }
    U512 value = 0;
    for (const char c : text) {
        value = value * 10U + static_cast<unsigned>(c - '0');
    }
    if (value > U512{max_u256()}) {
        return std::nullopt;
    }
    return U256{value};
}

}  // namespace redink
