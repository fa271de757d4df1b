#include "app/prices/price_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <tuple>

#include "app/config/address.hpp"
#include "app/config/issues.hpp"
#include "app/config/near_miss.hpp"
#include "app/prices/csv_record.hpp"
#include "indexer/chain/sha256.hpp"

namespace redink::app {
namespace {

constexpr std::size_t kMostIssues = 20;
constexpr std::size_t kLongestText = 64;
constexpr std::string_view kScenario = "scenario:";
constexpr std::string_view kNameLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
constexpr std::array<std::string_view, 8> kColumns{
    "asset", "price", "decimals", "unit", "source", "round_id", "updated_at", "block"};

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kLongestText &&
           text.find_first_not_of(kNameLetters) == std::string_view::npos;
}

// What a wrong value shows of itself.
std::string shown(std::string_view value) {
    const bool is_long = value.size() > kLongestText;
    return "is \"" + std::string{value.substr(0, kLongestText)} + (is_long ? "…\"" : "\"");
}

class PriceFile {
  public:
    PriceFile(std::string_view text, std::string file) : csv_{text}, file_{std::move(file)} {
    }

    std::vector<valuation::PriceRow> read() {
        if (read_header()) {
            while (const auto record = csv_.next()) {
                read_row(*record);
            }
            if (rows_.empty() && issues_.empty()) {
                add(0, "", "has no price");
            }
        }
        if (!issues_.empty()) {
            fail();
        }
        return std::move(rows_);
    }

  private:
    bool read_header();
    void read_row(const CsvRecord& record);
    void check_against_others(const valuation::PriceRow& row);

    // The value of a column in the record at hand.
    [[nodiscard]] std::string_view value(std::string_view column) const {
        return record_->fields.at(places_.at(column));
    }

    AssetId asset();
    U256 price();
    std::uint8_t scale();
    std::string text(std::string_view column);
    std::string round_id();
    std::uint64_t number(std::string_view column);

    void add(std::uint32_t line, std::string key, std::string text) {
        issues_.push_back({file_, line, std::move(key), std::move(text)});
    }

    void add(std::string_view column, std::string text) {
        add(record_->line,
            "column " + std::to_string(places_.at(column) + 1) + " (" + std::string{column} + ")",
            std::move(text));
    }

    [[noreturn]] void fail() {
        if (issues_.size() > kMostIssues) {
            const std::size_t more = issues_.size() - kMostIssues;
            issues_.resize(kMostIssues);
            add(0, "", "and " + std::to_string(more) + " more");
        }
        throw ConfigError{std::move(issues_)};
    }

    CsvReader csv_;
    std::string file_;
    std::vector<ConfigIssue> issues_;
    std::map<std::string_view, std::size_t> places_;  // by column
    const CsvRecord* record_ = nullptr;
    std::vector<valuation::PriceRow> rows_;
    std::map<std::tuple<AssetId, std::uint64_t, std::string>, std::uint32_t> seen_;  // lines
    std::map<AssetId, std::string> units_;
};

bool PriceFile::read_header() {
    const auto header = csv_.next();
    if (!header || !header->problem.empty()) {
        add(header ? header->line : 1,
            "",
            (header ? header->problem : "is empty") + "; accepted: a header " + listed(kColumns));
        return false;
    }
    for (std::size_t i = 0; i < header->fields.size(); ++i) {
        const std::string& written = header->fields[i];
        const auto* const known = std::find(kColumns.begin(), kColumns.end(), written);
        const std::string key = "column " + std::to_string(i + 1);
        if (known == kColumns.end()) {
            add(header->line,
                key,
                shown(written) + ", which is no column" + did_you_mean(written, kColumns) +
                    "; accepted: " + listed(kColumns));
        } else if (!places_.emplace(*known, i).second) {
            add(header->line, key, "repeats " + written + "; accepted: each column once");
        }
    }
    for (const std::string_view column : kColumns) {
        if (!places_.contains(column)) {
            add(header->line, std::string{column}, "is missing; accepted: " + listed(kColumns));
        }
    }
    return issues_.empty();
}

void PriceFile::read_row(const CsvRecord& record) {
    if (!record.problem.empty() || record.fields.size() != kColumns.size()) {
        add(record.line,
            "",
            !record.problem.empty() ? record.problem
                                    : "has " + std::to_string(record.fields.size()) +
                                          " fields; accepted: " + std::to_string(kColumns.size()) +
                                          ", as many as the header");
        return;
    }
    record_ = &record;
    const std::size_t before = issues_.size();
    valuation::PriceRow row;
    row.asset = asset();
    row.price = price();
    row.scale = scale();
    row.unit = text("unit");
    row.source = text("source");
    row.round_id = round_id();
    row.updated_at = number("updated_at");
    row.block = number("block");
    if (issues_.size() == before) {
        check_against_others(row);
        rows_.push_back(std::move(row));
    }
}

void PriceFile::check_against_others(const valuation::PriceRow& row) {
    const auto [place, is_new] =
        seen_.emplace(std::tuple{row.asset, row.block, row.source}, record_->line);
    if (!is_new) {
        add("asset",
            "has a price of this source at this block on line " + std::to_string(place->second) +
                "; accepted: one for each asset, block and source");
    }
    const auto [first, is_first] = units_.emplace(row.asset, row.unit);
    if (!is_first && first->second != row.unit) {
        add("unit",
            "is \"" + row.unit + "\", and \"" + first->second +
                "\" before; accepted: one unit for each asset of a file");
    }
}

AssetId PriceFile::asset() {
    const std::string_view written = value("asset");
    const Result<chain::Address> address = parse_address(written);
    if (address.has_error()) {
        add("asset", shown(written) + ", which " + address.error().text);
        return {};
    }
    if (address->is_zero()) {
        add("asset", "is the zero address; accepted: a token, or 0xeeee…eeee for the native coin");
    }
    return {address->bytes()};
}

U256 PriceFile::price() {
    const std::string_view written = value("price");
    const std::optional<U256> price = from_decimal(written);
    if (!price || price->is_zero()) {
        add("price",
            shown(written) +
                "; accepted: an integer from 1 to 2^256 - 1; the point is set by decimals "
                "(1.05 is 105 with 2 decimals)");
    }
    return price.value_or(0);
}

std::uint8_t PriceFile::scale() {
    const std::string_view written = value("decimals");
    const std::optional<U256> scale = from_decimal(written);
    if (!scale || *scale > valuation::kMaxPriceScale) {
        add("decimals", shown(written) + "; accepted: an integer from 0 to 77");
        return 0;
    }
    return static_cast<std::uint8_t>(*scale);
}

std::string PriceFile::text(std::string_view column) {
    const std::string_view written = value(column);
    if (!is_name(written)) {
        add(column,
            shown(written) + "; accepted: 1 to 64 letters, digits, dots, hyphens and underscores");
    }
    return std::string{written};
}

std::string PriceFile::round_id() {
    const std::string_view written = value("round_id");
    return written.empty() ? std::string{} : text("round_id");
}

std::uint64_t PriceFile::number(std::string_view column) {
    constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
    const std::string_view written = value(column);
    const std::optional<U256> number = from_decimal(written);
    if (!number || *number > kLargest || (column == "updated_at" && number->is_zero())) {
        const bool is_time = column == "updated_at";
        add(column,
            (written.empty() ? "is missing" : shown(written)) + "; accepted: " +
                (is_time ? "Unix seconds, an integer from 1"
                         : "a block number, an integer from 0") +
                " to 2^63 - 1");
        return 0;
    }
    return static_cast<std::uint64_t>(*number);
}

}  // namespace

bool is_price_kind(std::string_view kind) {
    return kind == "market" ||
           (kind.starts_with(kScenario) && is_name(kind.substr(kScenario.size())));
}

ImportedPrices parse_prices(std::string_view text,
                            const std::string& file,
                            const std::string& kind) {
    if (!is_price_kind(kind)) {
        throw ConfigError{{{"--kind",
                            0,
                            "",
                            shown(kind) + "; accepted: market, or scenario:NAME of 1 to 64 "
                                          "letters, digits, dots, hyphens and underscores"}}};
    }
    ImportedPrices prices;
    prices.set.kind = kind;
    prices.set.rows = PriceFile{text, file}.read();
    valuation::sort_rows(prices.set.rows);
    prices.digest = chain::sha256(canonical_bytes(prices.set));
    return prices;
}

ImportedPrices read_prices(const std::filesystem::path& path, const std::string& kind) {
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad() || std::filesystem::is_directory(path)) {
        throw ConfigError{{{path.string(), 0, "", "cannot be read"}}};
    }
    return parse_prices(text, path.string(), kind);
}

}  // namespace redink::app
