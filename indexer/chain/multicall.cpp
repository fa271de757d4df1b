#include "indexer/chain/multicall.hpp"

#include "indexer/chain/abi.hpp"

namespace redink::chain::multicall {
namespace {

constexpr std::size_t kWord = Hash32::kSize;

void add(Bytes& out, const Hash32& word) {
    out.insert(out.end(), word.bytes().begin(), word.bytes().end());
}

void add(Bytes& out, std::size_t number) {
    add(out, to_word(U256{number}));
}

std::size_t padded(std::size_t bytes) {
    return (bytes + kWord - 1) / kWord * kWord;
}

// target, allowFailure, offset and length of the data
constexpr std::size_t kHeadWords = 4;

// What begins at a byte offset that word `index` tells; empty outside of the data.
std::optional<ByteView> tail_at(ByteView data, std::size_t index) {
    const auto offset = abi::uint64_at(data, index);
    return offset && *offset <= data.size() ? std::optional{data.subspan(*offset)} : std::nullopt;
}

}  // namespace

const Address& address() {
    static const Address known = *Address::parse("0xca11bde05977b3631167028862be2a173976ca11");
    return known;
}

Bytes encode(std::span<const Call> calls) {
    Bytes out = abi::encode_call("aggregate3((address,bool,bytes)[])");
    add(out, kWord);
    add(out, calls.size());
    std::size_t offset = calls.size() * kWord;
    for (const Call& call : calls) {
        add(out, offset);
        offset += kHeadWords * kWord + padded(call.data.size());
    }
    for (const Call& call : calls) {
        add(out, to_word(call.to));
        add(out, 1);
        add(out, 3 * kWord);
        add(out, call.data.size());
        out.insert(out.end(), call.data.begin(), call.data.end());
        out.resize(out.size() + padded(call.data.size()) - call.data.size());
    }
    return out;
}

std::optional<std::vector<Outcome>> decode(ByteView answer, std::size_t count) {
    const auto array = tail_at(answer, 0);
    const auto length = array ? abi::uint64_at(*array, 0) : std::nullopt;
    if (!length || *length != count) {
        return std::nullopt;
    }
    const ByteView elements = array->subspan(kWord);
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < count; ++i) {
        const auto element = tail_at(elements, i);
        const auto succeeded = element ? abi::bool_at(*element, 0) : std::nullopt;
        const auto data = element ? abi::bytes_at(*element, 1) : std::nullopt;
        if (!succeeded || !data) {
            return std::nullopt;
        }
        outcomes.push_back({*succeeded, *data});
    }
    return outcomes;
}

}  // namespace redink::chain::multicall
