#include "indexer/chain/rlp.hpp"

#include <algorithm>
#include <array>

#include "indexer/chain/word.hpp"

namespace redink::chain::rlp {
namespace {

constexpr std::uint8_t kString = 0x80;
constexpr std::uint8_t kList = 0xc0;
constexpr std::size_t kShort = 55;  // longest payload whose length fits the first byte

/// The bytes before a payload: at most one and eight.
struct Prefix {
    std::array<std::uint8_t, 9> bytes{};
    std::size_t size = 0;

    Prefix(std::uint8_t base, std::size_t length) {
        if (length <= kShort) {
            bytes[size++] = static_cast<std::uint8_t>(base + length);
            return;
        }
        std::size_t width = 1;
        while (width < 8 && length >> (8 * width) != 0) {
            ++width;
        }
        bytes[size++] = static_cast<std::uint8_t>(base + kShort + width);
        while (width-- > 0) {
            bytes.at(size++) = static_cast<std::uint8_t>(length >> (8 * width));
        }
    }
};

ByteView without_leading_zeros(ByteView value) {
    const auto first =
        std::find_if(value.begin(), value.end(), [](auto byte) { return byte != 0; });
    return {first, value.end()};
}

}  // namespace

void append(Bytes& out, ByteView value) {
    if (value.size() == 1 && value[0] < kString) {
        out.push_back(value[0]);
        return;
    }
    const Prefix prefix{kString, value.size()};
    out.insert(out.end(), prefix.bytes.begin(), prefix.bytes.begin() + prefix.size);
    out.insert(out.end(), value.begin(), value.end());
}

void append(Bytes& out, std::uint64_t value) {
    std::array<std::uint8_t, 8> big_endian;
    for (std::size_t i = 0; i < big_endian.size(); ++i) {
        big_endian[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
    }
    append(out, without_leading_zeros(big_endian));
}

void append(Bytes& out, const U256& value) {
    const Hash32 word = to_word(value);
    append(out, without_leading_zeros(word.view()));
}

void wrap_list(Bytes& out, std::size_t start) {
    const Prefix prefix{kList, out.size() - start};
    const auto at = out.begin() + static_cast<std::ptrdiff_t>(start);
    out.insert(at, prefix.bytes.begin(), prefix.bytes.begin() + prefix.size);
}

}  // namespace redink::chain::rlp
