#include "accounting/ledger/account.hpp"

#include <algorithm>
#include <array>

#include "accounting/money/invariant.hpp"

namespace redink::ledger {
namespace {

constexpr Book kContract = Book::contract;
constexpr Book kEconomic = Book::economic;
constexpr Nature kDebit = Nature::debit;
constexpr Nature kCredit = Nature::credit;

// Ascending by number. Stakes are paid in elsewhere, so the underwriters' accounts show only what
// slashing took and fall below zero. A release may exceed the impairment by the interest that was
// suspended, which is part of the allowance too.
constexpr std::array<AccountInfo, 27> kChart{{
    {Account::cash, "cash", kContract, kDebit, false},
    {Account::loans, "loans", kContract, kDebit, false},
    {Account::deficit_open, "deficit.open", kContract, kDebit, false},
    {Account::deficit_slashed, "deficit.slashed", kContract, kDebit, false},
    {Account::deficit_auction, "deficit.auction", kContract, kDebit, false},
    {Account::collateral_inventory, "collateral.inventory", kContract, kDebit, false},
    {Account::claims_lenders, "claims.lenders", kContract, kCredit, false},
    {Account::claims_treasury, "claims.treasury", kContract, kCredit, false},
    {Account::capital_reserve, "capital.reserve", kContract, kCredit, true},
    {Account::capital_slack, "capital.slack", kContract, kCredit, true},
    {Account::conversion, "conversion", kContract, kCredit, true},
    {Account::insurance_stake, "insurance.stake", kContract, kDebit, true},
    {Account::insurance_capital, "insurance.capital", kContract, kCredit, true},
    {Account::loss_impairment, "loss.impairment", kEconomic, kDebit, true},
    {Account::interest_suspended, "interest.suspended", kEconomic, kDebit, false},
    {Account::allowance, "allowance", kEconomic, kCredit, false},
    {Account::written_off, "written_off", kEconomic, kCredit, false},
    {Account::borne_reserve, "borne.reserve", kEconomic, kCredit, false},
    {Account::borne_treasury, "borne.treasury", kEconomic, kCredit, false},
    {Account::borne_insurance, "borne.insurance", kEconomic, kCredit, false},
    {Account::borne_recap, "borne.recap", kEconomic, kCredit, false},
    {Account::borne_lenders, "borne.lenders", kEconomic, kCredit, false},
    {Account::recovered_borrower, "recovered.borrower", kEconomic, kCredit, false},
    {Account::recovered_collateral, "recovered.collateral", kEconomic, kCredit, false},
    {Account::recovered_third_party, "recovered.third_party", kEconomic, kCredit, false},
    {Account::memo_claim, "memo.claim", kEconomic, kDebit, false},
    {Account::memo_offset, "memo.offset", kEconomic, kCredit, false},
}};

const AccountInfo* find_info(std::uint16_t number) {
    const auto* found = std::lower_bound(
        kChart.begin(), kChart.end(), number, [](const AccountInfo& known, std::uint16_t wanted) {
            return static_cast<std::uint16_t>(known.account) < wanted;
        });
    const bool known =
        found != kChart.end() && static_cast<std::uint16_t>(found->account) == number;
    return known ? found : nullptr;
}

}  // namespace

std::span<const AccountInfo> chart() {
    return kChart;
}

const AccountInfo& info(Account account) {
    const auto number = static_cast<std::uint16_t>(account);
    const AccountInfo* found = find_info(number);
    invariant(found != nullptr, "account " + std::to_string(number) + " is not in the chart");
    return *found;
}

std::optional<Account> find_account(std::string_view name) {
    const auto* found =
        std::find_if(kChart.begin(), kChart.end(), [name](const AccountInfo& known) {
            return known.name == name;
        });
    return found == kChart.end() ? std::nullopt : std::optional{found->account};
}

std::optional<Account> find_account(std::uint16_t number) {
    const AccountInfo* found = find_info(number);
    return found == nullptr ? std::nullopt : std::optional{found->account};
}

}  // namespace redink::ledger
