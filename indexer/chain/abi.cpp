#include "indexer/chain/abi.hpp"

#include "indexer/chain/keccak.hpp"

namespace redink::chain::abi {
namespace {

constexpr std::size_t kWord = Hash32::kSize;

/// What follows the length word of a dynamic value, and that length in elements.
struct Tail {
    ByteView bytes;
    std::uint64_t length = 0;
};

std::optional<Tail> tail_at(ByteView data, std::size_t index) {
    const std::optional<std::uint64_t> offset = uint64_at(data, index);
    if (!offset || *offset > data.size()) {
        return std::nullopt;
    }
    const ByteView tail = data.subspan(*offset);
    const std::optional<std::uint64_t> length = uint64_at(tail, 0);
    if (!length) {
        return std::nullopt;
    }
    return Tail{tail.subspan(kWord), *length};
}

}  // namespace

std::optional<Hash32> word_at(ByteView data, std::size_t index) {
    if (index >= data.size() / kWord) {
        return std::nullopt;
    }
    return Hash32{data.subspan(index * kWord).first<kWord>()};
}

std::optional<U256> word(ByteView data, std::size_t index) {
    const std::optional<Hash32> raw = word_at(data, index);
    return raw ? std::optional{to_u256(*raw)} : std::nullopt;
}

std::optional<Int256> int_at(ByteView data, std::size_t index) {
    const std::optional<Hash32> raw = word_at(data, index);
    return raw ? std::optional{to_int256(*raw)} : std::nullopt;
}

std::optional<Address> address_at(ByteView data, std::size_t index) {
    const std::optional<Hash32> raw = word_at(data, index);
    return raw ? to_address(*raw) : std::nullopt;
}

std::optional<bool> bool_at(ByteView data, std::size_t index) {
    const std::optional<Hash32> raw = word_at(data, index);
    return raw ? to_bool(*raw) : std::nullopt;
}

std::optional<std::uint64_t> uint64_at(ByteView data, std::size_t index) {
    const std::optional<U256> value = word(data, index);
    if (!value || *value > U256{~std::uint64_t{0}}) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(*value);
}

std::optional<ByteView> bytes_at(ByteView data, std::size_t index) {
    const std::optional<Tail> tail = tail_at(data, index);
    if (!tail || tail->length > tail->bytes.size()) {
        return std::nullopt;
    }
    return tail->bytes.first(tail->length);
}

std::optional<std::string> string_at(ByteView data, std::size_t index) {
    const std::optional<ByteView> bytes = bytes_at(data, index);
    return bytes ? std::optional{std::string{bytes->begin(), bytes->end()}} : std::nullopt;
}

std::optional<ByteView> words_at(ByteView data, std::size_t index) {
    const std::optional<Tail> tail = tail_at(data, index);
    if (!tail || tail->length > tail->bytes.size() / kWord) {
        return std::nullopt;
    }
    return tail->bytes.first(tail->length * kWord);
}

Hash32 event_topic(std::string_view signature) {
    return keccak256(signature);
}

std::array<std::uint8_t, 4> selector(std::string_view signature) {
    const Hash32 hash = keccak256(signature);
    return {hash.bytes()[0], hash.bytes()[1], hash.bytes()[2], hash.bytes()[3]};
}

Bytes encode_call(std::string_view signature, std::span<const Hash32> words) {
    const std::array<std::uint8_t, 4> name = selector(signature);
    Bytes data{name.begin(), name.end()};
    data.reserve(name.size() + words.size() * kWord);
    for (const Hash32& argument : words) {
        data.insert(data.end(), argument.bytes().begin(), argument.bytes().end());
    }
    return data;
}

}  // namespace redink::chain::abi
