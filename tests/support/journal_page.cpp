#include "tests/support/journal_page.hpp"

#include <array>
#include <map>
#include <stdexcept>

#include "accounting/ledger/canonical.hpp"
#include "accounting/money/invariant.hpp"
#include "indexer/chain/hex.hpp"
#include "indexer/chain/sha256.hpp"
#include "tests/support/journal_line.hpp"

namespace redink::test {
namespace {

using ledger::Book;
using ledger::Entry;

std::string decimal(const SignedUnits& value) {
    return (value.is_negative() ? "-" : "") + to_decimal(value.units());
}

std::size_t index_of(Book book) {
    return static_cast<std::size_t>(book);
}

/// One of the two ledgers of a page.
struct Chain {
    Digest genesis;
    Digest head;
    std::uint64_t position = 0;
};

/// An entry with its name, and the asset whose book it is in.
struct Posted {
    std::string asset;
    Entry entry;
    Digest identity;
};

class PageReplay {
  public:
    PageReplay() {
        for (const Book book : {Book::contract, Book::economic}) {
            Chain& kept = chains_.at(index_of(book));
            kept.genesis = ledger::genesis({1, "journal", {}, book}, chain::sha256);
            kept.head = kept.genesis;
        }
    }

    void read(std::string_view line) {
        const std::vector<std::string> words = words_of(line);
        if (words.empty()) {
            return;
        }
        if (words.front() == "head") {
            check_head(words);
            return;
        }
        const JournalLine read = read_journal_line(words);
        if (read.verb == "reverse") {
            reverse_newest(read.asset);
        } else if (read.event) {
            happen(read);
        }
        rules::EntityBook& book = books_[read.asset];
        for (const StatedBalance& stated : read.balances) {
            check_balance(book, stated);
        }
        if (const std::string broken = book.broken_invariant(); !broken.empty()) {
            throw std::invalid_argument{broken};
        }
    }

  private:
    void happen(const JournalLine& line) {
        ++number_;
        std::vector<rules::Posting> postings;
        try {
            postings = books_[line.asset].apply(*line.event);
        } catch (const InvariantBroken& broken) {
            if (!line.refused) {
                throw;
            }
            return;
        }
        if (line.refused) {
            throw std::invalid_argument{"was not refused"};
        }
        std::vector<Posted> event;
        for (std::size_t i = 0; i < postings.size(); ++i) {
            event.push_back(post(line.asset, entry_of(line.asset, postings[i], i)));
        }
        events_[line.asset].push_back(std::move(event));
    }

    void reverse_newest(const std::string& asset) {
        std::vector<std::vector<Posted>>& events = events_[asset];
        if (events.empty()) {
            throw std::invalid_argument{"nothing to reverse"};
        }
        const std::vector<Posted> newest = std::move(events.back());
        events.pop_back();
        for (auto posted = newest.rbegin(); posted != newest.rend(); ++posted) {
            const Entry mirror = ledger::mirror_of(posted->entry, posted->identity);
            post(asset, mirror);
            books_[asset].replay(mirror.book, mirror.legs);
        }
    }

    Entry entry_of(const std::string& asset, const rules::Posting& posting, std::size_t ordinal) {
        Entry entry;
        entry.book = posting.book;
        entry.rule = posting.rule;
        entry.entity.pool.assign(asset.begin(), asset.end());
        entry.entity.reserve = named(asset).bytes;
        entry.entity.asset.bytes = named(asset).bytes;
        entry.origin.block.number = number_;
        for (std::size_t i = 0; i < 8; ++i) {
            entry.origin.block.hash.bytes.at(31 - i) =
                static_cast<std::uint8_t>(number_ >> (8 * i));
        }
        entry.origin.block.time = 1'700'000'000 + 12 * number_;
        entry.origin.log_index = 0;
        entry.origin.txn_hash = entry.origin.block.hash;
        entry.origin.ordinal = static_cast<std::uint32_t>(ordinal);
        entry.legs = posting.legs;
        entry.narrative = posting.narrative;
        return entry;
    }

    Posted post(const std::string& asset, const Entry& entry) {
        if (ledger::check(entry) != ledger::EntryFault::none) {
            throw std::invalid_argument{"an entry may not be posted: " + entry.narrative};
        }
        Chain& kept = chains_.at(index_of(entry.book));
        const Digest identity = ledger::identity_of(kept.genesis, entry, chain::sha256);
        kept.head = ledger::chain_hash(
            ++kept.position, kept.head, ledger::canonical_bytes(identity, entry), chain::sha256);
        return {asset, entry, identity};
    }

    void check_head(const std::vector<std::string>& words) const {
        if (words.size() != 3 || (words[1] != "contract" && words[1] != "economic")) {
            throw std::invalid_argument{"a head needs a book and 64 digits"};
        }
        const Book book = words[1] == "contract" ? Book::contract : Book::economic;
        const std::string head = chain::to_hex(chains_.at(index_of(book)).head.bytes).substr(2);
        if (head != words[2]) {
            throw std::invalid_argument{"head " + words[1] + " is " + head};
        }
    }

    static void check_balance(const rules::EntityBook& book, const StatedBalance& stated) {
        const SignedUnits kept =
            stated.party ? book.balance(stated.account, *stated.party) : book.total(stated.account);
        if (kept != stated.units) {
            throw std::invalid_argument{stated.text + " is " + decimal(kept) + ", the page says " +
                                        decimal(stated.units)};
        }
    }

    std::uint64_t number_ = 0;
    std::map<std::string, rules::EntityBook> books_;
    std::map<std::string, std::vector<std::vector<Posted>>> events_;  ///< not taken back yet
    std::array<Chain, 2> chains_;
};

}  // namespace

std::vector<std::string> faults_of_page(std::string_view text) {
    std::vector<std::string> faults;
    PageReplay replay;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        ++number;
        try {
            replay.read(line);
        } catch (const std::logic_error& fault) {
            faults.push_back("line " + std::to_string(number) + ": " + fault.what());
        }
    }
    return faults;
}

}  // namespace redink::test
