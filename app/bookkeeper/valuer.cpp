#include "app/bookkeeper/valuer.hpp"

#include <algorithm>
#include <map>

#include "accounting/valuation/bad_debt.hpp"
#include "accounting/valuation/evidence.hpp"
#include "accounting/valuation/price_set.hpp"
#include "accounting/valuation/shortfall.hpp"
#include "accounting/valuation/stage.hpp"
#include "app/bookkeeper/event_of.hpp"
#include "app/prices/market_view.hpp"
#include "indexer/chain/sha256.hpp"

namespace redink::app {
namespace {

using rows::ExposureRow;
using rows::ValuedDebtRow;
using valuation::BadDebtKind;

bool is_hopeless(std::optional<BadDebtKind> kind) {
    return kind == BadDebtKind::orphaned || kind == BadDebtKind::blocked;
}

// What was found of accounts before, by account.
class Earlier {
  public:
    explicit Earlier(const rows::ValuationRow* before) {
        if (before != nullptr) {
            for (const ValuedDebtRow& debt : before->debts) {
                debts_[debt.account].push_back(&debt);
            }
        }
    }

    [[nodiscard]] const ValuedDebtRow* find(const chain::Address& account) const {
        const auto found = debts_.find(account);
        return found == debts_.end() ? nullptr : found->second.front();
    }

    [[nodiscard]] const ValuedDebtRow* find(const ExposureRow& row) const {
        const auto found = debts_.find(row.account);
        if (found == debts_.end()) {
            return nullptr;
        }
        const auto same = [&](const ValuedDebtRow* debt) { return debt->reserve == row.reserve; };
        const auto debt = std::find_if(found->second.begin(), found->second.end(), same);
        return debt == found->second.end() ? nullptr : *debt;
    }

  private:
    std::map<chain::Address, std::vector<const ValuedDebtRow*>> debts_;
};

// Without a price: what was short stays short, as far as the debt is still there.
void carry_on(std::span<const ExposureRow> account,
              const Earlier& earlier,
              std::vector<ValuedDebtRow>& out) {
    for (const ExposureRow& row : account) {
        const ValuedDebtRow* before = earlier.find(row);
        if (before != nullptr && row.debt_amount > 0) {
            ValuedDebtRow debt = *before;
            debt.gross = row.debt_amount;
            debt.shortfall = std::min(debt.shortfall, debt.gross);
            out.push_back(std::move(debt));
        }
    }
}

struct Judged {
    valuation::Shortfalls shortfalls;
    U256 debt_value;
    std::optional<BadDebtKind> kind;
    valuation::Stage stage = valuation::Stage::performing;
    std::optional<std::uint64_t> below_since;
    std::optional<std::uint64_t> hopeless_since;
    U256 health_factor;
};

Judged judge(std::span<const ExposureRow> account,
             const valuation::Shortfalls& shortfalls,
             const ValuationInput& input,
             const ValuedDebtRow* before,
             const valuation::Policy& policy) {
    Judged judged;
    judged.shortfalls = shortfalls;
    judged.debt_value = *values_of(account).debt_value;
    judged.health_factor = account[0].health_factor.value_or(max_u256());
    const auto impairment = valuation::classify(
        {judged.debt_value, *shortfalls.collateral_value, *shortfalls.oracle.realisable},
        policy.dust);
    if (impairment) {
        judged.kind = impairment->kind;
    }
    const std::uint64_t now = input.block.time;
    if (judged.health_factor < pow10(18)) {
        judged.below_since = before != nullptr ? before->below_since.value_or(now) : now;
    }
    if (is_hopeless(judged.kind)) {
        judged.hopeless_since = before != nullptr ? before->hopeless_since.value_or(now) : now;
    }
    judged.stage = valuation::stage_of({judged.health_factor,
                                        *shortfalls.oracle.shortfall,
                                        judged.below_since ? now - *judged.below_since : 0,
                                        false,
                                        false,
                                        false},
                                       policy);
    return judged;
}

void add_debts(std::span<const ExposureRow> account,
               const Judged& judged,
               std::vector<ValuedDebtRow>& out) {
    std::vector<U256> amounts;
    for (const ExposureRow& row : account) {
        amounts.push_back(row.debt_amount);
    }
    const std::vector<U256> shares = valuation::shortfall_by_debt(
        amounts, {*judged.shortfalls.oracle.shortfall, judged.debt_value});
    for (std::size_t i = 0; i < account.size(); ++i) {
        if (account[i].debt_amount.is_zero()) {
            continue;
        }
        ValuedDebtRow debt;
        debt.account = account[i].account;
        debt.reserve = account[i].reserve;
        debt.gross = account[i].debt_amount;
        debt.shortfall = shares[i];
        debt.kind = judged.kind ? std::string{name_of(*judged.kind)} : "";
        debt.stage = static_cast<std::uint8_t>(judged.stage);
        debt.health_factor = judged.health_factor;
        debt.below_since = judged.below_since;
        debt.hopeless_since = judged.hopeless_since;
        out.push_back(std::move(debt));
    }
}

Digest digest_prices(const ValuationInput& input) {
    std::map<AssetId, U256> prices;
    for (const ExposureRow& row : input.exposures) {
        if (row.price) {
            prices[AssetId{party_of(row.asset).bytes}] = *row.price;
        }
    }
    const BaseUnit unit = parse_base_unit(input.unit);
    valuation::PriceSet set{"oracle", {}};
    for (const auto& [asset, price] : prices) {
        set.rows.push_back({asset,
                            price,
                            unit.scale,
                            unit.name,
                            "oracle",
                            "",
                            input.block.time,
                            input.block.number});
    }
    return chain::sha256(canonical_bytes(set));
}

}  // namespace

rows::ValuationRow value_debts(const ValuationInput& input, const valuation::Policy& policy) {
    rows::ValuationRow out;
    out.block = chain::BlockNumber{input.block.number};
    out.time = input.block.time;
    out.policy = canonical_text(policy);
    out.price_digest = digest_prices(input);
    out.evidence = chain::sha256(
        valuation::canonical_bytes(valuation::ValuationEvidence{out.price_digest, {}, policy}));
    const Earlier earlier{input.before};
    for (auto rest = input.exposures; !rest.empty();) {
        const auto account = take_account(rest);
        ++out.debtors;
        const auto shortfalls = valuation::shortfalls_of(values_of(account), 0);
        if (!shortfalls.oracle.shortfall || !shortfalls.collateral_value) {
            ++out.unpriced;
            carry_on(account, earlier, out.debts);
            continue;
        }
        const Judged judged =
            judge(account, shortfalls, input, earlier.find(account[0].account), policy);
        if (judged.stage != valuation::Stage::performing || judged.kind) {
            add_debts(account, judged, out.debts);
        }
    }
    for (ValuedDebtRow& debt : out.debts) {
        const bool due = debt.hopeless_since &&
                         input.block.time - *debt.hopeless_since > policy.write_off_after_seconds;
        debt.written_off = due ? debt.shortfall : U256{0};
    }
    return out;
}

Valuation to_posting(const rows::ValuationRow& row) {
    Valuation valuation;
    valuation.evidence = row.evidence;
    std::map<rows::ReserveId, ValuedDebt> dust;
    for (const ValuedDebtRow& debt : row.debts) {
        if (debt.shortfall.is_zero()) {
            continue;
        }
        if (debt.kind == name_of(BadDebtKind::dust)) {
            ValuedDebt& sum = dust[debt.reserve];
            sum.reserve = debt.reserve;
            sum.gross += debt.gross;
            sum.shortfall += debt.shortfall;
            continue;
        }
        valuation.debts.push_back({debt.reserve,
                                   party_of(debt.account),
                                   debt.gross,
                                   debt.shortfall,
                                   !debt.written_off.is_zero()});
    }
    for (const auto& [reserve, sum] : dust) {
        valuation.debts.push_back(sum);
    }
    return valuation;
}

}  // namespace redink::app
