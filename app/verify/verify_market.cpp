#include "app/verify/verify_market.hpp"

#include <array>

#include "accounting/money/invariant.hpp"
#include "app/bookkeeper/bookkeeper.hpp"
#include "app/commands/options.hpp"
#include "app/config/market_spec.hpp"
#include "app/verify/book_audit.hpp"
#include "app/verify/derive_again.hpp"
#include "indexer/store/fact_audit.hpp"
#include "indexer/store/ledger_check.hpp"
#include "indexer/store/ledger_walk.hpp"
#include "indexer/store/market_writer.hpp"

namespace redink::app {
namespace {

constexpr std::array kBooks{ledger::Book::contract, ledger::Book::economic};

constexpr const char* kMendFacts =
    "redink sync fetches what is missing; else sync into a new "
    "database";
constexpr const char* kMendChain =
    "restore the ledger from a backup: entries are never changed in "
    "place";
constexpr const char* kMendBooks =
    "redink rebuild computes the entries again and corrects them by mirror entries";

const char* name_of(store::FactFault::Kind kind) {
    switch (kind) {
        case store::FactFault::Kind::coverage:
            return "coverage";
        case store::FactFault::Kind::missing_block:
            return "missing block";
        case store::FactFault::Kind::link:
            return "parent hash";
        case store::FactFault::Kind::stray_log:
            return "stray logs";
        case store::FactFault::Kind::cursor:
            break;
    }
    return "cursor";
}

std::string text_of(const chain::BlockRange& range) {
    const std::string first = std::to_string(range.first.value());
    return range.first == range.last
               ? "block " + first
               : "blocks " + first + " to " + std::to_string(range.last.value());
}

/// The checks of one market, one after another.
class MarketVerification {
  public:
    MarketVerification(const store::MarketRecord& market,
                       const Database& database,
                       const VerifyRequest& request)
        : market_{market},
          request_{request},
          protocol_{find_protocol(market.protocol)},
          connection_{database.connect_migrated()},
          other_{database.connect()},
          bookkeeper_{connection_, market, known(protocol_.get(), market)} {
        found_.market = market.name;
    }

    Result<Verification> run() {
        found_.indexed = store::MarketWriter{connection_, market_}.load_cursor();
        found_.booked = store::LedgerWriter{connection_, market_}.load_booked();
        if (!found_.indexed) {
            found_.remarks.emplace_back("nothing is indexed yet; redink sync does it");
            return found_;
        }
        check_facts();
        check_derived();
        if (check_chains()) {
            check_books();
        } else {
            found_.remarks.emplace_back(
                "invariants and entries not checked: a hash chain is broken before");
        }
        if (auto asked = check_node(); !asked) {
            return asked.error();
        }
        return found_;
    }

  private:
    static const protocols::Protocol& known(const protocols::Protocol* protocol,
                                            const store::MarketRecord& market) {
        if (protocol == nullptr) {
            throw UsageError{"market \"" + market.name + "\" is of protocol \"" + market.protocol +
                             "\", which this program does not know"};
        }
        return *protocol;
    }

    void tell(const std::string& what, std::uint64_t done, std::uint64_t total) const {
        if (request_.report) {
            request_.report({market_.name + " (" + what + ")", done, total});
        }
    }

    // Blocks from the market's first one on.
    void tell_block(const std::string& what, chain::BlockNumber block) const {
        const std::uint64_t first = market_.from_block.value();
        tell(what, block.value() + 1 - first, found_.indexed->number.value() + 1 - first);
    }

    void check_facts() {
        tell("proofs", 0, 1);
        for (const store::FactFault& fault : store::find_fact_faults(connection_, market_)) {
            found_.discrepancies.push_back({name_of(fault.kind),
                                            text_of(fault.range),
                                            fault.stored,
                                            fault.computed,
                                            kMendFacts});
        }
        std::string levels;
        for (const store::ProvedBlocks& proved : store::load_proved_blocks(connection_, market_)) {
            levels += (levels.empty() ? "" : ", ") + std::to_string(proved.blocks) + " by " +
                      proved.proof;
        }
        found_.checked.push_back("blocks covered and linked; proved: " + levels);
    }

    void check_derived() {
        derive_again(
            market_,
            *protocol_,
            connection_,
            other_,
            [this](chain::BlockNumber block) { tell_block("derived rows", block); },
            found_);
    }

    // I10: false when a chain is broken.
    bool check_chains() {
        bool is_right = true;
        for (const ledger::Book book : kBooks) {
            const std::string what =
                book == ledger::Book::contract ? "contract book" : "economic book";
            const std::uint64_t total =
                store::LedgerReader{connection_, market_}.load_head(book).position;
            tell("hash chain of the " + what, 0, total);
            const auto check =
                store::verify_chain(connection_, market_, book, [&](std::uint64_t position) {
                    tell("hash chain of the " + what, position, total);
                });
            if (check.fault) {
                is_right = false;
                found_.discrepancies.push_back(to_discrepancy(*check.fault, book));
            } else {
                found_.checked.push_back("hash chain of the " + what + ": " +
                                         std::to_string(check.entries) + " entries, head " +
                                         store::hex_of(check.head));
            }
        }
        return is_right;
    }

    [[nodiscard]] Discrepancy to_discrepancy(const store::LedgerFault& fault,
                                             ledger::Book book) const {
        return {"I10 hash chain",
                store::ledger_name(market_, book) + ", position " + std::to_string(fault.position) +
                    (fault.entry_id.is_none() ? "" : ", entry " + store::hex_of(fault.entry_id)),
                fault.what + " is " + fault.stored,
                fault.computed + " follows from the rest",
                kMendChain};
    }

    // Stored rows that nobody can book break the rules' own conditions: that is a finding here.
    void check_books() {
        if (!found_.booked) {
            found_.remarks.emplace_back("no block is booked yet");
            return;
        }
        Recomputed again;
        try {
            again = compute_again();
        } catch (const InvariantBroken& broken) {
            found_.discrepancies.push_back(
                {"I9 replay", "books", "booked", broken.what(), kMendBooks});
        }
        try {
            audit(again);
        } catch (const InvariantBroken& broken) {
            found_.discrepancies.push_back(
                {"I1 to I8", "ledger", "entries", broken.what(), kMendChain});
        }
    }

    Recomputed compute_again() {
        bookkeeper_.report = [this](const BookStatus& status) {
            tell_block("entries again", status.block);
        };
        Recomputed again = bookkeeper_.compute_again();
        if (again.difference) {
            const BookDifference& difference = *again.difference;
            again.totals.clear();  // of the block where the comparison ended, not of the last one
            found_.discrepancies.push_back(
                {"I9 replay",
                 difference.what + ", block " + std::to_string(difference.block.value()),
                 difference.stored,
                 difference.computed,
                 kMendBooks});
        } else {
            found_.checked.push_back("I9: " + std::to_string(again.entries) +
                                     " entries and their valuations computed again");
        }
        return again;
    }

    // A daemon may have booked more blocks meanwhile: both sides up to the same one.
    void audit(const Recomputed& again) {
        const chain::BlockNumber booked = (again.booked ? *again.booked : *found_.booked).number;
        store::BookInput input{connection_, market_};
        AuditInput against{input.load_deficits(booked),
                           again.reserves,
                           again.totals,
                           store::load_cover(connection_, market_)};
        BookAudit audit{std::move(against)};
        store::walk_books(connection_,
                          market_,
                          booked,
                          {[&](const store::StoredEntry& entry) { audit.take(entry); },
                           [&](std::uint64_t block) {
                               tell_block("invariants", chain::BlockNumber{block});
                               audit.end_block(block);
                           }});
        audit.end(booked.value());
        found_.discrepancies.insert(
            found_.discrepancies.end(), audit.discrepancies().begin(), audit.discrepancies().end());
        found_.remarks.insert(found_.remarks.end(), audit.remarks().begin(), audit.remarks().end());
        found_.checked.push_back("I1 to I8: " + std::to_string(audit.entries()) +
                                 " entries up to block " + std::to_string(booked.value()));
    }

    Result<void> check_node() {
        if (request_.chain == nullptr || request_.chain->endpoints.empty()) {
            found_.remarks.emplace_back("not reconciled: no endpoint is configured");
            return {};
        }
        const chain::BlockNumber block =
            request_.at.value_or((found_.booked ? *found_.booked : *found_.indexed).number);
        if (block > found_.indexed->number || block < market_.from_block) {
            throw UsageError{"--at " + std::to_string(block.value()) + ": market " + market_.name +
                             " is indexed from block " +
                             std::to_string(market_.from_block.value()) + " to " +
                             std::to_string(found_.indexed->number.value())};
        }
        tell("node", 0, 1);
        return reconcile(market_,
                         *protocol_,
                         *request_.chain,
                         connection_,
                         {block, request_.keep, request_.needs_node},
                         found_);
    }

    const store::MarketRecord& market_;
    const VerifyRequest& request_;
    std::unique_ptr<protocols::Protocol> protocol_;
    store::Connection connection_;
    store::Connection other_;
    Bookkeeper bookkeeper_;
    Verification found_;
};

}  // namespace

Result<Verification> verify_market(const store::MarketRecord& market,
                                   const Database& database,
                                   const VerifyRequest& request) {
    return MarketVerification{market, database, request}.run();
}

}  // namespace redink::app
