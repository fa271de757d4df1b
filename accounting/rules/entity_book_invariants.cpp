#include <array>

#include "accounting/rules/entity_book.hpp"

namespace redink::rules {
namespace {

using ledger::Account;

constexpr std::array kBorneOrRecovered{Account::borne_reserve,
                                       Account::borne_treasury,
                                       Account::borne_insurance,
                                       Account::borne_recap,
                                       Account::borne_lenders,
                                       Account::recovered_borrower,
                                       Account::recovered_collateral,
                                       Account::recovered_third_party};

std::string decimal(const SignedUnits& value) {
    return (value.is_negative() ? "-" : "") + to_decimal(value.units());
}

/// "left is a, right is b" where they differ.
std::string difference(const std::string& text, const SignedUnits& left, const SignedUnits& right) {
    return left == right ? "" : text + ": " + decimal(left) + " and " + decimal(right);
}

std::string not_zero(const EntityBook& book, ledger::Book of) {
    SignedUnits debits;
    SignedUnits credits;
    for (const ledger::AccountInfo& known : ledger::chart()) {
        if (known.book == of) {
            SignedUnits& side = known.nature == ledger::Nature::debit ? debits : credits;
            side = side + book.total(known.account);
        }
    }
    return difference("I2: debits and credits of a book differ", debits, credits);
}

SignedUnits borne_and_recovered(const EntityBook& book) {
    SignedUnits sum;
    for (const Account account : kBorneOrRecovered) {
        sum = sum + book.total(account);
    }
    return sum;
}

std::string broken_equation(const EntityBook& book) {
    const auto of = [&book](Account account) { return book.total(account); };
    const SignedUnits claims = of(Account::claims_lenders) + of(Account::claims_treasury) +
                               of(Account::capital_reserve) + of(Account::capital_slack);
    std::string text = difference("I3: assets and claims of the contract book differ",
                                  of(Account::cash) + book.loans_and_deficits(),
                                  claims);
    if (text.empty()) {
        text = difference(
            "I3: losses and who bore them differ in the economic book",
            of(Account::loss_impairment) + of(Account::interest_suspended),
            of(Account::allowance) + of(Account::written_off) + borne_and_recovered(book));
    }
    return text;
}

std::string broken_bound(const EntityBook& book) {
    const SignedUnits held = book.total(Account::allowance) + book.total(Account::written_off);
    const SignedUnits backing = book.loans_and_deficits();
    if (held.is_negative()) {
        return "I4: allowance and written_off are below zero";
    }
    return (backing - held).is_negative() ? "I4: allowance and written_off of " + decimal(held) +
                                                " exceed loans and deficits of " + decimal(backing)
                                          : "";
}

}  // namespace

std::string text_of(const BalanceKey& key) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text{ledger::info(key.account).name};
    if (!key.party.is_nobody()) {
        text += " of 0x";
        for (const std::uint8_t byte : key.party.bytes) {
            text.push_back(kDigits[byte >> 4]);
            text.push_back(kDigits[byte & 15]);
        }
    }
    return text;
}

std::string EntityBook::broken_invariant() const {
    for (const ledger::Book book : {ledger::Book::contract, ledger::Book::economic}) {
        if (std::string text = not_zero(*this, book); !text.empty()) {
            return text;
        }
    }
    if (std::string text = broken_equation(*this); !text.empty()) {
        return text;
    }
    if (!overdrawn_.empty()) {
        const BalanceKey& key = *overdrawn_.begin();
        return "I4: " + text_of(key) + " is " + decimal(balance(key.account, key.party));
    }
    if (std::string text = broken_bound(*this); !text.empty()) {
        return text;
    }
    return difference("I6: recognised, and what is open, absorbed or recovered, differ",
                      recognised_,
                      loans_and_deficits() - total(Account::loans) + borne_and_recovered(*this));
}

}  // namespace redink::rules
