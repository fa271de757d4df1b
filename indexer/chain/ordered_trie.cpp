#include "indexer/chain/ordered_trie.hpp"

#include <algorithm>

#include "indexer/chain/keccak.hpp"
#include "indexer/chain/rlp.hpp"

namespace redink::chain {
namespace {

/// One value under its key, whose nibbles are already apart.
struct Leaf {
    Bytes nibbles;
    ByteView value;
};

using Leaves = std::span<const Leaf>;

Bytes nibbles_of(std::size_t index) {
    Bytes key;
    rlp::append(key, std::uint64_t{index});
    Bytes nibbles;
    for (const std::uint8_t byte : key) {
        nibbles.push_back(byte >> 4);
        nibbles.push_back(byte & 0xf);
    }
    return nibbles;
}

/// Hex-prefix encoding (appendix C): parity and kind of node go before the path.
void append_path(Bytes& out, ByteView nibbles, std::uint8_t kind) {
    const bool odd = nibbles.size() % 2 != 0;
    Bytes packed;
    packed.push_back(static_cast<std::uint8_t>(kind << 4 | (odd ? 0x10 | nibbles[0] : 0)));
    for (std::size_t i = odd ? 1 : 0; i < nibbles.size(); i += 2) {
        packed.push_back(static_cast<std::uint8_t>(nibbles[i] << 4 | nibbles[i + 1]));
    }
    rlp::append(out, packed);
}

std::size_t shared_prefix(Leaves leaves, std::size_t depth) {
    // Sorted: what the first and the last share, all share.
    const Bytes& first = leaves.front().nibbles;
    const Bytes& last = leaves.back().nibbles;
    std::size_t end = depth;
    while (end < std::min(first.size(), last.size()) && first[end] == last[end]) {
        ++end;
    }
    return end;
}

Bytes node(Leaves leaves, std::size_t depth);

/// A child as its parent holds it: itself when short, else its hash.
void append_child(Bytes& out, Leaves leaves, std::size_t depth) {
    const Bytes child = node(leaves, depth);
    if (child.size() < Hash32::kSize) {
        out.insert(out.end(), child.begin(), child.end());
    } else {
        rlp::append(out, keccak256(child).view());
    }
}

void append_branch(Bytes& out, Leaves leaves, std::size_t depth) {
    for (std::uint8_t nibble = 0; nibble < 16; ++nibble) {
        const auto end = std::find_if(leaves.begin(), leaves.end(), [&](const Leaf& leaf) {
            return leaf.nibbles[depth] != nibble;
        });
        const Leaves below{leaves.begin(), end};
        if (below.empty()) {
            rlp::append(out, ByteView{});
        } else {
            append_child(out, below, depth + 1);
        }
        leaves = {end, leaves.end()};
    }
    // No key of rlp(index) is the beginning of another, so a branch has no value of its own.
    rlp::append(out, ByteView{});
}

Bytes node(Leaves leaves, std::size_t depth) {
    constexpr std::uint8_t kExtension = 0;
    constexpr std::uint8_t kLeaf = 2;
    Bytes out;
    const ByteView path = leaves.front().nibbles;
    if (leaves.size() == 1) {
        append_path(out, path.subspan(depth), kLeaf);
        rlp::append(out, leaves.front().value);
    } else if (const std::size_t fork = shared_prefix(leaves, depth); fork > depth) {
        append_path(out, path.subspan(depth, fork - depth), kExtension);
        append_child(out, leaves, fork);
    } else {
        append_branch(out, leaves, depth);
    }
    rlp::wrap_list(out, 0);
    return out;
}

}  // namespace

Hash32 ordered_trie_root(std::span<const Bytes> values) {
    if (values.empty()) {
        Bytes nothing;
        rlp::append(nothing, ByteView{});
        return keccak256(nothing);
    }
    std::vector<Leaf> leaves;
    leaves.reserve(values.size());
    for (const Bytes& value : values) {
        leaves.push_back({nibbles_of(leaves.size()), value});
    }
    std::sort(leaves.begin(), leaves.end(), [](const Leaf& a, const Leaf& b) {
        return a.nibbles < b.nibbles;
    });
    return keccak256(node(leaves, 0));
}

}  // namespace redink::chain
