#include "indexer/protocols/aave_v3/checkpoint.hpp"

#include <array>

#include "accounting/money/invariant.hpp"
#include "indexer/chain/abi.hpp"
#include "indexer/protocols/aave_v3/reserve.hpp"

namespace redink::protocols::aave_v3 {
namespace {

using ledger::Account;

chain::Address pool_of(const rows::Reserve& reserve) {
    std::array<std::uint8_t, chain::Address::kSize> bytes{};
    invariant(reserve.pool.size() == bytes.size(), "the pool of an Aave reserve is no address");
    std::copy(reserve.pool.begin(), reserve.pool.end(), bytes.begin());
    return chain::Address{bytes};
}

}  // namespace

std::vector<Expectation> checkpoint_of(const ReserveAt& at) {
    const auto version = positions::AaveVersion::from_code(at.rules);
    invariant(version.has_value(), "a reserve under rules that this program does not know");
    const rows::ReserveTotals totals = totals_of(at.state, *version, at.time);
    rows::ReserveState without_stable = at.state;
    without_stable.stable_principal = 0;
    const U256 variable_debt = totals_of(without_stable, *version, at.time).loans;
    std::vector<Expectation> all;
    const auto token = [&](const char* what,
                           const chain::Address& contract,
                           const char* function,
                           const U256& expected,
                           std::optional<Account> account) {
        if (!contract.is_zero()) {
            const Question question{contract, at.block, chain::abi::encode_call(function)};
            all.push_back({what, question, expected, account});
        }
    };
    const bool has_stable = !at.state.stable_principal.is_zero();
    const rows::Reserve& reserve = at.reserve;
    token("scaled supply",
          reserve.supply_token,
          "scaledTotalSupply()",
          at.state.supply_scaled,
          std::nullopt);
    token("scaled debt",
          reserve.debt_token,
          "scaledTotalSupply()",
          at.state.debt_scaled,
          std::nullopt);
    token("supply", reserve.supply_token, "totalSupply()", totals.lenders, Account::claims_lenders);
    // Where there is stable debt too, no single call tells all loans.
    token("debt",
          reserve.debt_token,
          "totalSupply()",
          variable_debt,
          has_stable ? std::nullopt : std::optional{Account::loans});
    if (has_stable) {
        token("stable debt",
              reserve.stable_debt_token,
              "totalSupply()",
              totals.loans - variable_debt,
              std::nullopt);
    }
    const auto pool =
        [&](const char* what, const char* function, const U256& expected, Account account) {
            const std::array words{chain::to_word(reserve.asset)};
            const Question question{
                pool_of(reserve), at.block, chain::abi::encode_call(function, words)};
            all.push_back({what, question, expected, account});
        };
    if (version->records_deficits()) {
        pool("deficit", "getReserveDeficit(address)", totals.deficit, Account::deficit_open);
    }
    if (totals.cash) {
        pool("cash", "getVirtualUnderlyingBalance(address)", *totals.cash, Account::cash);
    }
    return all;
}

Question price_question_of(const chain::Address& oracle, const chain::Address& asset) {
    const std::array words{chain::to_word(asset)};
    return {oracle, std::nullopt, chain::abi::encode_call("getAssetPrice(address)", words)};
}

}  // namespace redink::protocols::aave_v3
