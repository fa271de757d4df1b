#include "tests/support/book_history.hpp"

#include <stdexcept>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"

namespace redink::test {
namespace {

constexpr std::uint64_t kDay = 86'400;

// The contract book in the order of posting; provisional entries are above all others.
constexpr const char* kLegs = R"(
SELECT e.block, e.seconds, e.rule, redink.hex(e.reserve), a.name, redink.hex(l.party),
       CASE WHEN l.debit THEN l.units END, CASE WHEN NOT l.debit THEN l.units END, l.leg
  FROM (SELECT x.block_number AS block, x.block_time AS seconds, x.rule, n.reserve, 0 AS part,
               x.position AS place, x.leg_account, x.leg_debit, x.leg_units, x.leg_party
          FROM ledger.entry x JOIN ledger.entity n USING (chain_id, entity_id) WHERE x.book = 0
        UNION ALL
        SELECT p.from_block, p.block_time, p.rule, p.reserve, 1, p.sequence, p.leg_account,
               p.leg_debit, p.leg_units, p.leg_party
          FROM derived.provisional_entry p WHERE p.book = 0) e
 CROSS JOIN LATERAL unnest(e.leg_account, e.leg_debit, e.leg_units, e.leg_party)
                 WITH ORDINALITY AS l (account, debit, units, party, leg)
  JOIN ledger.account a ON a.account = l.account
 ORDER BY e.part, e.block, e.place, l.leg)";

SignedUnits net_of(const std::string& debit, const std::string& credit) {
    return debit.empty() ? SignedUnits::minus(number(credit)) : SignedUnits::plus(number(debit));
}

U256 clipped(const SignedUnits& units) {
    return units.is_negative() ? U256{0} : units.units();
}

}  // namespace

BookHistory::BookHistory(const std::string& url) {
    for (const Fields& row : rows_of(url, kLegs)) {
        const bool begins = row[8] == "1";
        add({(legs_.empty() ? 0 : legs_.back().entry) + (begins ? 1 : 0),
             std::stoull(row[0]),
             std::stoull(row[1]),
             std::stoi(row[2]),
             row[3],
             row[4],
             row[5],
             net_of(row[6], row[7])});
    }
    for (const Fields& row : rows_of(url, "SELECT block, timestamp FROM report.blocks")) {
        times_[std::stoull(row[0])] = std::stoull(row[1]);
    }
    for (const Fields& row : rows_of(url, "SELECT from_block FROM derived.valuation")) {
        valuations_[std::stoull(row[0])];
    }
    for (const Fields& row :
         rows_of(url,
                 "SELECT d.from_block, redink.hex(d.account), redink.hex(r.reserve), d.gross, "
                 "d.shortfall, d.kind, d.stage FROM derived.valued_debt d JOIN derived.reserve r "
                 "USING (market_id, reserve_id)")) {
        valuations_[std::stoull(row[0])].push_back(
            {row[1], row[2], number(row[3]), number(row[4]), row[5], std::stoi(row[6])});
    }
}

void BookHistory::add(const JournalLeg& leg) {
    auto& balance = balances_[leg.reserve + leg.account];
    const SignedUnits before = balance.empty() ? SignedUnits{} : balance.rbegin()->second;
    balance.insert_or_assign(leg.block, before + leg.net);
    const bool is_loss = leg.account == "deficit.open" && (leg.rule == 6 || leg.rule == 15);
    if (is_loss && !leg.net.is_negative()) {
        losses_.push_back(leg);
    }
    legs_.push_back(leg);
}

std::optional<std::uint64_t> BookHistory::block_before(std::uint64_t block,
                                                       std::uint64_t seconds) const {
    std::optional<std::uint64_t> found;
    for (const auto& [height, time] : times_) {
        if (height > block || time + seconds > times_.at(block)) {
            break;
        }
        found = height;
    }
    return found;
}

std::optional<std::uint64_t> BookHistory::valuation_at(std::optional<std::uint64_t> block) const {
    if (!block) {
        return std::nullopt;
    }
    const auto above = valuations_.upper_bound(*block);
    return above == valuations_.begin() ? std::nullopt : std::optional{std::prev(above)->first};
}

std::uint64_t BookHistory::whole_days(std::uint64_t block) const {
    return (times_.at(block) - times_.begin()->second) / kDay;
}

SignedUnits BookHistory::net_at(const std::string& reserve,
                                std::string_view account,
                                std::uint64_t block) const {
    const auto known = balances_.find(reserve + std::string{account});
    if (known == balances_.end()) {
        return {};
    }
    const auto above = known->second.upper_bound(block);
    return above == known->second.begin() ? SignedUnits{} : std::prev(above)->second;
}

std::vector<coverage::LiquiditySince> BookHistory::liquidity(const std::string& reserve,
                                                             std::uint64_t up_to) const {
    std::vector<coverage::LiquiditySince> versions;
    SignedUnits cash;
    SignedUnits loans;
    for (const JournalLeg& leg : legs_) {
        if (leg.block > up_to || leg.reserve != reserve) {
            continue;
        }
        cash = leg.account == "cash" ? cash + leg.net : cash;
        loans = leg.account == "loans" ? loans + leg.net : loans;
        if (versions.empty() || versions.back().from_block != leg.block) {
            versions.push_back({leg.block, {}});
        }
        versions.back().liquidity = {clipped(cash), clipped(loans)};
    }
    return versions;
}

U256 BookHistory::recorded(const std::string& reserve,
                           const std::string& party,
                           std::uint64_t after,
                           std::uint64_t up_to) const {
    U256 sum = 0;
    for (const JournalLeg& leg : losses_) {
        if (leg.reserve == reserve && leg.block > after && leg.block <= up_to &&
            (party.empty() || leg.party == party)) {
            sum += leg.net.units();
        }
    }
    return sum;
}

RecordedBooks::RecordedBooks(std::string database)
    : url{std::move(database)}, history{url}, connection{std::make_shared<store::Connection>(url)} {
    blocks = {history.times().begin()->first, history.times().rbegin()->first};
    const int step = number_from_environment("REDINK_METRIC_STEP", 3);
    int seen = 0;
    for (const auto& [block, debts] : history.valuations()) {
        if (seen++ % step == 0) {
            blocks.push_back(block);
        }
    }
}

std::vector<Fields> RecordedBooks::rows_of(const std::string& columns,
                                           const std::string& function,
                                           std::uint64_t block) const {
    pqxx::nontransaction tx{connection->session()};
    std::vector<Fields> rows;
    for (const auto& row : tx.exec("SELECT " + columns + " FROM report." + function + "_at('m', " +
                                   std::to_string(block) + ")")) {
        Fields fields;
        for (const auto& field : row) {
            fields.emplace_back(field.c_str());
        }
        rows.push_back(std::move(fields));
    }
    return rows;
}

const std::vector<const RecordedBooks*>& recorded_books() {
    static const RecordedBooks newest{booked_v36()};
    static const RecordedBooks oldest{[] {
        std::string fresh = fresh_database();
        if (sync_recorded(recorded_v30(), fresh).has_error()) {
            throw std::runtime_error{"the recorded chain was not read in"};
        }
        return fresh;
    }()};
    static const std::vector<const RecordedBooks*> all{&newest, &oldest};
    return all;
}

U256 number(const std::string& text) {
    return text.starts_with('-') || text.empty() ? U256{0} : from_decimal(text).value();
}

std::string text_of(const SignedUnits& units) {
    return (units.is_negative() ? "-" : "") + to_decimal(units.units());
}

std::string text_of(const Ratio& ratio) {
    if (!ratio) {
        return "";
    }
    std::string text = to_decimal(*ratio);
    text.insert(0, text.size() > 18 ? 0 : 19 - text.size(), '0');
    return text.insert(text.size() - 18, ".");
}

std::string text_of(coverage::TimeTo::State state) {
    switch (state) {
        case coverage::TimeTo::State::done:
            return "done";
        case coverage::TimeTo::State::finite:
            return "finite";
        case coverage::TimeTo::State::never:
            return "never";
    }
    return "";
}

}  // namespace redink::test
