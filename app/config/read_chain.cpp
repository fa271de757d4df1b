#include <array>
#include <limits>

#include "app/config/near_miss.hpp"
#include "app/config/sections.hpp"

namespace redink::app {
namespace {

constexpr std::array kProofLevels{
    ProofLevel::headers, ProofLevel::bloom, ProofLevel::receipts, ProofLevel::second_source};
constexpr std::int64_t kMaxDepth = 1'000'000;
constexpr std::string_view kFinalized = "finalized";

ProofLevel read_proof(TableReader& reader) {
    const std::optional<ReplacedText> written = reader.text("proof");
    if (!written) {
        return ProofLevel::bloom;
    }
    std::vector<std::string_view> accepted;
    for (const ProofLevel level : kProofLevels) {
        if (to_text(level) == written->value) {
            return level;
        }
        accepted.push_back(to_text(level));
    }
    reader.add_issue("proof",
                     "is " + written->shown() + did_you_mean(written->value, accepted) +
                         "; accepted: " + listed(accepted));
    return ProofLevel::bloom;
}

Finality read_finality(TableReader& reader) {
    if (reader.has_integer("finality")) {
        const auto depth = reader.integer("finality", {0, kMaxDepth});
        return {depth ? std::optional{static_cast<std::uint64_t>(*depth)} : std::nullopt};
    }
    const std::optional<ReplacedText> written = reader.text("finality");
    if (written && written->value != kFinalized) {
        reader.add_issue("finality",
                         "is " + written->shown() +
                             "; accepted: \"finalized\", or a depth in blocks as a number");
    }
    return {};
}

std::vector<rpc::Url> read_endpoints(TableReader& reader) {
    std::vector<rpc::Url> endpoints;
    for (const auto& [text, line] : reader.texts("endpoints")) {
        auto url = rpc::Url::parse(text.value);
        if (url.has_error()) {
            reader.add_issue_at(line, "endpoints", url.error().text);
        } else {
            endpoints.push_back(std::move(url).value());
        }
    }
    return endpoints;
}

}  // namespace

std::string section_label(const toml::table& table, std::string_view kind, std::size_t number) {
    const auto* name = table.get_as<std::string>("name");
    const std::string which = name != nullptr ? "\"" + name->get() + "\"" : std::to_string(number);
    return "[[" + std::string{kind} + "]] " + which;
}

ReadChain read_chain(const toml::table& table, std::size_t number, ReadContext& context) {
    TableReader reader{table, "chain", section_label(table, "chain", number), context};
    ReadChain read;
    read.line = reader.line_of("name");
    read.chain.name = reader.name("name");
    read.chain.id = static_cast<std::uint64_t>(
        reader.integer("id", {1, std::numeric_limits<std::int64_t>::max()}).value_or(0));
    read.chain.finality = read_finality(reader);
    read.chain.proof = read_proof(reader);
    constexpr std::int64_t kMostAudits = 10'000;
    const auto audit = reader.integer("audit_requests_per_second", {0, kMostAudits});
    read.chain.audit_requests_per_second =
        static_cast<std::uint32_t>(audit.value_or(read.chain.audit_requests_per_second));
    const std::size_t before = context.issues.size();
    read.chain.endpoints = read_endpoints(reader);
    const auto first = context.issues.begin() + static_cast<std::ptrdiff_t>(before);
    read.endpoint_issues.assign(first, context.issues.end());
    context.issues.erase(first, context.issues.end());
    return read;
}

}  // namespace redink::app
