#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounting/ledger/account.hpp"
#include "indexer/chain/log.hpp"
#include "indexer/chain/result.hpp"
#include "indexer/protocols/position_book.hpp"
#include "indexer/rows/batch.hpp"
#include "indexer/rows/contract.hpp"

namespace redink::protocols {

/// An event that a protocol's contracts emit. Events are told apart by topic0, emitting contract
/// and number of topics, never by topic0 alone.
struct EventSpec {
    std::string_view name;
    std::string_view signature;  ///< canonical, "Transfer(address,address,uint256)"
    chain::Hash32 topic0;
    std::uint8_t topic_count = 1;  ///< topic0 and the indexed arguments
    bool raises_proof = false;     ///< blocks that may hold it are proved by their receipts
    bool discovers = false;        ///< names further contracts or the rules in force
};

/// A reserve that the configuration names, for chains without discovery events.
struct KnownReserve {
    chain::Address asset;
    chain::Address supply_token;
    chain::Address debt_token;
    std::uint8_t decimals = 18;
};

/// One deployment of a protocol, as the user configured it.
struct MarketSpec {
    std::string name;
    chain::Address address;
    chain::BlockNumber from_block;
    std::optional<std::string> version;
    std::vector<KnownReserve> reserves;
};

/// Something that logs do not tell: an eth_call, at the end of `block` where one is given.
struct Question {
    chain::Address contract;
    std::optional<chain::BlockNumber> block;
    chain::Bytes calldata;
};

/// What is stored of a reserve at the end of a block, with the rules in force there.
struct ReserveAt {
    rows::Reserve reserve;
    rows::ReserveState state;
    std::int32_t rules = 0;
    chain::BlockNumber block;
    std::uint64_t time = 0;  ///< Unix seconds of the block
};

/// A question about a reserve whose answer follows from what is stored: its first word, unsigned.
struct Expectation {
    std::string what;  ///< "scaled supply"
    Question question;
    U256 expected;

    /// The account of the contract book that holds the same number; empty: none does.
    std::optional<ledger::Account> account;
};

/// The rules in force from `block` on, in the protocol's own words ("3.6").
struct VersionFrom {
    chain::BlockNumber block;
    std::string version;
};

/// A block whose logs are about to be applied.
struct BlockContext {
    chain::BlockNumber number;
    std::uint64_t timestamp = 0;  ///< Unix seconds
    bool proved = false;          ///< the logs were rebuilt from receipts: they are what happened
};

/// The state of one market, moved forward log by log. Pure: no clock, no network, no database.
class Market {
  public:
    virtual ~Market() = default;

    /// Every contract known so far, the configured address first.
    [[nodiscard]] virtual std::vector<rows::Contract> contracts() const = 0;

    /// True when the contract's logs can name further contracts or the rules in force.
    [[nodiscard]] virtual bool leads_on(const rows::Contract& contract) const = 0;

    /// Learns contracts from a log without changing anything else; order does not matter.
    virtual void discover(const chain::Log& log) = 0;

    /// What to ask the node when logs led to no further contract; empty when nothing is missing.
    [[nodiscard]] virtual std::optional<Question> discovery_question() const = 0;

    /// Learns from the answer; false when it is not understood.
    [[nodiscard]] virtual bool learn(chain::ByteView answer) = 0;

    /// What to ask the node about rules, as far as the logs seen by discover() show, in order of
    /// blocks; empty when the configuration tells the version.
    [[nodiscard]] virtual std::vector<Question> version_questions() const = 0;

    /// Reads the node's answer to a version question; empty when it is not understood.
    [[nodiscard]] virtual std::optional<std::string> read_version(chain::ByteView answer) const = 0;

    /// Sets the rules by block, ascending. Errors when a version is not known to this program.
    [[nodiscard]] virtual Result<void> set_versions(const std::vector<VersionFrom>& versions) = 0;

    /// Goes back to a stored state.
    virtual void restore(const rows::Snapshot& snapshot) = 0;

    /// Appends the positions that applying `log` may read or write.
    virtual void touched(const chain::Log& log, std::vector<rows::PositionKey>& keys) const = 0;

    /// Starts a block; blocks come in ascending order, those without logs may be left out.
    virtual void begin_block(const BlockContext& block) = 0;

    /// Applies one log of the current block. Logs come in order of log index. A log that
    /// contradicts the state is an error, unless the block is proved: then what the contract
    /// printed counts, and the difference becomes a drift row.
    [[nodiscard]] virtual Result<void> apply(const chain::Log& log, PositionBook& book) = 0;

    /// Ends the block: appends a version of everything that changed in it.
    [[nodiscard]] virtual Result<void> end_block(rows::Batch& batch) = 0;
};

/// A lending protocol: its events, and how to open a market of it.
class Protocol {
  public:
    virtual ~Protocol() = default;

    /// The name in configuration and reports ("aave-v3").
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// Changes whenever the same logs would give other rows; a stored market of another number is
    /// derived again.
    [[nodiscard]] virtual int adapter_version() const = 0;

    /// Every event that the protocol's contracts emit and Redink keeps.
    [[nodiscard]] virtual std::span<const EventSpec> events() const = 0;

    /// The totals that the contracts of a reserve tell at a time (Unix seconds), from what is
    /// stored of it; rounded as the contracts do.
    [[nodiscard]] virtual rows::ReserveTotals totals(const rows::ReserveState& state,
                                                     std::int32_t rules,
                                                     std::uint64_t time) const = 0;

    /// What the contracts of a reserve have to answer at a block if what is stored is right.
    [[nodiscard]] virtual std::vector<Expectation> checkpoint(const ReserveAt& reserve) const = 0;

    /// How an oracle of the protocol is asked for the price of an asset in base units: the first
    /// word of the answer. Zero, or a revert, says that there is none.
    [[nodiscard]] virtual Question price_question(const chain::Address& oracle,
                                                  const chain::Address& asset) const = 0;

    /// Opens a market; errors when its configuration makes no sense for this protocol.
    [[nodiscard]] virtual Result<std::unique_ptr<Market>> open(const MarketSpec& spec) const = 0;
};

/// All protocols, in order of their folders.
[[nodiscard]] std::vector<std::unique_ptr<Protocol>> make_all();

}  // namespace redink::protocols
