#include "accounting/rules/rules.hpp"

namespace redink::rules {

Posting reversed(const Posting& posting) {
    Posting mirror{posting.book, ledger::Rule::reversal, {}, "reverses: " + posting.narrative};
    for (const ledger::Leg& leg : posting.legs) {
        if (leg.side == ledger::Side::debit) {
            mirror.credit(leg.account, leg.units, leg.party);
        } else {
            mirror.debit(leg.account, leg.units, leg.party);
        }
    }
    return mirror;
}

}  // namespace redink::rules
