#include "app/config/table_reader.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

#include "accounting/money/u256.hpp"
#include "app/config/address.hpp"
#include "app/config/keys.hpp"
#include "app/config/near_miss.hpp"

namespace redink::app {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::string_view kNameLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

std::string_view type_name(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::none:
            break;
        case toml::node_type::table:
            return "a table";
        case toml::node_type::array:
            return node.is_array_of_tables() ? "a list of tables" : "a list";
        case toml::node_type::string:
            return "a text";
        case toml::node_type::integer:
            return "an integer";
        case toml::node_type::floating_point:
            return "a number with a point";
        case toml::node_type::boolean:
            return "true or false";
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time:
            return "a date or time";
    }
    return "nothing";
}

// yyyy-mm-dd, of a month and a day that exist.
bool is_day(std::string_view text) {
    constexpr std::string_view kForm = "dddd-dd-dd";
    const auto fits = [](char letter, char form) {
        return form == 'd' ? letter >= '0' && letter <= '9' : letter == form;
    };
    if (text.size() != kForm.size() || !std::equal(text.begin(), text.end(), kForm.begin(), fits)) {
        return false;
    }
    const auto number = [text](std::size_t at, std::size_t size) {
        return std::stoi(std::string{text.substr(at, size)});
    };
    return std::chrono::year_month_day{std::chrono::year{number(0, 4)},
                                       std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                       std::chrono::day{static_cast<unsigned>(number(8, 2))}}
        .ok();
}

std::uint32_t line_of_node(const toml::node& node) {
    return node.source().begin.line;
}

}  // namespace

TableReader::TableReader(const toml::table& table,
                         std::string_view schema,
                         std::string label,
                         ReadContext& context)
    : table_{table}, schema_{schema}, label_{std::move(label)}, context_{context} {
    check_keys();
}

void TableReader::check_keys() {
    const std::vector<std::string_view> known = key_names(context_.keys, schema_);
    for (auto&& [key, node] : table_) {
        if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
            add_issue_at(key.source().begin.line,
                         key.str(),
                         "is not a key of this table" + did_you_mean(key.str(), known) +
                             "; accepted: " + listed(known));
        }
    }
}

std::string TableReader::accepted(std::string_view key) const {
    return std::string{find_key(context_.keys, schema_, key).accepted};
}

const toml::node* TableReader::find(std::string_view key) {
    const KeySpec& spec = find_key(context_.keys, schema_, key);
    const toml::node* node = table_.get(key);
    if (node == nullptr && spec.standard == "required") {
        add_issue(key, "is missing; accepted: " + accepted(key));
    }
    return node;
}

std::uint32_t TableReader::line_of(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node != nullptr ? line_of_node(*node) : line_of_node(table_);
}

void TableReader::add_issue(std::string_view key, std::string text) {
    add_issue_at(line_of(key), key, std::move(text));
}

void TableReader::add_issue_at(std::uint32_t line, std::string_view key, std::string text) {
    context_.issues.push_back({context_.file,
                               line,
                               label_.empty() ? std::string{key} : label_ + " " + std::string{key},
                               std::move(text)});
}

void TableReader::add_wrong_type(std::string_view key, const toml::node& node) {
    add_issue_at(line_of_node(node),
                 key,
                 "is " + std::string{type_name(node)} + "; accepted: " + accepted(key));
}

std::optional<ReplacedText> TableReader::text(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto* written = node->as_string();
    if (written == nullptr) {
        add_wrong_type(key, *node);
        return std::nullopt;
    }
    Result<ReplacedText> replaced = replace_variables(written->get(), context_.environment);
    if (replaced.has_error()) {
        add_issue(key, replaced.error().text);
        return std::nullopt;
    }
    if (replaced->value.empty()) {
        add_issue(key, "is empty; accepted: " + accepted(key));
        return std::nullopt;
    }
    return std::move(replaced).value();
}

std::string TableReader::name(std::string_view key) {
    const std::optional<ReplacedText> written = text(key);
    if (!written) {
        return {};
    }
    if (written->value.size() > kMaxName ||
        written->value.find_first_not_of(kNameLetters) != std::string::npos) {
        add_issue(key, "is " + written->shown() + "; accepted: " + accepted(key));
        return {};
    }
    return written->value;
}

std::optional<std::int64_t> TableReader::integer(std::string_view key, IntegerRange range) {
    const toml::node* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto* written = node->as_integer();
    if (written == nullptr) {
        add_wrong_type(key, *node);
        return std::nullopt;
    }
    const std::int64_t value = written->get();
    if (value < range.first || value > range.last) {
        add_issue(key, "is " + std::to_string(value) + "; accepted: " + accepted(key));
        return std::nullopt;
    }
    return value;
}

std::optional<std::string> TableReader::amount(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (!node->is_string() && !node->is_integer()) {
        add_wrong_type(key, *node);
        return std::nullopt;
    }
    const std::optional<ReplacedText> written =
        node->is_string() ? text(key)
                          : ReplacedText{std::to_string(node->as_integer()->get()), false};
    if (!written) {
        return std::nullopt;
    }
    const std::optional<U256> value = from_decimal(written->value);
    if (!value) {
        add_issue(key, "is " + written->shown() + "; accepted: " + accepted(key));
        return std::nullopt;
    }
    return to_decimal(*value);
}

chain::Address TableReader::address(std::string_view key) {
    const std::optional<ReplacedText> written = text(key);
    if (!written) {
        return {};
    }
    const Result<chain::Address> address = parse_address(written->value);
    if (address.has_error()) {
        add_issue(key, written->shown() + " " + address.error().text);
        return {};
    }
    if (address->is_zero()) {
        add_issue(key, "is the zero address; accepted: the address of a contract");
    }
    return *address;
}

std::vector<std::pair<ReplacedText, std::uint32_t>> TableReader::texts(std::string_view key) {
    std::vector<std::pair<ReplacedText, std::uint32_t>> out;
    const toml::node* node = find(key);
    const toml::array* list = node != nullptr ? node->as_array() : nullptr;
    if (node != nullptr && (list == nullptr || list->empty())) {
        if (list == nullptr) {
            add_wrong_type(key, *node);
        } else {
            add_issue(key, "is empty; accepted: " + accepted(key));
        }
    }
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const toml::node& element = *list->get(i);
        const auto* written = element.as_string();
        if (written == nullptr) {
            add_wrong_type(key, element);
            continue;
        }
        Result<ReplacedText> replaced = replace_variables(written->get(), context_.environment);
        if (replaced.has_error()) {
            add_issue_at(line_of_node(element), key, replaced.error().text);
            continue;
        }
        out.emplace_back(std::move(replaced).value(), line_of_node(element));
    }
    return out;
}

std::string TableReader::date(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
        return {};
    }
    std::string written;
    if (const auto* day = node->as_date()) {
        std::ostringstream out;
        out << day->get();
        written = out.str();
    } else if (const std::optional<ReplacedText> quoted = text(key)) {
        written = quoted->value;
    } else {
        return {};
    }
    if (!is_day(written)) {
        add_issue(key, "is \"" + written + "\"; accepted: " + accepted(key));
    }
    return written;
}

std::optional<std::string> TableReader::word(std::string_view key,
                                             std::span<const std::string_view> accepted) {
    const std::optional<ReplacedText> written = text(key);
    if (!written) {
        return std::nullopt;
    }
    if (std::find(accepted.begin(), accepted.end(), written->value) == accepted.end()) {
        add_issue(key,
                  "is " + written->shown() + did_you_mean(written->value, accepted) +
                      "; accepted: " + listed(accepted));
        return std::nullopt;
    }
    return written->value;
}

const toml::table* TableReader::table(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
        return nullptr;
    }
    if (node->as_table() == nullptr) {
        add_wrong_type(key, *node);
    }
    return node->as_table();
}

std::vector<const toml::table*> TableReader::tables(std::string_view key) {
    std::vector<const toml::table*> out;
    const toml::node* node = find(key);
    if (node == nullptr) {
        return out;
    }
    const toml::array* list = node->as_array();
    if (list == nullptr || (!list->empty() && !list->is_array_of_tables())) {
        add_wrong_type(key, *node);
        return out;
    }
    for (const toml::node& element : *list) {
        out.push_back(element.as_table());
    }
    return out;
}

bool TableReader::has_integer(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node != nullptr && node->is_integer();
}

}  // namespace redink::app
