#include <algorithm>
#include <array>
#include <utility>

#include "accounting/rules/rules.hpp"

namespace redink::rules {
namespace {

using ledger::Account;
using ledger::Nature;
using ledger::Rule;
using ledger::Side;

void change(Posting& posting, Account account, const SignedUnits& by) {
    const bool debits = (ledger::info(account).nature == Nature::debit) != by.is_negative();
    if (debits) {
        posting.debit(account, by.units());
    } else {
        posting.credit(account, by.units());
    }
}

/// What the other legs leave over goes to capital.slack, either way.
void balance_by_slack(Posting& posting) {
    SignedUnits debits;
    for (const ledger::Leg& leg : posting.legs) {
        debits = leg.side == Side::debit ? debits + SignedUnits::plus(leg.units)
                                         : debits - SignedUnits::plus(leg.units);
    }
    change(posting, Account::capital_slack, debits);
}

}  // namespace

Postings post(const events::InterestAccrued& event) {
    const std::array<std::pair<Account, const SignedUnits*>, 5> parts{{
        {Account::loans, &event.loans},
        {Account::cash, &event.cash},
        {Account::claims_lenders, &event.lenders},
        {Account::claims_treasury, &event.treasury},
        {Account::capital_reserve, &event.reserve},
    }};
    Posting income = contract_posting(Rule::interest, "interest accrued");
    Posting rounding = contract_posting(Rule::rounding, "taken by rounding");
    for (const auto& [account, units] : parts) {
        change(units->is_negative() ? rounding : income, account, *units);
    }
    balance_by_slack(income);
    balance_by_slack(rounding);
    return with_legs({std::move(income), std::move(rounding)});
}

Postings post(const events::TreasuryMinted& event) {
    return with_legs({contract_posting(Rule::interest, "treasury share minted")
                          .debit(Account::claims_treasury, event.amount)
                          .credit(Account::claims_lenders, event.amount)});
}

U256 suspended_interest(const events::DebtValued& event, const DebtorBalances& debtor) {
    if (event.gross_before.is_zero()) {
        return 0;
    }
    return std::min(
        event.interest,
        mul_div(event.interest, debtor.held_against_loans(), event.gross_before, Round::half_up));
}

}  // namespace redink::rules
