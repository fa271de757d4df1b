#include "app/books/manual_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>

#include "accounting/money/invariant.hpp"
#include "app/books/manual_keys.hpp"
#include "app/config/near_miss.hpp"
#include "app/config/table_reader.hpp"
#include "indexer/chain/sha256.hpp"

namespace redink::app {
namespace {

constexpr std::size_t kLongestText = 500;
constexpr std::size_t kLongestPool = 32;
constexpr std::array<std::string_view, 2> kSides{"debit", "credit"};

// Nothing is replaced: the digest is of what was signed.
std::optional<std::string> no_variable(const std::string&) {
    return std::nullopt;
}

std::string line_of_text(TableReader& reader, std::string_view key) {
    const std::optional<ReplacedText> written = reader.text(key);
    if (!written) {
        return {};
    }
    const std::string& text = written->value;
    const bool has_control = std::any_of(text.begin(), text.end(), [](char letter) {
        return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f';
    });
    if (has_control || text.size() > kLongestText ||
        text.find_first_not_of(' ') == std::string::npos) {
        reader.add_issue(key, "is no such text; accepted: 1 to 500 characters on one line");
    }
    return text;
}

std::vector<std::uint8_t> read_pool(TableReader& reader) {
    const std::optional<ReplacedText> written = reader.text("pool");
    if (!written) {
        return {};
    }
    Result<chain::Bytes> pool = chain::from_hex(written->value);
    if (pool.has_error() || pool->empty() || pool->size() > kLongestPool) {
        reader.add_issue(
            "pool", "is " + written->shown() + "; accepted: 0x and 2 to 64 hexadecimal digits");
        return {};
    }
    return std::move(pool).value();
}

Digest read_txn(TableReader& reader) {
    const std::optional<ReplacedText> written = reader.text("tx");
    if (!written) {
        return {};
    }
    const auto hash = chain::Hash32::parse(written->value);
    if (!hash) {
        reader.add_issue("tx",
                         "is " + written->shown() + "; accepted: 0x and 64 hexadecimal digits");
        return {};
    }
    return {hash->bytes()};
}

ledger::Rule read_rule(TableReader& reader) {
    std::vector<std::string_view> names;
    for (const ManualRule& rule : manual_rules()) {
        names.push_back(rule.name);
    }
    const std::optional<std::string> name = reader.word("rule", names);
    for (const ManualRule& rule : manual_rules()) {
        if (name == rule.name) {
            return rule.rule;
        }
    }
    return {};
}

ledger::BlockStamp read_block(TableReader& reader, const FindBlock& find_block) {
    constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
    const auto written = reader.integer("block", {0, kLast});
    if (!written) {
        return {};
    }
    const auto block = find_block(static_cast<std::uint64_t>(*written));
    if (!block) {
        reader.add_issue("block",
                         "is " + std::to_string(*written) +
                             ", which is not booked; accepted: a block that is indexed, final "
                             "and booked");
    }
    return block.value_or(ledger::BlockStamp{});
}

std::optional<ledger::Account> read_account(TableReader& reader) {
    std::vector<std::string_view> names;
    for (const ledger::AccountInfo& info : ledger::chart()) {
        names.push_back(info.name);
    }
    const std::optional<std::string> name = reader.word("account", names);
    return name ? ledger::find_account(*name) : std::nullopt;
}

// One leg; empty when its account, side or units are not sound.
std::optional<ledger::Leg> read_leg(TableReader& reader) {
    const std::optional<ledger::Account> account = read_account(reader);
    const std::optional<std::string> side = reader.word("side", kSides);
    const std::optional<std::string> units = reader.amount("units");
    ledger::Leg leg;
    if (reader.has("party")) {
        leg.party = PartyId{reader.address("party").bytes()};
    }
    if (!account || !side || !units) {
        return std::nullopt;
    }
    leg.account = *account;
    leg.side = side == kSides.front() ? ledger::Side::debit : ledger::Side::credit;
    leg.units = from_decimal(*units).value_or(0);
    if (leg.units.is_zero()) {
        reader.add_issue("units", "is 0; accepted: an integer from 1 to 2^256 - 1");
        return std::nullopt;
    }
    return leg;
}

// Whether debits equal credits; what is wrong becomes an issue of the entry.
void check_balance(TableReader& entry, const std::vector<ledger::Leg>& legs) {
    using Wide = boost::multiprecision::uint512_t;
    Wide debits = 0;
    Wide credits = 0;
    for (const ledger::Leg& leg : legs) {
        (leg.side == ledger::Side::debit ? debits : credits) += Wide{leg.units};
    }
    if (debits != credits) {
        entry.add_issue("legs",
                        "do not balance: " + debits.str() + " debit, " + credits.str() +
                            " credit; accepted: as much of one as of the other");
    }
}

std::string_view name_of(ledger::Book book) {
    return book == ledger::Book::contract ? "contract" : "economic";
}

// Reads one document.
class Document {
  public:
    Document(std::string_view text, const std::string& file, const FindBlock& find_block)
        : text_{text}, find_block_{find_block}, context_{file, no_variable, {}, manual_keys()} {
    }

    ManualEntries read();

  private:
    toml::table parse();
    void read_entry(const toml::table& table);
    void read_legs(TableReader& entry, const std::string& label, ledger::Entry& out);
    [[noreturn]] void fail();

    std::string_view text_;
    const FindBlock& find_block_;
    ReadContext context_;
    ManualEntries document_;
};

ManualEntries Document::read() {
    document_.evidence =
        chain::sha256({reinterpret_cast<const std::uint8_t*>(text_.data()), text_.size()});
    const toml::table root = parse();
    TableReader reader{root, "", "", context_};
    document_.market = reader.name("market");
    document_.reason = line_of_text(reader, "reason");
    document_.reference = line_of_text(reader, "reference");
    document_.author = line_of_text(reader, "author");
    document_.signed_off_by = line_of_text(reader, "signed_off_by");
    document_.date = reader.date("date");
    const std::vector<const toml::table*> tables = reader.tables("entry");
    if (tables.empty() && reader.has("entry") && context_.issues.empty()) {
        reader.add_issue("entry", "is empty; accepted: tables [[entry]], at least one");
    }
    for (const toml::table* table : tables) {
        read_entry(*table);
    }
    if (!context_.issues.empty()) {
        fail();
    }
    return std::move(document_);
}

toml::table Document::parse() {
    try {
        return toml::parse(text_, context_.file);
    } catch (const toml::parse_error& error) {
        context_.issues.push_back({context_.file,
                                   error.source().begin.line,
                                   "",
                                   "is not TOML: " + std::string{error.description()}});
    }
    fail();
}

void Document::fail() {
    std::stable_sort(context_.issues.begin(),
                     context_.issues.end(),
                     [](const ConfigIssue& a, const ConfigIssue& b) { return a.line < b.line; });
    throw ConfigError{std::move(context_.issues)};
}

void Document::read_entry(const toml::table& table) {
    const std::size_t before = context_.issues.size();
    const std::size_t number = document_.entries.size() + 1;
    const std::string label = "[[entry]] " + std::to_string(number);
    TableReader reader{table, "entry", label, context_};
    ledger::Entry entry;
    entry.rule = read_rule(reader);
    entry.origin.block = read_block(reader, find_block_);
    entry.origin.txn_hash = read_txn(reader);
    entry.origin.ordinal = static_cast<std::uint32_t>(number - 1);
    entry.origin.evidence = document_.evidence;
    entry.entity.pool = read_pool(reader);
    entry.entity.reserve = reader.address("reserve").bytes();
    entry.entity.asset = AssetId{reader.address("asset").bytes()};
    entry.narrative =
        "manual: " + document_.reason + " (" + document_.reference + "), by " + document_.author;
    read_legs(reader, label, entry);
    invariant(context_.issues.size() != before || check(entry) == ledger::EntryFault::none,
              "a manual entry that passed here and not in the ledger");
    document_.entries.push_back(std::move(entry));
    document_.lines.push_back(table.source().begin.line);
}

void Document::read_legs(TableReader& entry, const std::string& label, ledger::Entry& out) {
    const std::size_t before = context_.issues.size();
    for (const toml::table* table : entry.tables("legs")) {
        TableReader reader{*table, "entry.legs", label + " legs", context_};
        const std::optional<ledger::Leg> leg = read_leg(reader);
        if (!leg) {
            continue;
        }
        const ledger::Book book = info(leg->account).book;
        if (out.legs.empty()) {
            out.book = book;
        } else if (book != out.book) {
            reader.add_issue("account",
                             "is \"" + std::string{info(leg->account).name} + "\" of the " +
                                 std::string{name_of(book)} + " book, and this entry is of the " +
                                 std::string{name_of(out.book)} +
                                 " book; accepted: one book for each entry");
        }
        out.legs.push_back(*leg);
    }
    if (context_.issues.size() != before || !entry.has("legs")) {
        return;
    }
    if (out.legs.size() < 2) {
        entry.add_issue("legs",
                        "has " + std::to_string(out.legs.size()) +
                            "; accepted: a list of tables, at least two");
    } else {
        check_balance(entry, out.legs);
    }
}

}  // namespace

ManualEntries parse_manual_entries(std::string_view text,
                                   const std::string& file,
                                   const FindBlock& find_block) {
    return Document{text, file, find_block}.read();
}

ManualEntries read_manual_entries(const std::filesystem::path& path, const FindBlock& find_block) {
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad() || std::filesystem::is_directory(path)) {
        throw ConfigError{{{path.string(), 0, "", "cannot be read"}}};
    }
    return parse_manual_entries(text, path.string(), find_block);
}

}  // namespace redink::app
