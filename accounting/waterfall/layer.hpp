#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "accounting/events/domain_event.hpp"
#include "accounting/money/ids.hpp"
#include "accounting/money/u256.hpp"

/// Who pays for bad debt, in which order, and how much of it falls on each lender.
namespace redink::waterfall {

/// The whole of a loss, in basis points.
inline constexpr std::uint32_t kWholeLossBps = 10'000;

/// One payer in the order that a protocol has. All amounts are units of the asset that was lost.
struct Layer {
    events::Layer kind = events::Layer::lenders;
    std::string name;
    std::optional<U256> capacity;             ///< empty: no limit
    std::uint32_t share_bps = kWholeLossBps;  ///< of the whole loss, at most
    std::optional<AssetId> asset;             ///< the only asset it pays for; empty: any
    U256 in_cooldown;                         ///< part of capacity about to leave, still liable

    friend bool operator==(const Layer&, const Layer&) = default;
};

/// The lenders: without limit, so always last.
[[nodiscard]] Layer lenders();

/// The same layers, with the lenders after them where they are not named.
[[nodiscard]] std::vector<Layer> with_lenders(std::vector<Layer> layers);

/// Throws InvariantBroken unless the lenders are last, nowhere else and without limit, no share is
/// above the whole, and no cooldown above its capacity.
void require_order(std::span<const Layer> layers);

}  // namespace redink::waterfall
