#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounting/ledger/account.hpp"
#include "accounting/money/ids.hpp"
#include "accounting/money/u256.hpp"

namespace redink::ledger {

/// The posting rules by their numbers in docs/accounting.md. The numbers are stored and hashed.
enum class Rule : std::uint16_t {
    supply = 1,
    borrow = 2,
    interest = 3,
    valuation = 4,
    liquidation = 5,
    deficit = 6,
    reserve_used = 7,
    treasury_paid = 8,
    insurance_slashed = 9,
    slashed_burned = 10,
    auction = 11,
    socialised = 12,
    recovered_open = 13,
    recovered_late = 14,
    forgiven = 15,
    write_off = 16,
    seized_collateral = 17,
    reversal = 18,
    rounding = 19  ///< what a protocol's own rounding adds or takes, against capital.slack
};

enum class Side : std::uint8_t { debit = 0, credit = 1 };

/// One line of an entry. The side says the direction; units are never negative or zero.
struct Leg {
    Account account = Account::cash;
    Side side = Side::debit;
    U256 units;
    PartyId party{};  ///< whose loan, whose deficit; nobody where it is of the whole entity

    friend bool operator==(const Leg&, const Leg&) = default;
};

/// The reserve or market whose books are kept. Every entry is of one entity, so of one asset.
struct Entity {
    std::vector<std::uint8_t> pool;          ///< the protocol's own isolated unit
    std::array<std::uint8_t, 20> reserve{};  ///< the contract that keeps the balance
    AssetId asset;

    friend auto operator<=>(const Entity&, const Entity&) = default;
};

/// The block at whose end an entry takes effect.
struct BlockStamp {
    std::uint64_t number = 0;
    Digest hash;
    std::uint64_t time = 0;  ///< Unix seconds

    friend bool operator==(const BlockStamp&, const BlockStamp&) = default;
};

/// What made an entry: the place in the chain, or a valuation at the block's end.
struct Origin {
    BlockStamp block;
    std::optional<std::uint32_t> log_index;  ///< empty: the end of the block
    Digest txn_hash;
    std::uint32_t ordinal = 0;  ///< tells entries of one place, rule and book apart
    Digest evidence;            ///< price set and policy of a valuation, or the signed-off document
    std::uint32_t revision = 0;  ///< how often an entry of this origin was reversed before

    friend bool operator==(const Origin&, const Origin&) = default;
};

/// An entry as the rules give it, before it has a place in the ledger.
struct Entry {
    Book book = Book::contract;
    Rule rule = Rule::supply;
    Entity entity;
    Origin origin;
    std::vector<Leg> legs;
    std::string narrative;           ///< one line for people; part of what is hashed
    std::optional<Digest> reverses;  ///< identity of the entry that this one takes back

    friend bool operator==(const Entry&, const Entry&) = default;
};

/// What may be wrong with an entry.
enum class EntryFault : std::uint8_t {
    none,
    no_legs,         ///< fewer than two
    zero_leg,        ///< a leg of nothing
    unbalanced,      ///< debits and credits differ
    foreign_account  ///< an account of the other book
};

/// Checks that an entry may be posted: two legs or more, none of zero units, debits equal credits,
/// every account of the entry's book.
[[nodiscard]] EntryFault check(const Entry& entry);

/// The entry that takes `entry` back: same place and effect, sides swapped, rule 18, `reverses`
/// set.
[[nodiscard]] Entry mirror_of(const Entry& entry, const Digest& identity);

}  // namespace redink::ledger
