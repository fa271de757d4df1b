#pragma once

#include <string>
#include <vector>

#include "accounting/money/u256.hpp"

namespace redink::test {

/// Numbers at which carries, signs and overflows happen: {0, 1, 0x55.., 0x7f.., 0x80.., 0xaa..,
/// max-1, max}.
inline std::vector<U256> boundary_numbers() {
    const U256 fives{max_u256() / 3U};
    const U256 top = U256{1} << 255;
    return {0, 1, fives, U256{top - 1U}, top, U256{fives * 2U}, U256{max_u256() - 1U}, max_u256()};
}

}  // namespace redink::test
