#include "app/verify/verification_writer.hpp"

#include <ostream>

#include <nlohmann/json.hpp>

namespace redink::app {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::optional<chain::BlockRef>& block) {
    return block ? Json{{"number", block->number.value()}, {"hash", block->hash.hex()}}
                 : Json{nullptr};
}

Json to_json(const Verification& verification) {
    Json findings = Json::array();
    for (const Discrepancy& found : verification.discrepancies) {
        findings.push_back({{"check", found.check},
                            {"where", found.where},
                            {"stored", found.stored},
                            {"computed", found.computed},
                            {"mend", found.mend}});
    }
    return {{"market", verification.market},
            {"indexed", to_json(verification.indexed)},
            {"booked", to_json(verification.booked)},
            {"checked", verification.checked},
            {"remarks", verification.remarks},
            {"findings", std::move(findings)}};
}

}  // namespace

void write_findings(std::ostream& out, const std::vector<Verification>& verifications) {
    for (const Verification& verification : verifications) {
        for (const Discrepancy& found : verification.discrepancies) {
            out << verification.market << ": " << found.check << ": " << found.where
                << "\n  stored:   " << found.stored << "\n  computed: " << found.computed
                << "\n  to do:    " << found.mend << "\n";
        }
    }
}

void write_text(std::ostream& out, const std::vector<Verification>& verifications) {
    write_findings(out, verifications);
    for (const Verification& verification : verifications) {
        for (const std::string& checked : verification.checked) {
            out << verification.market << ": checked: " << checked << "\n";
        }
        for (const std::string& remark : verification.remarks) {
            out << verification.market << ": " << remark << "\n";
        }
        const std::size_t count = verification.discrepancies.size();
        out << verification.market << ": "
            << (count == 0   ? std::string{"everything that was checked holds"}
                : count == 1 ? std::string{"1 finding"}
                             : std::to_string(count) + " findings")
            << "\n";
    }
}

void write_json(std::ostream& out, const std::vector<Verification>& verifications) {
    Json markets = Json::array();
    bool holds = true;
    for (const Verification& verification : verifications) {
        markets.push_back(to_json(verification));
        holds = holds && verification.discrepancies.empty();
    }
    const Json all{{"holds", holds}, {"markets", std::move(markets)}};
    out << all.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace redink::app
