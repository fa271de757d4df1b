#include "app/books/hand_check.hpp"

namespace redink::app {
namespace {

using ledger::Account;
using ledger::Nature;
using ledger::Side;

SignedUnits effect_of(const ledger::Leg& leg) {
    const bool debit_nature = ledger::info(leg.account).nature == Nature::debit;
    return debit_nature == (leg.side == Side::debit) ? SignedUnits::plus(leg.units)
                                                     : SignedUnits::minus(leg.units);
}

// What the posting rules take for granted of a debtor when they use up what is held for him.
std::string find_torn(const rules::EntityBook& book, const PartyId& party) {
    const auto balance = [&](Account account) { return book.balance(account, party); };
    const SignedUnits written_off = balance(Account::written_off);
    if (balance(Account::memo_claim) != written_off ||
        balance(Account::memo_offset) != written_off) {
        return "leaves " + rules::text_of({Account::written_off, party}) + " at " +
               to_decimal(written_off.units()) + " and memo.claim at " +
               to_decimal(balance(Account::memo_claim).units()) +
               "; accepted: as much of one as of the other, memo.claim against memo.offset";
    }
    const U256 deficit = book.debtor(party).deficit();
    const SignedUnits held = balance(Account::allowance) + written_off;
    if ((held - SignedUnits::plus(deficit)).is_negative()) {
        return "leaves allowance and written_off of " + to_decimal(held.units()) +
               " against a deficit of " + to_decimal(deficit) +
               "; accepted: no less than the deficit that is open";
    }
    return {};
}

}  // namespace

HandCheck::HandCheck(std::span<const ledger::Entry> entries) : entries_{entries} {
    for (const ledger::Entry& entry : entries) {
        books_[entry.entity];
        for (const ledger::Leg& leg : entry.legs) {
            changes_[{entry.entity, {leg.account, leg.party}}];
        }
    }
}

void HandCheck::replay(const ledger::Entry& entry) {
    const auto book = books_.find(entry.entity);
    if (book == books_.end()) {
        return;
    }
    book->second.replay(entry.book, entry.legs);
    for (const ledger::Leg& leg : entry.legs) {
        const auto found = changes_.find({entry.entity, {leg.account, leg.party}});
        if (found != changes_.end()) {
            SignedUnits& change = found->second[entry.origin.block.number];
            change = change + effect_of(leg);
        }
    }
}

// From the entry's block on, every balance that it touches.
std::string HandCheck::find_overdrawn(const ledger::Entry& entry,
                                      const std::map<Key, Changes>& changes) {
    for (const ledger::Leg& leg : entry.legs) {
        if (ledger::info(leg.account).may_be_negative) {
            continue;
        }
        const rules::BalanceKey key{leg.account, leg.party};
        SignedUnits balance;
        for (const auto& [block, change] : changes.at({entry.entity, key})) {
            balance = balance + change;
            if (block >= entry.origin.block.number && balance.is_negative()) {
                return "makes " + rules::text_of(key) + " " + to_decimal(balance.units()) +
                       " below zero at block " + std::to_string(block) +
                       "; accepted: no more than there is from its block on";
            }
        }
    }
    return {};
}

std::optional<HandRefusal> HandCheck::find_refusal() const {
    std::map<ledger::Entity, rules::EntityBook> books = books_;
    std::map<Key, Changes> changes = changes_;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const ledger::Entry& entry = entries_[i];
        for (const ledger::Leg& leg : entry.legs) {
            SignedUnits& change =
                changes.at({entry.entity, {leg.account, leg.party}})[entry.origin.block.number];
            change = change + effect_of(leg);
        }
        rules::EntityBook& book = books.at(entry.entity);
        book.replay(entry.book, entry.legs);
        std::string text = find_overdrawn(entry, changes);
        if (const std::string broken = book.broken_invariant(); text.empty() && !broken.empty()) {
            text = "does not fit the books (" + broken + "); accepted: what keeps their equations";
        }
        for (const ledger::Leg& leg : entry.legs) {
            if (text.empty()) {
                text = find_torn(book, leg.party);
            }
        }
        if (!text.empty()) {
            return HandRefusal{i, std::move(text)};
        }
    }
    return std::nullopt;
}

}  // namespace redink::app
