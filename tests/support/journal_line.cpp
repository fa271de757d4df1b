#include "tests/support/journal_line.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>

namespace redink::test {
namespace {

using events::DomainEvent;
using events::Layer;
using events::Source;

[[noreturn]] void refuse(const std::string& text) {
    throw std::invalid_argument{text};
}

template <class Value, std::size_t N>
Value by_name(const std::array<std::pair<std::string_view, Value>, N>& names,
              const std::string& name) {
    for (const auto& [known, value] : names) {
        if (known == name) {
            return value;
        }
    }
    refuse("unknown word " + name);
}

/// The amount and the `key=value` words of an event; every word has to be used.
class Arguments {
  public:
    explicit Arguments(const std::vector<std::string>& words) {
        for (const std::string& word : words) {
            const std::size_t equals = word.find('=');
            if (equals == std::string::npos) {
                amount_ = word;
            } else {
                named_.emplace(word.substr(0, equals), word.substr(equals + 1));
            }
        }
    }

    SignedUnits signed_amount() {
        return signed_units_of(std::exchange(amount_, ""));
    }

    U256 amount() {
        return unsigned_of(signed_amount());
    }

    SignedUnits signed_of(const std::string& key) {
        const std::string text = word(key);
        return text.empty() ? SignedUnits{} : signed_units_of(text);
    }

    U256 units(const std::string& key) {
        return unsigned_of(signed_of(key));
    }

    PartyId party(const std::string& key) {
        return named(word(key));
    }

    Layer layer(const std::string& key) {
        static constexpr std::array<std::pair<std::string_view, Layer>, 5> kNames{
            {{"reserve", Layer::reserve},
             {"treasury", Layer::treasury},
             {"insurance", Layer::insurance},
             {"recap", Layer::recap},
             {"lenders", Layer::lenders}}};
        return by_name(kNames, word(key));
    }

    Source source(const std::string& key) {
        static constexpr std::array<std::pair<std::string_view, Source>, 3> kNames{
            {{"borrower", Source::borrower},
             {"collateral", Source::collateral},
             {"third_party", Source::third_party}}};
        return by_name(kNames, word(key));
    }

    /// Whether `with=` says claims and not cash.
    bool with_claims(const std::string& otherwise) {
        const std::string text = word("with");
        return (text.empty() ? otherwise : text) == "claims";
    }

    void require_all_used() const {
        if (!amount_.empty()) {
            refuse("unused amount " + amount_);
        }
        if (!named_.empty()) {
            refuse("unknown argument " + named_.begin()->first);
        }
    }

  private:
    std::string word(const std::string& key) {
        const auto node = named_.extract(key);
        return node ? node.mapped() : "";
    }

    static U256 unsigned_of(const SignedUnits& value) {
        if (value.is_negative()) {
            refuse("an amount below zero");
        }
        return value.units();
    }

    std::string amount_;
    std::map<std::string, std::string> named_;
};

template <class Event>
DomainEvent of_account(Arguments& in) {
    return Event{in.party("of"), in.amount()};
}

template <class Event>
DomainEvent of_amount(Arguments& in) {
    return Event{in.amount()};
}

DomainEvent repaid(Arguments& in) {
    return in.with_claims("cash") ? of_account<events::RepaidWithClaims>(in)
                                  : of_account<events::Repaid>(in);
}

DomainEvent interest(Arguments& in) {
    return events::InterestAccrued{in.signed_of("loans"),
                                   in.signed_of("cash"),
                                   in.signed_of("lenders"),
                                   in.signed_of("treasury"),
                                   in.signed_of("reserve")};
}

DomainEvent reserve(Arguments& in) {
    return events::ReservePaid{in.signed_amount()};
}

DomainEvent cover(Arguments& in) {
    return events::DeficitCovered{
        in.party("payer"), in.layer("by"), in.amount(), in.with_claims("claims")};
}

DomainEvent slash(Arguments& in) {
    return events::InsuranceSlashed{in.party("stake"), in.amount()};
}

DomainEvent recover(Arguments& in) {
    return events::RecoveredOpen{in.party("of"), in.source("from"), in.amount()};
}

DomainEvent recover_late(Arguments& in) {
    return events::RecoveredLate{
        in.party("of"), in.source("from"), in.layer("keeper"), in.amount()};
}

DomainEvent sell(Arguments& in) {
    return events::CollateralSold{in.units("units"), in.units("proceeds")};
}

DomainEvent value(Arguments& in) {
    return events::DebtValued{in.party("of"),
                              in.units("gross"),
                              in.units("shortfall"),
                              in.units("interest"),
                              in.units("before")};
}

using Reader = DomainEvent (*)(Arguments&);

const std::map<std::string, Reader>& readers() {
    static const std::map<std::string, Reader> all{
        {"supply", of_account<events::Supplied>},
        {"withdraw", of_account<events::Withdrawn>},
        {"borrow", of_account<events::Borrowed>},
        {"repay", repaid},
        {"interest", interest},
        {"mint", of_amount<events::TreasuryMinted>},
        {"reserve", reserve},
        {"liquidate", of_account<events::Liquidated>},
        {"payout", of_account<events::CollateralPaidOut>},
        {"deficit", of_account<events::DeficitCreated>},
        {"cover", cover},
        {"slash", slash},
        {"burn", of_amount<events::SlashedBurned>},
        {"auction", of_amount<events::AuctionOpened>},
        {"proceeds", of_amount<events::AuctionPaid>},
        {"socialise", of_amount<events::LossSocialised>},
        {"recover", recover},
        {"recover-late", recover_late},
        {"forgive", of_account<events::DebtForgiven>},
        {"write-off", of_account<events::DebtWrittenOff>},
        {"take", of_account<events::CollateralTaken>},
        {"absorb", of_account<events::DebtAbsorbed>},
        {"sell", sell},
        {"value", value},
    };
    return all;
}

std::optional<StatedBalance> stated_balance(const std::string& word) {
    const std::size_t at = word.find('@');
    const auto account = ledger::find_account(std::string_view{word}.substr(0, at));
    if (!account) {
        return std::nullopt;
    }
    StatedBalance balance{word, *account, std::nullopt, {}};
    if (at != std::string::npos) {
        balance.party = named(word.substr(at + 1));
    }
    return balance;
}

}  // namespace

std::vector<std::string> words_of(std::string_view line) {
    std::istringstream in{std::string{line.substr(0, line.find('#'))}};
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(word);
    }
    return words;
}

PartyId named(std::string_view name) {
    PartyId party;
    if (name.size() > party.bytes.size()) {
        refuse("a name longer than 20 characters");
    }
    std::copy(name.begin(), name.end(), party.bytes.begin());
    return party;
}

SignedUnits signed_units_of(const std::string& text) {
    const bool negative = text.starts_with('-');
    const auto units = from_decimal(std::string_view{text}.substr(negative ? 1 : 0));
    if (!units) {
        refuse("no number: '" + text + "'");
    }
    return negative ? SignedUnits::minus(*units) : SignedUnits::plus(*units);
}

JournalLine read_journal_line(const std::vector<std::string>& words) {
    JournalLine line;
    std::size_t at = 0;
    line.refused = words.front() == "refused";
    at += line.refused ? 1 : 0;
    if (words.size() < at + 2) {
        refuse("a line needs a verb and an asset");
    }
    line.verb = words[at++];
    line.asset = words[at++];
    std::vector<std::string> arguments;
    while (at < words.size() && !stated_balance(words[at])) {
        arguments.push_back(words[at++]);
    }
    for (; at < words.size(); at += 2) {
        auto balance = stated_balance(words[at]);
        if (!balance || at + 1 == words.size()) {
            refuse("no balance: " + words[at]);
        }
        balance->units = signed_units_of(words[at + 1]);
        line.balances.push_back(*balance);
    }
    Arguments in{arguments};
    const auto reader = readers().find(line.verb);
    if (reader != readers().end()) {
        line.event = reader->second(in);
    } else if (line.verb != "reverse" && line.verb != "balances") {
        refuse("unknown verb " + line.verb);
    }
    in.require_all_used();
    return line;
}

}  // namespace redink::test
