#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The ledger: who keeps which account, what an entry is, and how entries are chained.
namespace redink::ledger {

/// Two books, one chart. `contract` mirrors what the protocol itself says, event by event;
/// `economic` is what a prudent accountant adds: allowances, suspended interest, who bore the loss.
enum class Book : std::uint8_t { contract = 0, economic = 1 };

/// Whether debits or credits make an account grow.
enum class Nature : std::uint8_t { debit, credit };

/// The chart of accounts. The numbers are stored and hashed: they never change.
enum class Account : std::uint16_t {
    cash = 101,
    loans = 102,
    deficit_open = 103,          ///< recognised, nobody has paid yet
    deficit_slashed = 104,       ///< stake was slashed for it, not burned yet
    deficit_auction = 105,       ///< an auction was opened for it
    collateral_inventory = 106,  ///< seized by the pool, on the collateral asset's own ledger
    claims_lenders = 201,
    claims_treasury = 202,
    capital_reserve = 203,  ///< may go negative: insolvency
    capital_slack = 204,    ///< what index rounding leaves, either way
    conversion = 205,       ///< the other side of inventory
    insurance_stake = 301,  ///< the underwriters, a separate entity
    insurance_capital = 302,

    loss_impairment = 401,
    interest_suspended = 402,
    allowance = 501,
    written_off = 502,
    borne_reserve = 511,
    borne_treasury = 512,
    borne_insurance = 513,
    borne_recap = 514,
    borne_lenders = 515,
    recovered_borrower = 521,
    recovered_collateral = 522,
    recovered_third_party = 523,
    memo_claim = 601,  ///< what could still be recovered after a write-off
    memo_offset = 602
};

/// What the chart says of an account.
struct AccountInfo {
    Account account = Account::cash;
    std::string_view name;  ///< as in reports: "claims.lenders"
    Book book = Book::contract;
    Nature nature = Nature::debit;
    bool may_be_negative = false;
};

/// The whole chart, ascending.
[[nodiscard]] std::span<const AccountInfo> chart();

/// What the chart says of an account. InvariantBroken for a number that is not in it.
[[nodiscard]] const AccountInfo& info(Account account);

/// The account of that name; empty when there is none.
[[nodiscard]] std::optional<Account> find_account(std::string_view name);

/// The account of that number; empty when there is none.
[[nodiscard]] std::optional<Account> find_account(std::uint16_t number);

}  // namespace redink::ledger
