#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "accounting/positions/aave_rules.hpp"
#include "indexer/protocols/aave_v3/contracts.hpp"
#include "indexer/protocols/aave_v3/prices.hpp"
#include "indexer/protocols/aave_v3/reserve.hpp"
#include "indexer/protocols/event.hpp"
#include "indexer/protocols/protocol.hpp"

namespace redink::protocols::aave_v3 {

/// One Aave v3 market. Token contracts are the source of balances, the Pool of indexes, rates and
/// deficits, the configurator of parameters, the oracle and its feeds of prices.
class AaveMarket : public Market {
  public:
    AaveMarket(const MarketSpec& spec, std::optional<positions::AaveVersion> version);

    [[nodiscard]] std::vector<rows::Contract> contracts() const override;
    [[nodiscard]] bool leads_on(const rows::Contract& contract) const override;
    void discover(const chain::Log& log) override;
    [[nodiscard]] std::optional<Question> discovery_question() const override;
    [[nodiscard]] bool learn(chain::ByteView answer) override;
    [[nodiscard]] std::vector<Question> version_questions() const override;
    [[nodiscard]] std::optional<std::string> read_version(chain::ByteView answer) const override;
    [[nodiscard]] Result<void> set_versions(const std::vector<VersionFrom>& versions) override;
    void restore(const rows::Snapshot& snapshot) override;
    void touched(const chain::Log& log, std::vector<rows::PositionKey>& keys) const override;
    void begin_block(const BlockContext& block) override;
    [[nodiscard]] Result<void> apply(const chain::Log& log, PositionBook& book) override;
    [[nodiscard]] Result<void> end_block(rows::Batch& batch) override;

  private:
    struct Transfer {
        chain::Address from;
        chain::Address to;
        U256 value;
    };

    /// What the last Mint or Burn of a token did, within one action of the Pool.
    struct Move {
        chain::Address account;
        bool grows = true;
        U256 amount;  ///< the account's own change, underlying units
        U256 scaled;  ///< change of its scaled balance
        U256 index;
    };

    struct RulesFrom {
        chain::BlockNumber block;
        positions::AaveVersion version;
    };

    // market.cpp: the frame of blocks and transactions
    [[nodiscard]] Result<void> dispatch(const KnownEvent& event,
                                        const ContractInfo& contract,
                                        const Event& args,
                                        PositionBook& book);
    [[nodiscard]] Result<void> begin_transaction(const chain::Hash32& txn_hash);
    [[nodiscard]] Result<void> differs(const Event& args,
                                       ReserveBook& reserve,
                                       const char* field,
                                       const U256& computed,
                                       const U256& printed);
    [[nodiscard]] Result<ReserveBook*> reserve_of(const Event& args, const chain::Address& asset);
    [[nodiscard]] rows::LogRef ref(const Event& args) const;
    void add_reserve(rows::Reserve row);
    void follow_rules(chain::BlockNumber block);

    // tokens.cpp: balances
    [[nodiscard]] Result<void> on_token(const KnownEvent& event,
                                        const ContractInfo& contract,
                                        const Event& args,
                                        PositionBook& book);
    [[nodiscard]] Result<void> on_mint_or_burn(const KnownEvent& event,
                                               Role role,
                                               ReserveBook& reserve,
                                               const Event& args,
                                               PositionBook& book);
    [[nodiscard]] Result<void> check_twin(const KnownEvent& event,
                                          ReserveBook& reserve,
                                          const Event& args);
    [[nodiscard]] Result<void> check_index(Role role,
                                           ReserveBook& reserve,
                                           const Event& args,
                                           const U256& index);
    [[nodiscard]] Result<void> on_balance_transfer(ReserveBook& reserve,
                                                   const Event& args,
                                                   PositionBook& book);
    [[nodiscard]] Result<void> on_stable_debt(const KnownEvent& event,
                                              ReserveBook& reserve,
                                              const Event& args,
                                              PositionBook& book);

    [[nodiscard]] Result<void> check_amount(const KnownEvent& event,
                                            ReserveBook& reserve,
                                            const Event& args);

    // pool.cpp: reserves
    [[nodiscard]] Result<void> on_pool(const KnownEvent& event,
                                       const Event& args,
                                       PositionBook& book);
    [[nodiscard]] Result<void> on_reserve_data(ReserveBook& reserve, const Event& args);
    [[nodiscard]] Result<void> on_money(const KnownEvent& event,
                                        ReserveBook& reserve,
                                        const Event& args);
    [[nodiscard]] Result<void> on_flash_loan(ReserveBook& reserve, const Event& args);
    [[nodiscard]] Result<void> on_back_unbacked(ReserveBook& reserve, const Event& args);
    [[nodiscard]] Result<void> on_liquidation(const Event& args);
    [[nodiscard]] Result<void> on_deficit(const KnownEvent& event,
                                          ReserveBook& reserve,
                                          const Event& args);
    void on_collateral_flag(const KnownEvent& event,
                            const ReserveBook& reserve,
                            const Event& args,
                            PositionBook& book);
    void note(rows::EventKind kind,
              const ReserveBook& reserve,
              const Event& args,
              const chain::Address& account,
              const U256& amount);
    [[nodiscard]] std::optional<U256> value_of(const ReserveBook& reserve,
                                               const U256& amount) const;

    // settings.cpp: parameters and prices
    [[nodiscard]] Result<void> on_configurator(const KnownEvent& event, const Event& args);
    [[nodiscard]] Result<void> on_reserve_setting(const KnownEvent& event,
                                                  ReserveBook& reserve,
                                                  const Event& args);
    void on_emode_category(const Event& args);
    void on_emode_collateral(const ReserveBook& reserve, const Event& args);
    void set(const std::string& key, const std::string& value);

    Contracts contracts_;
    MarketSpec spec_;
    std::vector<RulesFrom> rules_;
    std::optional<positions::AaveVersion> version_;
    std::vector<chain::BlockNumber> upgrades_;

    std::vector<std::unique_ptr<ReserveBook>> reserves_;
    std::unordered_map<chain::Address, ReserveBook*> by_asset_;
    std::unordered_map<chain::Address, std::uint8_t> decimals_;  ///< by supply token
    std::map<std::uint32_t, rows::EmodeCategory> emode_;
    std::map<std::string, std::string> settings_;
    Prices prices_;

    BlockContext block_;
    chain::Hash32 txn_;
    std::uint64_t action_ = 1;  ///< counts finished pool actions; see ReserveBook::accrued_in
    std::unordered_map<chain::Address, Transfer>
        transfers_;                                   ///< last one by token, this transaction
    std::unordered_map<chain::Address, Move> moves_;  ///< last one by token, this action
    std::map<chain::Address, std::uint32_t> accounts_changed_;
    std::map<std::uint32_t, bool> emode_changed_;
    std::map<std::string, bool> settings_changed_;
    rows::Batch events_;  ///< rows of this block that are not versions of state
};

}  // namespace redink::protocols::aave_v3
