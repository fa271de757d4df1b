#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/chain/types.hpp"

namespace redink::protocols {

/// How an argument is laid out. Everything but `dynamic` is one word.
enum class ArgKind : std::uint8_t { word, address, boolean, number, dynamic };

/// One argument of an event.
struct Arg {
    ArgKind kind = ArgKind::word;
    bool indexed = false;
    std::uint16_t bits = 256;  ///< of a number
};

/// A Solidity event declaration, taken apart: "Transfer(address indexed from, …)".
struct Declaration {
    std::string name;
    std::string signature;  ///< canonical: name and types without spaces
    chain::Hash32 topic0;   ///< Keccak-256 of the signature
    std::uint8_t topic_count = 1;
    std::vector<Arg> args;
};

/// Takes a declaration apart. Declarations are our own text: a broken one throws InvariantBroken.
[[nodiscard]] Declaration parse_declaration(std::string_view text);

}  // namespace redink::protocols
