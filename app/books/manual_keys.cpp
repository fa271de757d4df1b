#include "app/books/manual_keys.hpp"

#include <array>

namespace redink::app {
namespace {

using ledger::Rule;

constexpr std::string_view kAddress = "0x and 40 hexadecimal digits";
constexpr std::string_view kText = "a text of 1 to 500 characters on one line";

constexpr std::array kKeys{
    KeySpec{"", "market", "required", "the configured name of a market"},
    KeySpec{"", "reason", "required", kText},
    KeySpec{"", "reference", "required", kText},
    KeySpec{"", "author", "required", kText},
    KeySpec{"", "signed_off_by", "required", kText},
    KeySpec{"", "date", "required", "a day, yyyy-mm-dd"},
    KeySpec{"", "entry", "required", "tables [[entry]], at least one"},
    KeySpec{"entry", "rule", "required", "the name of a rule that may be used by hand"},
    KeySpec{"entry", "block", "required", "an indexed, final block: an integer from 0 to 2^63 - 1"},
    KeySpec{"entry", "pool", "required", "0x and 2 to 64 hexadecimal digits"},
    KeySpec{"entry", "reserve", "required", kAddress},
    KeySpec{"entry", "asset", "required", kAddress},
    KeySpec{"entry", "tx", "none", "0x and 64 hexadecimal digits"},
    KeySpec{"entry", "legs", "required", "a list of tables, at least two"},
    KeySpec{"entry.legs", "account", "required", "an account of the chart"},
    KeySpec{"entry.legs", "side", "required", "\"debit\" or \"credit\""},
    KeySpec{"entry.legs",
            "units",
            "required",
            "an integer from 1 to 2^256 - 1 in units of the asset, as a number or in quotes"},
    KeySpec{"entry.legs", "party", "none", kAddress},
};

constexpr std::array kRules{
    ManualRule{"reserve_used", Rule::reserve_used},
    ManualRule{"treasury_paid", Rule::treasury_paid},
    ManualRule{"insurance_slashed", Rule::insurance_slashed},
    ManualRule{"slashed_burned", Rule::slashed_burned},
    ManualRule{"auction", Rule::auction},
    ManualRule{"socialised", Rule::socialised},
    ManualRule{"recovered_open", Rule::recovered_open},
    ManualRule{"recovered_late", Rule::recovered_late},
    ManualRule{"forgiven", Rule::forgiven},
    ManualRule{"write_off", Rule::write_off},
};

}  // namespace

std::span<const KeySpec> manual_keys() {
    return kKeys;
}

std::span<const ManualRule> manual_rules() {
    return kRules;
}

}  // namespace redink::app
