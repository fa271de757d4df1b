#pragma once

#include <random>

#include "accounting/money/u256.hpp"
#include "indexer/chain/hex.hpp"

namespace redink::test {

/// Fixed, so that a failure can be seen again; tests print it with INFO.
constexpr std::uint64_t kSeed = 20'201'126;

/// Values for property tests, the same on every machine: no std distribution is used.
class RandomSource {
  public:
    explicit RandomSource(std::uint64_t seed) : engine_{seed} {
    }

    /// Below `bound`, which must not be zero.
    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(engine_() % bound);
    }

    std::uint64_t word() {
        return engine_();
    }

    chain::Bytes bytes(std::size_t size) {
        chain::Bytes bytes(size);
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(engine_());
        }
        return bytes;
    }

    /// Every bit length is equally likely.
    U256 number() {
        U256 value = 0;
        for (int i = 0; i < 4; ++i) {
            value = value << 64 | U256{engine_()};
        }
        return value >> below(256);
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace redink::test
