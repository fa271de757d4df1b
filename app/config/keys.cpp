#include "app/config/keys.hpp"

#include <algorithm>
#include <array>

#include "accounting/money/invariant.hpp"

namespace redink::app {
namespace {

constexpr std::string_view kAddress = "0x and 40 hexadecimal digits";
constexpr std::string_view kName = "1 to 64 letters, digits, dots, hyphens and underscores";
constexpr std::string_view kAmount =
    "an integer from 0 to 2^256 - 1 in the market's base unit, as a number or in quotes";

constexpr std::string_view kUnits =
    "an integer from 0 to 2^256 - 1 in units of the asset, as a number or in quotes";
constexpr std::string_view kSeconds = "an integer from 0 to 3153600000 seconds";

constexpr std::array kKeys{
    KeySpec{"", "database", "a private PostgreSQL", "a table [database]"},
    KeySpec{"", "chain", "none", "tables [[chain]]"},
    KeySpec{"", "market", "none", "tables [[market]]"},
    KeySpec{"database", "url", "none", "a PostgreSQL URL, postgresql://user@host:5432/database"},
    KeySpec{"database", "data_dir", ".redink", "a directory"},
    KeySpec{"chain", "name", "required", kName},
    KeySpec{"chain", "id", "required", "an EIP-155 chain id, an integer from 1 to 2^63 - 1"},
    KeySpec{"chain",
            "endpoints",
            "required",
            "a list of http://, https://, ws:// or wss:// URLs, at least one"},
    KeySpec{"chain",
            "finality",
            "finalized",
            "\"finalized\", or a depth: an integer from 0 to 1000000 blocks"},
    KeySpec{"chain", "proof", "bloom", "\"headers\", \"bloom\", \"receipts\" or \"second-source\""},
    KeySpec{"chain", "audit_requests_per_second", "5", "an integer from 0 (no audit) to 10000"},
    KeySpec{"market", "name", "required", kName},
    KeySpec{"market", "protocol", "required", "the name of a protocol"},
    KeySpec{"market", "chain", "required", "the name of a [[chain]]"},
    KeySpec{"market", "address", "required", kAddress},
    KeySpec{"market", "from_block", "required", "an integer from 0 to 2^63 - 1"},
    KeySpec{"market", "version", "as the chain tells", "a version of the protocol, in quotes"},
    KeySpec{"market", "min_debt_value", "by protocol", kAmount},
    KeySpec{"market", "liquidation_cost_value", "by protocol", kAmount},
    KeySpec{"market", "reserve", "none", "tables [[market.reserve]]"},
    KeySpec{"market", "policy", "the standard policy", "a table [market.policy]"},
    KeySpec{"market", "cover", "none", "tables [[market.cover]]"},
    KeySpec{"market.reserve", "asset", "required", kAddress},
    KeySpec{"market.reserve", "supply_token", "required", kAddress},
    KeySpec{"market.reserve", "debt_token", "required", kAddress},
    KeySpec{"market.reserve", "decimals", "18", "an integer from 0 to 77"},
    KeySpec{"market.policy", "grace_seconds", "3600", kSeconds},
    KeySpec{"market.policy", "write_off_after_days", "90", "an integer from 0 to 36500 days"},
    KeySpec{"market.policy",
            "valuation_interval_seconds",
            "3600",
            "an integer from 1 to 3153600000 seconds"},
    KeySpec{"market.policy", "slippage_bps", "100", "an integer from 0 to 10000 basis points"},
    KeySpec{"market.policy", "max_price_age_seconds", "86400", kSeconds},
    KeySpec{"market.cover",
            "layer",
            "required",
            "\"reserve\", \"treasury\", \"insurance\", \"recap\" or, last, \"lenders\""},
    KeySpec{"market.cover", "name", "required", kName},
    KeySpec{"market.cover", "payer", "none", kAddress},
    KeySpec{"market.cover", "asset", "any", kAddress},
    KeySpec{"market.cover", "capacity", "as the books show", kUnits},
    KeySpec{"market.cover", "share_bps", "10000", "an integer from 1 to 10000 basis points"},
    KeySpec{"market.cover", "cooldown", "0", kUnits},
};

}  // namespace

std::span<const KeySpec> config_keys() {
    return kKeys;
}

const KeySpec& find_key(std::span<const KeySpec> keys,
                        std::string_view table,
                        std::string_view name) {
    const auto is_it = [table, name](const KeySpec& key) {
        return key.table == table && key.name == name;
    };
    const auto found = std::find_if(keys.begin(), keys.end(), is_it);
    invariant(found != keys.end(), "a configuration key that is not in the table of keys");
    return *found;
}

std::vector<std::string_view> key_names(std::span<const KeySpec> keys, std::string_view table) {
    std::vector<std::string_view> names;
    for (const KeySpec& key : keys) {
        if (key.table == table) {
            names.push_back(key.name);
        }
    }
    return names;
}

}  // namespace redink::app
