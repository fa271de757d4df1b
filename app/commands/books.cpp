#include "app/commands/books.hpp"

#include <algorithm>
#include <ostream>

#include <CLI/CLI.hpp>

#include "app/books/hand_posting.hpp"
#include "app/database.hpp"
#include "app/report/report_query.hpp"
#include "indexer/chain/hex.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::app {
namespace {

struct CorrectRequest {
    std::string entry;
    std::string reason;
    std::string author;
    std::string reference;
};

constexpr std::size_t kLongestText = 500;

// As documents have it: one line, not empty.
void check_text(const char* option, const std::string& text) {
    const bool has_control = std::any_of(text.begin(), text.end(), [](char letter) {
        return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f';
    });
    if (has_control || text.size() > kLongestText ||
        text.find_first_not_of(' ') == std::string::npos) {
        throw UsageError{std::string{option} +
                         " is no such text; accepted: 1 to 500 characters on "
                         "one line"};
    }
}

Correction correction_of(const CorrectRequest& request) {
    const auto id = chain::Hash32::parse(request.entry);
    if (!id) {
        throw UsageError{"--entry \"" + request.entry +
                         "\" is no entry; accepted: 0x and 64 hexadecimal digits, entry_id of "
                         "redink report journal"};
    }
    check_text("--reason", request.reason);
    check_text("--author", request.author);
    check_text("--reference", request.reference);
    return {{id->bytes()}, request.reason, request.reference, request.author};
}

void print(const HandPosted& posted, const CommonOptions& common, const Console& console) {
    if (common.quiet) {
        return;
    }
    console.out << posted.market << ": "
                << (posted.is_new ? "posted " : "already posted, nothing changed: ")
                << posted.entries.size()
                << (posted.entries.size() == 1 ? " entry by hand" : " entries by hand")
                << (posted.is_new ? " after block " + std::to_string(posted.after_block) : "")
                << "\n  evidence " << chain::to_hex(posted.evidence.bytes) << "\n";
    for (const Digest& entry : posted.entries) {
        console.out << "  entry    " << chain::to_hex(entry.bytes) << "\n";
    }
}

// Everything of the database, or those that --market names.
std::vector<store::MarketRecord> load_markets(store::Connection& connection,
                                              const CommonOptions& common) {
    std::vector<store::MarketRecord> markets = store::MarketRegistry{connection}.load_markets();
    if (common.markets.empty()) {
        return markets;
    }
    std::vector<std::string> known;
    for (const store::MarketRecord& market : markets) {
        known.push_back(market.name);
    }
    const std::vector<std::string> wanted = choose_markets(common.markets, known);
    std::erase_if(markets, [&wanted](const store::MarketRecord& market) {
        return std::find(wanted.begin(), wanted.end(), market.name) == wanted.end();
    });
    return markets;
}

void add_post(CommandLine& line, CLI::App& group) {
    const auto file = std::make_shared<std::string>();
    const auto action = [file](const CommonOptions& common, const Console& console) {
        const Config config = load_config(common.request(ConfigScope::database));
        const Database database{config.database, DatabaseUse::existing};
        store::Connection connection = database.connect_migrated();
        print(post_document(connection, *file), common, console);
        return ExitCode::fine;
    };
    CLI::App& command =
        line.add_command(group,
                         {"post",
                          "post the entries of a signed document (docs/manual-entries.md) to the "
                          "economic book; the same document again changes nothing",
                          "  redink books post proposal-467.toml"},
                         action);
    command.add_option("file", *file, "the TOML document")->type_name("FILE")->required();
}

void add_correct(CommandLine& line, CLI::App& group) {
    const auto request = std::make_shared<CorrectRequest>();
    const auto action = [request](const CommonOptions& common, const Console& console) {
        const Correction correction = correction_of(*request);
        const Config config = load_config(common.request(ConfigScope::database));
        const Database database{config.database, DatabaseUse::existing};
        store::Connection connection = database.connect_migrated();
        print(correct_entry(connection, load_markets(connection, common), correction),
              common,
              console);
        return ExitCode::fine;
    };
    CLI::App& command = line.add_command(
        group,
        {"correct",
         "take an entry back that was posted by hand, with its mirror",
         "  redink books correct --entry 0x… --reason \"wrong debtor\" --author Ada "
         "--reference \"proposal 468\""},
        action);
    const auto add = [&command](const char* name, std::string& value, const char* text) {
        command.add_option(name, value, text)->type_name("TEXT")->required();
    };
    command.add_option("--entry", request->entry, "entry_id of report journal")
        ->type_name("ID")
        ->required();
    add("--reason", request->reason, "why, on one line");
    add("--author", request->author, "who says so");
    add("--reference", request->reference, "what can be looked up: a vote, a post, an invoice");
}

}  // namespace

void add_books(CommandLine& line) {
    CLI::App& group = line.add_group({"books", "entries by hand: post, correct", ""});
    add_post(line, group);
    add_correct(line, group);
}

}  // namespace redink::app
