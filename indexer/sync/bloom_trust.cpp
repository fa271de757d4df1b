#include "indexer/sync/bloom_trust.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace redink::sync {
namespace {

using chain::BlockNumber;

constexpr BlockNumber kNoEnd{std::numeric_limits<std::int64_t>::max()};

// Sources: subsquid/squid-sdk pull requests 460 (Cronos) and 495 (Hyperliquid), the Cronos
// documentation on transactions that were added afterwards, Ponder's changelog 0.16.8 (Monad),
// zksync-era issue 4580.
constexpr std::array kWrong{
    WrongBlooms{25,
                {BlockNumber{0}, BlockNumber{2'693'799}},
                "Cronos before v0.7 counted logs of failed transactions and left out others"},
    WrongBlooms{999, {BlockNumber{0}, kNoEnd}, "HyperEVM's blooms do not match its logs"},
    WrongBlooms{998, {BlockNumber{0}, kNoEnd}, "HyperEVM's blooms do not match its logs"},
    WrongBlooms{143, {BlockNumber{0}, kNoEnd}, "Monad's nodes serve stale blooms"},
    WrongBlooms{10143, {BlockNumber{0}, kNoEnd}, "Monad's nodes serve stale blooms"},
    WrongBlooms{324, {BlockNumber{0}, kNoEnd}, "ZKsync's blooms do not match its logs"},
};

}  // namespace

std::span<const WrongBlooms> wrong_blooms() {
    return kWrong;
}

BloomTrust bloom_trust_of(std::uint64_t chain_id, chain::BlockRange blocks) {
    const bool wrong = std::ranges::any_of(kWrong, [&](const WrongBlooms& entry) {
        return entry.chain_id == chain_id && entry.blocks.first <= blocks.last &&
               blocks.first <= entry.blocks.last;
    });
    return wrong ? BloomTrust::wrong : BloomTrust::trusted;
}

}  // namespace redink::sync
