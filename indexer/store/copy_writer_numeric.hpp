#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "accounting/money/u256.hpp"
#include "indexer/store/copy_writer.hpp"

namespace redink::store {

/// PostgreSQL's binary form of an integer NUMERIC (src/backend/utils/adt/numeric.c, numeric_recv):
/// four 16-bit words (digit count, weight, sign, scale), then base 10000 digits, most significant
/// first, everything big-endian. No decimal text in between.
class NumericBinary {
  public:
    /// 2^256 - 1 has 78 decimal digits, which is 20 digits in base 10000.
    static constexpr std::size_t kMaxDigits = 20;

    NumericBinary(Sign sign, const U256& magnitude);

    [[nodiscard]] const void* data() const {
        return words_.data();
    }

    [[nodiscard]] std::size_t size() const {
        return size_;
    }

  private:
    std::array<std::uint16_t, 4 + kMaxDigits> words_;
    std::size_t size_;
};

}  // namespace redink::store
