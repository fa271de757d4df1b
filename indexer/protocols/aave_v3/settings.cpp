#include <algorithm>

#include "indexer/protocols/aave_v3/market.hpp"

namespace redink::protocols::aave_v3 {
namespace {

// Configurator events whose first argument is the reserve that they are about.
bool is_about_a_reserve(EventId id) {
    switch (id) {
        case EventId::collateral_configuration_changed:
        case EventId::reserve_factor_changed:
        case EventId::liquidation_fee_changed:
        case EventId::emode_asset_category_changed:
        case EventId::emode_collateral_changed:
        case EventId::reserve_borrowing:
        case EventId::reserve_active:
        case EventId::reserve_frozen:
        case EventId::reserve_paused:
        case EventId::reserve_dropped:
            return true;
        default:
            return false;
    }
}

std::uint32_t bps(const Event& args, std::size_t arg) {
    constexpr std::uint64_t kLargest = 0xffffffffU;
    return static_cast<std::uint32_t>(std::min(args.small(arg), kLargest));
}

}  // namespace

Result<void> AaveMarket::on_configurator(const KnownEvent& event, const Event& args) {
    if (is_about_a_reserve(event.id)) {
        const auto reserve = reserve_of(args, args.address(0));
        return reserve ? on_reserve_setting(event, *reserve.value(), args) : reserve.error();
    }
    switch (event.id) {
        case EventId::reserve_initialized: {
            const chain::Address asset = args.address(0);
            if (by_asset_.contains(asset) || !contracts_.pool()) {
                return {};
            }
            const auto decimals = decimals_.find(args.address(1));
            const chain::ByteView pool = contracts_.pool()->view();
            add_reserve(
                {0,
                 {pool.begin(), pool.end()},
                 asset,
                 asset,
                 args.address(1),
                 args.address(3),
                 args.address(2),
                 decimals == decimals_.end() ? std::nullopt : std::optional{decimals->second},
                 block_.number});
            break;
        }
        case EventId::emode_category_added:
            on_emode_category(args);
            break;
        case EventId::flash_premium_to_protocol:
            set("flash_premium_to_protocol_bps", std::to_string(bps(args, 1)));
            break;
        case EventId::bridge_fee:
            set("bridge_fee_bps", std::to_string(bps(args, 1)));
            break;
        default:
            break;
    }
    return {};
}

Result<void> AaveMarket::on_reserve_setting(const KnownEvent& event,
                                            ReserveBook& reserve,
                                            const Event& args) {
    rows::ReserveConfig& config = reserve.config;
    switch (event.id) {
        case EventId::collateral_configuration_changed:
            config.ltv_bps = bps(args, 1);
            config.liquidation_threshold_bps = bps(args, 2);
            config.liquidation_bonus_bps = bps(args, 3);
            break;
        case EventId::reserve_factor_changed:
            if (version_->syncs_before_reserve_factor()) {
                accrue(reserve, *version_, block_.timestamp, action_, std::nullopt);
            }
            config.reserve_factor_bps = bps(args, 2);
            break;
        case EventId::liquidation_fee_changed:
            config.liquidation_fee_bps = bps(args, 2);
            break;
        case EventId::emode_asset_category_changed:
            config.emode_category = bps(args, 2);
            break;
        case EventId::emode_collateral_changed:
            on_emode_collateral(reserve, args);
            break;
        case EventId::reserve_borrowing:
            config.borrowing = args.flag(1);
            break;
        case EventId::reserve_active:
            config.active = args.flag(1);
            break;
        case EventId::reserve_frozen:
            config.frozen = args.flag(1);
            break;
        case EventId::reserve_paused:
            config.paused = args.flag(1);
            break;
        case EventId::reserve_dropped:
            config.active = false;
            break;
        default:
            break;
    }
    return {};
}

void AaveMarket::on_emode_category(const Event& args) {
    const std::uint32_t category = bps(args, 0);
    rows::EmodeCategory& state = emode_[category];
    state.ltv_bps = bps(args, 1);
    state.liquidation_threshold_bps = bps(args, 2);
    state.liquidation_bonus_bps = bps(args, 3);
    state.price_source = args.address(4);
    state.label = args.text(5);
    emode_changed_[category] = true;
}

void AaveMarket::on_emode_collateral(const ReserveBook& reserve, const Event& args) {
    const std::uint32_t category = bps(args, 1);
    std::vector<rows::ReserveId>& collateral = emode_[category].collateral;
    const auto at = std::lower_bound(collateral.begin(), collateral.end(), reserve.row.id);
    const bool listed = at != collateral.end() && *at == reserve.row.id;
    if (args.flag(2) && !listed) {
        collateral.insert(at, reserve.row.id);
    } else if (!args.flag(2) && listed) {
        collateral.erase(at);
    }
    emode_changed_[category] = true;
}

void AaveMarket::set(const std::string& key, const std::string& value) {
    settings_[key] = value;
    settings_changed_[key] = true;
}

}  // namespace redink::protocols::aave_v3
