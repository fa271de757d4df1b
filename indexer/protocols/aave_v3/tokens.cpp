#include "accounting/money/ray.hpp"
#include "indexer/protocols/aave_v3/market.hpp"
#include "indexer/protocols/errc.hpp"

namespace redink::protocols::aave_v3 {
namespace {

using positions::AaveVersion;

// A change of a scaled balance: towards more or towards less.
struct Change {
    bool grows = true;
    U256 amount;
};

// What the account itself added or took away, without the interest that came with it.
// Mint: value - balanceIncrease, which a burn below the interest makes negative;
// Burn: -(value + balanceIncrease). Source: ScaledBalanceTokenBase._mintScaled, _burnScaled.
Change own_change(const KnownEvent& event, const Event& args) {
    const U256 value = args.number(2);
    const U256 increase = args.number(3);
    if (event.id == EventId::burn) {
        return {false, value + increase};
    }
    return value >= increase ? Change{true, value - increase} : Change{false, increase - value};
}

// The scaled balance after the change; empty when it would fall below zero.
std::optional<U256> scaled_after(
    AaveVersion version, Role role, const U256& scaled, const U256& index, const Change& change) {
    const bool supply = role == Role::supply_token;
    if (!version.directed_rounding()) {
        const U256 delta = ray_div(change.amount, index, Round::half_up);
        if (!change.grows && delta > scaled) {
            return std::nullopt;
        }
        return change.grows ? U256{scaled + delta} : U256{scaled - delta};
    }
    const U256 amount = supply ? positions::supply_amount(version, scaled, index)
                               : positions::debt_amount(version, scaled, index);
    if (!change.grows && change.amount > amount) {
        return std::nullopt;
    }
    const U256 next = change.grows ? U256{amount + change.amount} : U256{amount - change.amount};
    return supply ? positions::scaled_supply_of(next, index)
                  : positions::scaled_debt_of(next, index);
}

rows::Side side_of(Role role) {
    switch (role) {
        case Role::debt_token:
            return rows::Side::debt;
        case Role::stable_debt_token:
            return rows::Side::stable_debt;
        default:
            return rows::Side::supply;
    }
}

}  // namespace

void AaveMarket::touched(const chain::Log& log, std::vector<rows::PositionKey>& keys) const {
    const KnownEvent* event = find_event(log);
    const ContractInfo* contract = contracts_.find(log.address);
    if (event == nullptr || contract == nullptr || log.topic_count < 2) {
        return;
    }
    const auto account = [&log](std::size_t topic) {
        return chain::Address{log.topics.at(topic).view().subspan<12, 20>()};
    };
    const auto add = [&](const chain::Address& asset, rows::Side side, const chain::Address& who) {
        if (const auto found = by_asset_.find(asset); found != by_asset_.end()) {
            keys.push_back({found->second->row.id, who, side});
        }
    };
    switch (event->id) {
        case EventId::mint:
        case EventId::stable_mint:
            add(contract->asset, side_of(contract->role), account(2));
            break;
        case EventId::burn:
        case EventId::stable_burn:
            add(contract->asset, side_of(contract->role), account(1));
            break;
        case EventId::balance_transfer:
            add(contract->asset, rows::Side::supply, account(1));
            add(contract->asset, rows::Side::supply, account(2));
            break;
        case EventId::collateral_enabled:
        case EventId::collateral_disabled:
            add(account(1), rows::Side::supply, account(2));
            break;
        default:
            break;
    }
}

Result<void> AaveMarket::on_token(const KnownEvent& event,
                                  const ContractInfo& contract,
                                  const Event& args,
                                  PositionBook& book) {
    if (event.id == EventId::token_initialized) {
        decimals_[args.log().address] = static_cast<std::uint8_t>(args.small(4));
        return {};
    }
    if (event.id == EventId::transfer) {
        transfers_[args.log().address] = {args.address(0), args.address(1), args.number(2)};
        return {};
    }
    const bool moves = event.id == EventId::mint || event.id == EventId::burn ||
                       event.id == EventId::balance_transfer || event.id == EventId::stable_mint ||
                       event.id == EventId::stable_burn;
    if (!moves) {
        return {};
    }
    const auto reserve = reserve_of(args, contract.asset);
    if (!reserve) {
        return reserve.error();
    }
    if (contract.role == Role::stable_debt_token) {
        return on_stable_debt(event, *reserve.value(), args, book);
    }
    if (event.id == EventId::balance_transfer) {
        return on_balance_transfer(*reserve.value(), args, book);
    }
    return on_mint_or_burn(event, contract.role, *reserve.value(), args, book);
}

Result<void> AaveMarket::on_mint_or_burn(const KnownEvent& event,
                                         Role role,
                                         ReserveBook& reserve,
                                         const Event& args,
                                         PositionBook& book) {
    const U256 index = args.number(4);
    if (index < ray()) {
        return fail(ProtocolErrc::contradiction, args.log(), "index below one ray");
    }
    if (auto twin = check_twin(event, reserve, args); !twin) {
        return twin;
    }
    if (auto checked = check_index(role, reserve, args, index); !checked) {
        return checked;
    }
    const chain::Address account = args.address(event.id == EventId::mint ? 1 : 0);
    const rows::PositionKey key{reserve.row.id, account, side_of(role)};
    const U256 before = book.get(key).scaled;
    const Change change = own_change(event, args);
    const auto after = scaled_after(*version_, role, before, index, change);
    U256& total =
        role == Role::debt_token ? reserve.state.debt_scaled : reserve.state.supply_scaled;
    if (!after || total < before) {
        return fail(ProtocolErrc::contradiction,
                    args.log(),
                    "account " + account.hex() + " holds less than it burns (scaled balance " +
                        to_decimal(before) +
                        "): a log before this one is missing, or from_block "
                        "is later than the market's first block");
    }
    book.change(key).scaled = *after;
    total = total - before + *after;
    const U256 moved = *after > before ? U256{*after - before} : U256{before - *after};
    moves_[args.log().address] = {account, change.grows, change.amount, moved, index};
    return {};
}

// Supply, Withdraw, Borrow and Repay tell the amount that the token's Mint or Burn before them
// moved: exactly until 3.4, rounded towards the protocol from 3.5 (TokenMath.sol).
Result<void> AaveMarket::check_amount(const KnownEvent& event,
                                      ReserveBook& reserve,
                                      const Event& args) {
    const bool supplies = event.id == EventId::supply || event.id == EventId::withdraw;
    const bool grows = event.id == EventId::supply || event.id == EventId::borrow;
    const chain::Address account = args.address(grows ? 2 : 1);
    const auto found = moves_.find(supplies ? reserve.row.supply_token : reserve.row.debt_token);
    if (found == moves_.end() || found->second.account != account) {
        return {};  // stable debt, or a token that moves otherwise
    }
    const Move& move = found->second;
    const U256 amount = args.number(3);
    if (!version_->directed_rounding()) {
        const bool same = move.amount == amount && (move.grows == grows || amount.is_zero());
        return same ? Result<void>{} : differs(args, reserve, "amount", move.amount, amount);
    }
    const Round round =
        event.id == EventId::supply || event.id == EventId::repay ? Round::down : Round::up;
    const U256 scaled = ray_div(amount, move.index, round);
    return scaled == move.scaled ? Result<void>{}
                                 : differs(args, reserve, "amount", move.amount, amount);
}

Result<void> AaveMarket::check_twin(const KnownEvent& event,
                                    ReserveBook& reserve,
                                    const Event& args) {
    const bool mint = event.id == EventId::mint;
    const auto twin = transfers_.find(args.log().address);
    const bool found = twin != transfers_.end() &&
                       (mint ? twin->second.from.is_zero() && twin->second.to == args.address(1)
                             : twin->second.to.is_zero() && twin->second.from == args.address(0));
    const U256 transferred = found ? twin->second.value : U256{0};
    if (found && transferred == args.number(2)) {
        return {};
    }
    return differs(args, reserve, "transfer", transferred, args.number(2));
}

Result<void> AaveMarket::check_index(Role role,
                                     ReserveBook& reserve,
                                     const Event& args,
                                     const U256& index) {
    if (role == Role::supply_token) {
        const U256 income = normalized_income(reserve, block_.timestamp);
        return income == index ? Result<void>{}
                               : differs(args, reserve, "supply_index", income, index);
    }
    const U256 computed = accrue(reserve, *version_, block_.timestamp, action_, index);
    return computed == index ? Result<void>{}
                             : differs(args, reserve, "debt_index", computed, index);
}

Result<void> AaveMarket::on_balance_transfer(ReserveBook& reserve,
                                             const Event& args,
                                             PositionBook& book) {
    // 3.0.0 prints the scaled number in Transfer and the amount here, later versions the reverse.
    // An index is never below one ray, so the smaller of the two is the scaled one.
    const chain::Address from = args.address(0);
    const chain::Address to = args.address(1);
    const auto twin = transfers_.find(args.log().address);
    U256 moved = args.number(2);
    if (twin != transfers_.end() && twin->second.from == from && twin->second.to == to) {
        moved = std::min(moved, twin->second.value);
    } else if (auto known = differs(args, reserve, "transfer", U256{0}, moved); !known) {
        return known;
    }
    const rows::PositionKey source{reserve.row.id, from, rows::Side::supply};
    const rows::PositionKey target{reserve.row.id, to, rows::Side::supply};
    if (book.get(source).scaled < moved) {
        return fail(ProtocolErrc::contradiction,
                    args.log(),
                    "account " + from.hex() + " moves more than it holds (scaled balance " +
                        to_decimal(book.get(source).scaled) + ")");
    }
    book.change(source).scaled -= moved;
    book.change(target).scaled += moved;
    return {};
}

Result<void> AaveMarket::on_stable_debt(const KnownEvent& event,
                                        ReserveBook& reserve,
                                        const Event& args,
                                        PositionBook& book) {
    accrue(reserve, *version_, block_.timestamp, action_, std::nullopt);
    const bool mint = event.id == EventId::stable_mint;
    const std::size_t first = mint ? 2 : 1;  // amount, currentBalance, balanceIncrease
    const U256 amount = args.number(first);
    const U256 balance = args.number(first + 1);
    const U256 increase = args.number(first + 2);
    const U256 taken = mint ? increase : U256{increase + amount};
    if (U256{balance + amount} < taken || (!mint && balance < taken)) {
        return fail(ProtocolErrc::contradiction, args.log(), "stable debt below zero");
    }
    const rows::PositionKey key{
        reserve.row.id, args.address(mint ? 1 : 0), rows::Side::stable_debt};
    rows::PositionState& position = book.change(key);
    position.scaled = mint ? U256{balance + amount - increase} : U256{balance - taken};
    if (mint) {
        position.rate = args.number(5);
    }
    position.since = block_.timestamp;
    if (position.scaled.is_zero()) {
        position.rate = 0;
        position.since = 0;
    }
    rows::ReserveState& state = reserve.state;
    state.stable_average_rate = args.number(mint ? 6 : 4);
    // When the average falls to zero the contract clears the supply, though it prints another.
    state.stable_principal =
        state.stable_average_rate.is_zero() ? U256{0} : args.number(mint ? 7 : 5);
    state.stable_last_update = block_.timestamp;
    return {};
}

}  // namespace redink::protocols::aave_v3
