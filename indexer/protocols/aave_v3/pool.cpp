#include "accounting/money/ray.hpp"
#include "indexer/protocols/aave_v3/market.hpp"
#include "indexer/protocols/errc.hpp"

namespace redink::protocols::aave_v3 {
namespace {

using rows::EventKind;

// Events that end an action of the Pool: what accrued before them is not part of a later one.
bool ends_action(EventId id) {
    switch (id) {
        case EventId::supply:
        case EventId::withdraw:
        case EventId::borrow:
        case EventId::repay:
        case EventId::flash_loan:
        case EventId::liquidation_call:
        case EventId::deficit_covered:
        case EventId::minted_to_treasury:
        case EventId::mint_unbacked:
        case EventId::back_unbacked:
        case EventId::swap_rate_mode:
        case EventId::rebalance_stable_rate:
            return true;
        default:
            return false;
    }
}

// Where the asset stands among the arguments of an event about one reserve.
std::optional<std::size_t> asset_place(EventId id) {
    switch (id) {
        case EventId::supply:
        case EventId::withdraw:
        case EventId::borrow:
        case EventId::repay:
        case EventId::reserve_data_updated:
        case EventId::deficit_covered:
        case EventId::minted_to_treasury:
        case EventId::collateral_enabled:
        case EventId::collateral_disabled:
        case EventId::back_unbacked:
            return 0;
        case EventId::deficit_created:
            return 1;
        case EventId::flash_loan:
            return 2;
        default:
            return std::nullopt;
    }
}

// Takes `amount` from a reserve's cash where the protocol counts it.
bool take_cash(rows::ReserveState& state, const U256& amount) {
    if (!state.cash) {
        return true;
    }
    if (*state.cash < amount) {
        return false;
    }
    *state.cash -= amount;
    return true;
}

void add_cash(rows::ReserveState& state, const U256& amount) {
    if (state.cash) {
        *state.cash += amount;
    }
}

Error no_cash(const Event& args) {
    return fail(ProtocolErrc::contradiction, args.log(), "the reserve pays more than it has");
}

}  // namespace

Result<void> AaveMarket::on_pool(const KnownEvent& event, const Event& args, PositionBook& book) {
    if (event.id == EventId::user_emode_set) {
        accounts_changed_[args.address(0)] = static_cast<std::uint32_t>(args.small(1));
        return {};
    }
    Result<void> done;
    if (event.id == EventId::liquidation_call) {
        done = on_liquidation(args);
    } else if (const auto place = asset_place(event.id)) {
        const auto found = reserve_of(args, args.address(*place));
        if (!found) {
            return found.error();
        }
        ReserveBook& reserve = *found.value();
        switch (event.id) {
            case EventId::reserve_data_updated:
                done = on_reserve_data(reserve, args);
                break;
            case EventId::deficit_created:
            case EventId::deficit_covered:
                done = on_deficit(event, reserve, args);
                break;
            case EventId::flash_loan:
                done = on_flash_loan(reserve, args);
                break;
            case EventId::back_unbacked:
                done = on_back_unbacked(reserve, args);
                break;
            case EventId::collateral_enabled:
            case EventId::collateral_disabled:
                on_collateral_flag(event, reserve, args, book);
                break;
            default:
                done = on_money(event, reserve, args);
        }
    }
    if (ends_action(event.id)) {
        ++action_;
        moves_.clear();
    }
    return done;
}

Result<void> AaveMarket::on_reserve_data(ReserveBook& reserve, const Event& args) {
    const U256 supply_index = args.number(4);
    const U256 debt_index = args.number(5);
    if (supply_index < ray() || debt_index < ray()) {
        return fail(ProtocolErrc::contradiction, args.log(), "index below one ray");
    }
    rows::ReserveState& state = reserve.state;
    const U256 computed = accrue(reserve, *version_, block_.timestamp, action_, debt_index);
    if (computed != debt_index) {
        if (auto known = differs(args, reserve, "debt_index", computed, debt_index); !known) {
            return known;
        }
    }
    if (supply_index != state.supply_index) {
        if (version_->flash_premium_raises_index() && supply_index > state.supply_index) {
            reserve.jump = {ref(args), state.supply_index, supply_index};
        } else if (auto known =
                       differs(args, reserve, "supply_index", state.supply_index, supply_index);
                   !known) {
            return known;
        }
    }
    state.supply_index = supply_index;
    state.debt_index = debt_index;
    state.supply_rate = args.number(1);
    state.debt_rate = args.number(3);
    return {};
}

Result<void> AaveMarket::on_money(const KnownEvent& event,
                                  ReserveBook& reserve,
                                  const Event& args) {
    rows::ReserveState& state = reserve.state;
    if (event.id != EventId::minted_to_treasury) {
        if (auto checked = check_amount(event, reserve, args); !checked) {
            return checked;
        }
    }
    switch (event.id) {
        case EventId::supply:
            add_cash(state, args.number(3));
            note(EventKind::supplied, reserve, args, args.address(2), args.number(3));
            break;
        case EventId::repay: {
            const bool with_claims = args.flag(4);
            if (!with_claims) {
                add_cash(state, args.number(3));
            }
            note(with_claims ? EventKind::repaid_with_claims : EventKind::repaid,
                 reserve,
                 args,
                 args.address(1),
                 args.number(3));
            break;
        }
        case EventId::withdraw:
        case EventId::borrow: {
            if (!take_cash(state, args.number(3))) {
                return no_cash(args);
            }
            const bool borrows = event.id == EventId::borrow;
            note(borrows ? EventKind::borrowed : EventKind::withdrawn,
                 reserve,
                 args,
                 args.address(borrows ? 2 : 1),
                 args.number(3));
            break;
        }
        case EventId::minted_to_treasury:
            state.treasury_accrued = 0;
            note(EventKind::treasury_minted, reserve, args, {}, args.number(1));
            break;
        default:
            break;
    }
    return {};
}

Result<void> AaveMarket::on_flash_loan(ReserveBook& reserve, const Event& args) {
    const U256 premium = args.number(5);
    if (premium.is_zero()) {
        return {};
    }
    rows::ReserveState& state = reserve.state;
    add_cash(state, premium);
    note(EventKind::fee_received, reserve, args, {}, premium);
    U256 share = premium;
    if (version_->flash_premium_raises_index()) {
        reserve.jump.reset();
        const auto protocol = settings_.find("flash_premium_to_protocol_bps");
        const auto bps = protocol == settings_.end() ? 0UL : std::stoul(protocol->second);
        share = percent_mul(premium, static_cast<std::uint32_t>(bps), Round::half_up);
    }
    const Round round = version_->directed_rounding() ? Round::down : Round::half_up;
    state.treasury_accrued += ray_div(share, state.supply_index, round);
    return {};
}

Result<void> AaveMarket::on_back_unbacked(ReserveBook& reserve, const Event& args) {
    const U256 fee = args.number(3);
    reserve.jump.reset();
    const auto protocol = settings_.find("bridge_fee_bps");
    const auto bps = protocol == settings_.end() ? 0UL : std::stoul(protocol->second);
    const U256 share = percent_mul(fee, static_cast<std::uint32_t>(bps), Round::half_up);
    reserve.state.treasury_accrued += ray_div(share, reserve.state.supply_index, Round::half_up);
    add_cash(reserve.state, args.number(2) + fee);
    note(EventKind::fee_received, reserve, args, {}, args.number(2) + fee);
    return {};
}

Result<void> AaveMarket::on_liquidation(const Event& args) {
    const auto collateral_found = reserve_of(args, args.address(0));
    const auto debt_found = reserve_of(args, args.address(1));
    if (!collateral_found || !debt_found) {
        return collateral_found ? debt_found.error() : collateral_found.error();
    }
    ReserveBook& collateral = *collateral_found.value();
    ReserveBook& debt = *debt_found.value();
    const U256 covered = args.number(3);
    const U256 seized = args.number(4);
    const bool receives_shares = args.flag(6);
    add_cash(debt.state, covered);
    if (!receives_shares && !take_cash(collateral.state, seized)) {
        return no_cash(args);
    }
    note(EventKind::liquidated, debt, args, args.address(2), covered);
    if (!receives_shares) {
        note(EventKind::collateral_paid_out, collateral, args, args.address(2), seized);
    }
    if (receives_shares && version_->liquidation_accrues_silently()) {
        accrue(collateral, *version_, block_.timestamp, action_, std::nullopt);
    }
    // LiquidationLogic of 3.5 and 3.6 takes both caches before either is updated: for one and the
    // same reserve the second update accrues the treasury's share again.
    if (&collateral == &debt && version_->same_asset_liquidation_accrues_twice() &&
        debt.accrued_in == action_) {
        debt.state.treasury_accrued += debt.accrued_share;
    }
    events_.liquidations.push_back({ref(args),
                                    collateral.row.id,
                                    debt.row.id,
                                    args.address(2),
                                    args.address(5),
                                    covered,
                                    seized,
                                    receives_shares,
                                    value_of(debt, covered),
                                    value_of(collateral, seized)});
    return {};
}

Result<void> AaveMarket::on_deficit(const KnownEvent& event,
                                    ReserveBook& reserve,
                                    const Event& args) {
    const bool created = event.id == EventId::deficit_created;
    const U256 amount = args.number(2);
    U256& deficit = reserve.state.deficit;
    if (!created && deficit < amount) {
        return fail(ProtocolErrc::contradiction,
                    args.log(),
                    "covers " + to_decimal(amount) + " of a deficit of " + to_decimal(deficit));
    }
    deficit = created ? U256{deficit + amount} : U256{deficit - amount};
    note(created ? EventKind::deficit_created : EventKind::deficit_covered,
         reserve,
         args,
         args.address(created ? 0 : 1),
         amount);
    events_.deficits.push_back({ref(args),
                                reserve.row.id,
                                args.address(created ? 0 : 1),
                                created,
                                amount,
                                value_of(reserve, amount)});
    return {};
}

void AaveMarket::on_collateral_flag(const KnownEvent& event,
                                    const ReserveBook& reserve,
                                    const Event& args,
                                    PositionBook& book) {
    const rows::PositionKey key{reserve.row.id, args.address(1), rows::Side::supply};
    book.change(key).is_collateral = event.id == EventId::collateral_enabled;
}

// Two events of one log are told apart by their order.
void AaveMarket::note(EventKind kind,
                      const ReserveBook& reserve,
                      const Event& args,
                      const chain::Address& account,
                      const U256& amount) {
    if (amount.is_zero()) {
        return;
    }
    std::vector<rows::DomainEvent>& events = events_.domain_events;
    const bool same_log = !events.empty() && events.back().log.block == block_.number &&
                          events.back().log.log_index == args.log().log_index;
    const auto ordinal = static_cast<std::uint8_t>(same_log ? events.back().ordinal + 1 : 0);
    events.push_back({ref(args), ordinal, kind, reserve.row.id, account, amount, {}});
}

std::optional<U256> AaveMarket::value_of(const ReserveBook& reserve, const U256& amount) const {
    const auto price = prices_.find(reserve.row.asset);
    if (!price || !reserve.row.decimals) {
        return std::nullopt;
    }
    return mul_div(amount, *price, pow10(*reserve.row.decimals), Round::down);
}

}  // namespace redink::protocols::aave_v3
