#include "indexer/chain/sha256.hpp"

#include <cryptopp/sha.h>

namespace redink::chain {

Digest sha256(std::span<const std::uint8_t> bytes) {
    // Building a hasher allocates its state; one per thread is enough, and Final() resets it.
    thread_local CryptoPP::SHA256 hasher;
    Digest digest;
    hasher.Update(bytes.data(), bytes.size());
    hasher.Final(digest.bytes.data());
    return digest;
}

}  // namespace redink::chain
