#include "indexer/chain/keccak.hpp"

#include <cryptopp/keccak.h>

namespace redink::chain {
namespace {

Hash32 digest_of(const std::uint8_t* data, std::size_t size) {
    // Building a hasher allocates its state; one per thread is enough, and Final() resets it.
    thread_local CryptoPP::Keccak_256 hasher;
    std::array<std::uint8_t, Hash32::kSize> digest;
    hasher.Update(data, size);
    hasher.Final(digest.data());
    return Hash32{digest};
}

}  // namespace

Hash32 keccak256(ByteView bytes) {
    return digest_of(bytes.data(), bytes.size());
}

Hash32 keccak256(std::string_view text) {
    const auto bytes = std::as_bytes(std::span{text});
    return digest_of(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace redink::chain
