#include "indexer/store/errors.hpp"

#include <algorithm>
#include <array>

#include <pqxx/except>

namespace redink::store {
namespace {

struct Advice {
    StoreErrc code;
    const char* name;
    const char* text;
};

constexpr std::array<Advice, 21> kAdvice{{
    {StoreErrc::unavailable, "unavailable", "the database cannot be reached"},
    {StoreErrc::connection_lost,
     "connection lost",
     "the connection to the database was lost; the transaction in hand was not committed"},
    {StoreErrc::disk_full,
     "disk full",
     "the database has no disk space left; nothing of this transaction was committed. "
     "Free space on the server's data directory, then start again"},
    {StoreErrc::permission,
     "permission denied",
     "the database role lacks a permission; grant it, or connect as the owner of the schema"},
    {StoreErrc::serialization,
     "serialization failure",
     "the transaction lost against a concurrent one and can be repeated"},
    {StoreErrc::constraint, "constraint violated", "a row was refused by a constraint"},
    {StoreErrc::out_of_resources,
     "out of resources",
     "the database server ran out of memory, locks or connections; raise its limit or "
     "stop other clients"},
    {StoreErrc::server_too_old, "server too old", "the database server is too old"},
    {StoreErrc::migration, "migration", "the schema does not belong to this program"},
    {StoreErrc::locked, "locked", "another process writes to this database"},
    {StoreErrc::no_server_programs, "no server programs", "PostgreSQL is not installed"},
    {StoreErrc::data_directory, "data directory", "the data directory cannot be used"},
    {StoreErrc::raised, "refused by a report", "a report function refused"},
    {StoreErrc::reorganised, "reorganised", "the stored chain is another branch"},
    {StoreErrc::finality, "finality broken", "a finalized block changed"},
    {StoreErrc::proof_refused, "proof refused", "the range cannot be raised to this level"},
    {StoreErrc::lease_lost, "lease lost", "the blocks are not leased to this process"},
    {StoreErrc::ledger_conflict, "ledger conflict", "an entry contradicts the ledger"},
    {StoreErrc::ledger_halted, "ledger halted", "the market is not booked further"},
    {StoreErrc::read_only,
     "read only",
     "the database takes no writes now; a standby may be taking over, or [database] url names one"},
    {StoreErrc::other, "database error", "the database refused"},
}};

const Advice& advice_for(StoreErrc code) {
    for (const Advice& advice : kAdvice) {
        if (advice.code == code) {
            return advice;
        }
    }
    return kAdvice.back();
}

class StoreCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override {
        return "redink.store";
    }

    [[nodiscard]] std::string message(int code) const override {
        return advice_for(static_cast<StoreErrc>(code)).name;
    }
};

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.pop_back();
    }
    return text;
}

// `ERROR:  <sentence>`, `HINT:  <advice>` and, further down, where in which function.
std::string sentence_and_hint(std::string_view said) {
    std::string text;
    while (!said.empty()) {
        const std::string_view line = said.substr(0, said.find('\n'));
        for (const std::string_view kept : {"ERROR:  ", "HINT:  "}) {
            if (line.starts_with(kept)) {
                text.append(text.empty() ? "" : ". ").append(line.substr(kept.size()));
            }
        }
        said.remove_prefix(std::min(said.size(), line.size() + 1));
    }
    return text;
}

bool is_connection_text(std::string_view text) {
    constexpr std::array<std::string_view, 5> kTexts{"server closed the connection unexpectedly",
                                                     "terminating connection",
                                                     "no connection to the server",
                                                     "Lost connection",
                                                     "could not receive data from server"};
    for (const std::string_view known : kTexts) {
        if (text.find(known) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

constexpr std::string_view kEndOfUrl = " \n\"'";

// The last @ of the word ends the password: a password may itself hold a / or an @.
std::string without_url_passwords(std::string_view text) {
    constexpr std::string_view kStart = "://";
    std::string clean;
    std::size_t from = 0;
    for (std::size_t at = text.find(kStart); at != std::string_view::npos;
         at = text.find(kStart, from)) {
        const std::size_t word_end = std::min(text.find_first_of(kEndOfUrl, at), text.size());
        const std::string_view word = text.substr(at, word_end - at);
        const std::size_t colon = word.find(':', kStart.size());
        const std::size_t host = word.rfind('@');
        clean.append(text.substr(from, at - from));
        if (host != std::string_view::npos && colon < host) {
            clean.append(word.substr(0, colon)).append(":***").append(word.substr(host));
        } else {
            clean.append(word);
        }
        from = at + word.size();
    }
    return clean.append(text.substr(from));
}

std::size_t end_of_value(std::string_view text, std::size_t at) {
    if (at < text.size() && text[at] == '\'') {
        const std::size_t quote = text.find('\'', at + 1);
        return quote == std::string_view::npos ? text.size() : quote + 1;
    }
    const std::size_t end = text.find_first_of(" \n&\"'", at);
    return end == std::string_view::npos ? text.size() : end;
}

std::string without_keyword_passwords(std::string_view text) {
    constexpr std::string_view kKey = "password";
    std::string clean;
    std::size_t from = 0;
    for (std::size_t at = text.find(kKey); at != std::string_view::npos;
         at = text.find(kKey, from)) {
        std::size_t value = text.find_first_not_of(' ', at + kKey.size());
        if (value == std::string_view::npos || text[value] != '=') {
            value = at + kKey.size();
            clean.append(text.substr(from, value - from));
            from = value;
            continue;
        }
        value = std::min(text.find_first_not_of(' ', value + 1), text.size());
        clean.append(text.substr(from, value - from)).append("***");
        from = end_of_value(text, value);
    }
    return clean.append(text.substr(from));
}

}  // namespace

const std::error_category& store_category() {
    static const StoreCategory category;
    return category;
}

StoreErrc classify(std::string_view sqlstate, std::string_view text) {
    const std::string_view group = sqlstate.substr(0, 2);
    // A full disk also comes as 58030 (io_error) or XX000 with the operating system's text.
    if (sqlstate == "53100" || text.find("No space left on device") != std::string_view::npos) {
        return StoreErrc::disk_full;
    }
    if (sqlstate == "57P03" || sqlstate == "53300") {
        return StoreErrc::unavailable;
    }
    // Ended by an administrator, by the crash of another session, or for idling.
    if (group == "08" || sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P05") {
        return StoreErrc::connection_lost;
    }
    if (sqlstate == "25006") {
        return StoreErrc::read_only;
    }
    if (sqlstate == "42501" || group == "28") {
        return StoreErrc::permission;
    }
    if (group == "40") {
        return StoreErrc::serialization;
    }
    if (group == "23") {
        return StoreErrc::constraint;
    }
    if (group == "53" || group == "54") {
        return StoreErrc::out_of_resources;
    }
    if (sqlstate == "P0001") {
        return StoreErrc::raised;
    }
    if (sqlstate.empty() && is_connection_text(text)) {
        return StoreErrc::connection_lost;
    }
    return StoreErrc::other;
}

StoreErrc classify(const std::exception& error) {
    if (const auto* ours = dynamic_cast<const StoreError*>(&error)) {
        return ours->code();
    }
    if (dynamic_cast<const pqxx::too_many_connections*>(&error) != nullptr) {
        return StoreErrc::unavailable;
    }
    // libpqxx 6.4 does not pass the SQLSTATE on to this class.
    if (dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr) {
        return StoreErrc::permission;
    }
    if (dynamic_cast<const pqxx::plpgsql_raise*>(&error) != nullptr) {
        return StoreErrc::raised;
    }
    if (const auto* sql = dynamic_cast<const pqxx::sql_error*>(&error)) {
        return classify(sql->sqlstate(), sql->what());
    }
    const StoreErrc by_text = classify({}, error.what());
    if (by_text == StoreErrc::disk_full) {
        return by_text;
    }
    // in_doubt_error: the connection broke inside COMMIT; what was written must be looked up again.
    if (dynamic_cast<const pqxx::broken_connection*>(&error) != nullptr ||
        dynamic_cast<const pqxx::in_doubt_error*>(&error) != nullptr) {
        return StoreErrc::connection_lost;
    }
    if (dynamic_cast<const pqxx::transaction_rollback*>(&error) != nullptr) {
        return StoreErrc::serialization;
    }
    return by_text;
}

bool is_connection_lost(const std::exception& error) {
    const StoreErrc code = classify(error);
    return code == StoreErrc::connection_lost || code == StoreErrc::unavailable;
}

bool may_pass(const std::exception& error) {
    if (const auto* refused = dynamic_cast<const DatabaseUnavailable*>(&error)) {
        return refused->outlook() == Outlook::passing;
    }
    switch (classify(error)) {
        case StoreErrc::unavailable:
        case StoreErrc::connection_lost:
        case StoreErrc::serialization:
        case StoreErrc::read_only:
            return true;
        default:
            return false;
    }
}

bool is_database_error(const std::exception& error) {
    return dynamic_cast<const StoreError*>(&error) != nullptr ||
           dynamic_cast<const pqxx::pqxx_exception*>(&error) != nullptr;
}

Error to_error(const std::exception& error) {
    const StoreErrc code = classify(error);
    const std::string said = trimmed(without_passwords(error.what()));
    if (dynamic_cast<const StoreError*>(&error) != nullptr) {
        return {make_error_code(code), said};
    }
    if (code == StoreErrc::raised) {
        return {make_error_code(code), sentence_and_hint(said)};
    }
    std::string text = advice_for(code).text;
    if (dynamic_cast<const pqxx::in_doubt_error*>(&error) != nullptr) {
        text =
            "the connection broke during COMMIT, so it is not known whether the transaction "
            "was committed; read the cursor again before going on";
    }
    return {make_error_code(code), text + " (" + said + ")"};
}

std::string without_passwords(std::string_view text) {
    return without_keyword_passwords(without_url_passwords(text));
}

}  // namespace redink::store
