#include "app/report/report_query.hpp"

#include <algorithm>
#include <array>

#include "app/commands/options.hpp"
#include "app/config/address.hpp"
#include "app/config/near_miss.hpp"
#include "app/prices/price_file.hpp"
#include "app/report/policy_sensitivity.hpp"

namespace redink::app {
namespace {

constexpr std::array<std::string_view, 12> kWithAccount{"positions",
                                                        "solvency",
                                                        "bad-debt",
                                                        "bad-debt-views",
                                                        "bad-debt-history",
                                                        "liquidations",
                                                        "account-balances",
                                                        "haircuts",
                                                        "write-offs",
                                                        "loss-history",
                                                        "recognition-lag",
                                                        "journal"};

std::string address_text(const std::string& option, const std::string& text) {
    const Result<chain::Address> address = parse_address(text);
    if (address.has_error()) {
        throw UsageError{option + " \"" + text + "\" " + address.error().text};
    }
    return address->hex();
}

}  // namespace

const store::ReportSpec& find_report(const std::string& name) {
    std::vector<std::string_view> names;
    for (const store::ReportSpec& spec : store::report_specs()) {
        if (spec.name == name) {
            return spec;
        }
        names.push_back(spec.name);
    }
    if (name == sensitivity_spec().name) {
        return sensitivity_spec();
    }
    names.push_back(sensitivity_spec().name);
    if (name.empty()) {
        throw UsageError{"which report? accepted: " + listed(names)};
    }
    throw UsageError{"there is no report \"" + name + "\"" + did_you_mean(name, names) +
                     "; accepted: " + listed(names)};
}

ReportFilter check_filter(const store::ReportSpec& spec, ReportFilter filter) {
    if (filter.account) {
        if (std::find(kWithAccount.begin(), kWithAccount.end(), spec.name) == kWithAccount.end()) {
            throw UsageError{"--account: report " + std::string{spec.name} +
                             " has no accounts; accepted for: " + listed(kWithAccount)};
        }
        filter.account = address_text("--account", *filter.account);
    }
    if (filter.asset) {
        if (spec.asset_columns.empty()) {
            throw UsageError{"--asset: report " + std::string{spec.name} + " has no assets"};
        }
        if (filter.asset->starts_with("0x")) {
            filter.asset = address_text("--asset", *filter.asset);
        }
    }
    if (filter.kind) {
        if (!spec.has_kind) {
            throw UsageError{"--kind: report " + std::string{spec.name} +
                             " does not look at imported prices; accepted for: bad-debt-views, "
                             "policy-sensitivity"};
        }
        if (!is_price_kind(*filter.kind)) {
            throw UsageError{"--kind \"" + *filter.kind +
                             "\" is no kind of prices; accepted: market, or scenario:NAME"};
        }
    }
    return filter;
}

std::vector<std::string> choose_markets(const std::vector<std::string>& wanted,
                                        const std::vector<std::string>& known) {
    if (known.empty()) {
        throw UsageError{
            "there is no market in this database yet; redink sync adds those of "
            "redink.toml"};
    }
    const std::vector<std::string_view> names{known.begin(), known.end()};
    if (wanted.empty() && known.size() > 1) {
        throw UsageError{"there are several markets; choose with --market: " + listed(names)};
    }
    for (const std::string& name : wanted) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw UsageError{"there is no market \"" + name + "\" in this database" +
                             did_you_mean(name, names) + "; accepted: " + listed(names)};
        }
    }
    return wanted.empty() ? known : wanted;
}

}  // namespace redink::app
