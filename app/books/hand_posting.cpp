#include "app/books/hand_posting.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "app/books/hand_check.hpp"
#include "app/books/manual_file.hpp"
#include "app/commands/options.hpp"
#include "app/config/near_miss.hpp"
#include "indexer/chain/hex.hpp"
#include "indexer/chain/sha256.hpp"
#include "indexer/store/document_book.hpp"
#include "indexer/store/ledger_reader.hpp"
#include "indexer/store/ledger_rows.hpp"

namespace redink::app {
namespace {

using ledger::Book;

std::string read_whole(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad() || std::filesystem::is_directory(path)) {
        throw ConfigError{{{path.string(), 0, "", "cannot be read"}}};
    }
    return text;
}

// Which market a document is of; its blocks are looked up when that is known.
store::MarketRecord find_market(store::MarketRegistry& registry,
                                const std::string& text,
                                const std::string& file) {
    const auto any_block = [](std::uint64_t number) {
        return std::optional{ledger::BlockStamp{number, {}, 0}};
    };
    const std::string name = parse_manual_entries(text, file, any_block).market;
    auto market = registry.find_market(name);
    if (!market) {
        const std::vector<store::MarketRecord> markets = registry.load_markets();
        std::vector<std::string_view> names;
        for (const store::MarketRecord& known : markets) {
            names.push_back(known.name);
        }
        throw ConfigError{{{file,
                            0,
                            "market",
                            "is \"" + name + "\", which is not in this database" +
                                did_you_mean(name, names) + "; accepted: " + listed(names)}}};
    }
    return *market;
}

ConfigIssue issue_of(const ManualEntries& document,
                     const std::string& file,
                     std::size_t entry,
                     std::string text) {
    return {
        file, document.lines.at(entry), "[[entry]] " + std::to_string(entry + 1), std::move(text)};
}

// What can be said of each entry by itself.
void check_alone(const ManualEntries& document,
                 const std::string& file,
                 const std::set<ledger::Entity>& entities) {
    std::vector<ConfigIssue> issues;
    for (std::size_t i = 0; i < document.entries.size(); ++i) {
        const ledger::Entry& entry = document.entries[i];
        if (entry.book == Book::contract) {
            issues.push_back(issue_of(document,
                                      file,
                                      i,
                                      "is of the contract book, which follows the chain and is not "
                                      "written by hand; accepted: accounts of the economic book"));
        }
        if (!entities.contains(entry.entity)) {
            issues.push_back(issue_of(document,
                                      file,
                                      i,
                                      "is of a pool, reserve and asset that market \"" +
                                          document.market +
                                          "\" has no books of; accepted: those of redink report "
                                          "trial-balance --format csv"));
        }
    }
    if (!issues.empty()) {
        throw ConfigError{std::move(issues)};
    }
}

std::optional<HandRefusal> find_refusal(store::Connection& connection,
                                        const store::MarketRecord& market,
                                        std::span<const ledger::Entry> entries) {
    HandCheck check{entries};
    store::LedgerReader reader{connection, market};
    for (const Book book : {Book::contract, Book::economic}) {
        reader.load_entries(
            book, 1, [&](const store::StoredEntry& stored) { check.replay(stored.entry); });
    }
    return check.find_refusal();
}

std::vector<Digest> identities_of(const store::MarketRecord& market,
                                  std::span<const ledger::Entry> entries) {
    const Digest genesis = store::genesis_of(market, Book::economic);
    std::vector<Digest> identities;
    for (const ledger::Entry& entry : entries) {
        identities.push_back(ledger::identity_of(genesis, entry, chain::sha256));
    }
    return identities;
}

// The text that is kept of a correction, and hashed.
std::string text_of(const Correction& correction, const store::MarketRecord& market) {
    return "redink correction 1\nmarket=" + market.name +
           "\nentry=" + store::hex_of(correction.entry) + "\nreason=" + correction.reason +
           "\nreference=" + correction.reference + "\nauthor=" + correction.author + "\n";
}

Digest digest_of(const std::string& text) {
    return chain::sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// The entry of any of the markets, and whose it is.
std::pair<store::MarketRecord, store::StoredEntry> find_entry(
    store::Connection& connection,
    const std::vector<store::MarketRecord>& markets,
    const Digest& identity) {
    for (const store::MarketRecord& market : markets) {
        if (auto found = store::LedgerReader{connection, market}.find_entry(identity)) {
            return {market, *found};
        }
    }
    throw UsageError{"--entry: there is no entry " + store::hex_of(identity) +
                     "; report journal has entry_id of every entry"};
}

}  // namespace

HandPosted post_document(store::Connection& connection, const std::filesystem::path& path) {
    const std::string file = path.string();
    const std::string text = read_whole(path);
    store::MarketRegistry registry{connection};
    const store::MarketRecord market = find_market(registry, text, file);
    store::DocumentBook documents{connection, market};
    const auto find_block = [&documents](std::uint64_t number) {
        return documents.find_booked(number);
    };
    const ManualEntries document = parse_manual_entries(text, file, find_block);
    HandPosted out{
        market.name, document.evidence, false, 0, identities_of(market, document.entries)};
    if (documents.has(document.evidence)) {
        return out;
    }
    const auto state = documents.load_state();
    check_alone(document, file, documents.load_entities());
    if (const auto refusal = find_refusal(connection, market, document.entries)) {
        throw ConfigError{{issue_of(document, file, refusal->entry, refusal->text)}};
    }
    documents.post({document.evidence,
                    document.reason,
                    document.reference,
                    document.author,
                    document.signed_off_by,
                    document.date,
                    text},
                   document.entries,
                   state.value());
    out.is_new = true;
    out.after_block = state->booked.value();
    return out;
}

HandPosted correct_entry(store::Connection& connection,
                         const std::vector<store::MarketRecord>& markets,
                         const Correction& correction) {
    const auto [market, stored] = find_entry(connection, markets, correction.entry);
    const std::string id = store::hex_of(correction.entry);
    store::DocumentBook documents{connection, market};
    if (stored.entry.origin.evidence.is_none() || !documents.has(stored.entry.origin.evidence)) {
        throw UsageError{"--entry: " + id +
                         " was not posted by hand: it follows from the chain and the prices, and "
                         "is corrected when these are; accepted: an entry by hand"};
    }
    if (stored.entry.reverses) {
        throw UsageError{"--entry: " + id +
                         " takes another entry back itself; accepted: post that one anew"};
    }
    const std::string text = text_of(correction, market);
    std::vector<ledger::Entry> mirror{ledger::mirror_of(stored.entry, stored.identity)};
    mirror[0].origin.evidence = digest_of(text);
    mirror[0].narrative = "reverses by hand: " + correction.reason + " (" + correction.reference +
                          "), by " + correction.author;
    HandPosted out{market.name, mirror[0].origin.evidence, false, 0, identities_of(market, mirror)};
    if (documents.has(out.evidence)) {
        return out;
    }
    const auto state = documents.load_state();
    for (const store::StoredEntry& reversed :
         store::LedgerReader{connection, market}.load_reversed(Book::economic)) {
        if (reversed.identity == stored.identity) {
            throw UsageError{"--entry: " + id +
                             " was taken back before; accepted: an entry that stands"};
        }
    }
    if (const auto refusal = find_refusal(connection, market, mirror)) {
        throw UsageError{"--entry: to take back " + id + " " + refusal->text};
    }
    documents.post({out.evidence,
                    correction.reason,
                    correction.reference,
                    correction.author,
                    correction.author,
                    "",
                    text},
                   mirror,
                   state.value());
    out.is_new = true;
    out.after_block = state->booked.value();
    return out;
}

}  // namespace redink::app
