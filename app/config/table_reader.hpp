#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "app/config/environment.hpp"
#include "app/config/issues.hpp"
#include "app/config/keys.hpp"
#include "indexer/chain/types.hpp"

namespace redink::app {

/// What all readers of one file share.
struct ReadContext {
    std::string file;
    Environment environment;
    std::vector<ConfigIssue> issues;
    std::span<const KeySpec> keys = config_keys();  ///< of this kind of file
};

/// Smallest and largest accepted integer.
struct IntegerRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// Reads one table of the file by the table of keys. What is wrong becomes an issue with its line;
/// then the value is empty, and reading goes on.
class TableReader {
  public:
    /// `schema` is KeySpec::table; `label` names the table in issues. Unknown keys become issues.
    TableReader(const toml::table& table,
                std::string_view schema,
                std::string label,
                ReadContext& context);

    /// A text, its variables replaced.
    [[nodiscard]] std::optional<ReplacedText> text(std::string_view key);

    /// A name as chains and markets have it; refuses other characters.
    [[nodiscard]] std::string name(std::string_view key);

    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, IntegerRange range);

    /// An integer below 2^256 as decimal digits, written as a number or in quotes.
    [[nodiscard]] std::optional<std::string> amount(std::string_view key);

    /// An address other than zero.
    [[nodiscard]] chain::Address address(std::string_view key);

    /// The elements of a list of texts. Each is replaced; `bad` elements are left out.
    [[nodiscard]] std::vector<std::pair<ReplacedText, std::uint32_t>> texts(std::string_view key);

    /// A day, `2026-11-21` as a TOML date or in quotes; as text.
    [[nodiscard]] std::string date(std::string_view key);

    /// One of a few words; empty, with an issue, when it is another.
    [[nodiscard]] std::optional<std::string> word(std::string_view key,
                                                  std::span<const std::string_view> accepted);

    /// The table `[key]`; null when it is not there.
    [[nodiscard]] const toml::table* table(std::string_view key);

    /// The tables of `[[key]]`.
    [[nodiscard]] std::vector<const toml::table*> tables(std::string_view key);

    [[nodiscard]] bool has(std::string_view key) const {
        return table_.contains(key);
    }

    /// True when the value is an integer, for keys that accept two types.
    [[nodiscard]] bool has_integer(std::string_view key) const;

    /// Adds an issue about a key. `text` begins with a verb: "is not …".
    void add_issue(std::string_view key, std::string text);

    /// As above, at a line of a longer value.
    void add_issue_at(std::uint32_t line, std::string_view key, std::string text);

    /// The line of a key's value; of the table when the key is not there.
    [[nodiscard]] std::uint32_t line_of(std::string_view key) const;

  private:
    // The value; an issue when it is required and missing.
    [[nodiscard]] const toml::node* find(std::string_view key);
    [[nodiscard]] std::string accepted(std::string_view key) const;
    void add_wrong_type(std::string_view key, const toml::node& node);
    void check_keys();

    const toml::table& table_;
    std::string_view schema_;
    std::string label_;
    ReadContext& context_;
};

}  // namespace redink::app
