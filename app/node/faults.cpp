#include "app/node/faults.hpp"

#include <algorithm>
#include <array>

#include "app/node/fault_kinds.hpp"

namespace redink::node {
namespace {

using recording::RecordedBlock;
using std::chrono::milliseconds;

constexpr std::array<std::pair<std::string_view, Disturbance>, 8> kDisturbances{{
    {"http-500", Disturbance::http_500},
    {"http-429", Disturbance::http_429},
    {"close", Disturbance::close},
    {"reset", Disturbance::reset},
    {"hang", Disturbance::hang},
    {"truncate", Disturbance::truncate},
    {"cut-json", Disturbance::cut_json},
    {"bad-json", Disturbance::bad_json},
}};

constexpr std::uint64_t kUsualDelayMs = 1000;
constexpr std::uint64_t kUsualDripBytes = 64;
constexpr std::uint64_t kUsualDripMs = 10;

}  // namespace

std::string disturbed(std::string text, Disturbance disturbance) {
    if (disturbance == Disturbance::cut_json || disturbance == Disturbance::truncate) {
        text.resize(text.size() / 2);
    } else if (disturbance == Disturbance::bad_json && !text.empty()) {
        text.back() = ',';
    }
    return text;
}

Faults::Faults(const std::vector<std::string>& specs) {
    for (const std::string& spec : specs) {
        faults_.emplace_back(spec);
    }
}

std::string Faults::kinds() {
    return list_fault_kinds();
}

Fault* Faults::find(std::string_view kind) {
    const auto found = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
        return fault.kind() == kind && fault.is_due(requests_);
    });
    return found == faults_.end() ? nullptr : &*found;
}

bool Faults::use(std::string_view kind) {
    Fault* fault = find(kind);
    if (fault != nullptr) {
        fault->use();
    }
    return fault != nullptr;
}

Treatment Faults::next_treatment() {
    ++requests_;
    Treatment treatment;
    if (Fault* slow = find("slow")) {
        slow->use();
        treatment.delay = milliseconds{slow->number("ms", kUsualDelayMs)};
    }
    if (Fault* drip = find("drip")) {
        drip->use();
        treatment.drip = std::max<std::size_t>(drip->number("bytes", kUsualDripBytes), 1);
        treatment.pause = milliseconds{drip->number("ms", kUsualDripMs)};
    }
    for (const auto& [kind, disturbance] : kDisturbances) {
        if (use(kind)) {
            treatment.disturbance = disturbance;
            break;
        }
    }
    return treatment;
}

void Faults::alter_logs(std::vector<ServedLog>& logs, const LogRequest& request) {
    for (Fault& fault : faults_) {
        if (fault.is_due(requests_) && lie_about_logs(fault, logs, request)) {
            fault.use();
        }
    }
}

std::optional<RpcError> Faults::refusal(chain::BlockRange range) {
    for (Fault& fault : faults_) {
        if (fault.kind() == "refuse" && range.size() > fault.number("max", 0) &&
            fault.is_due(requests_)) {
            fault.use();
            return refusal_of(fault, range);
        }
    }
    return std::nullopt;
}

std::string Faults::altered_header(const RecordedBlock& block) {
    for (Fault& fault : faults_) {
        if (fault.kind() == "bad-header" && fault.is_at(block) && fault.is_due(requests_)) {
            fault.use();
            return lie_about_header(fault, block);
        }
    }
    return {};
}

std::string Faults::altered_receipts(const RecordedBlock& block) {
    for (Fault& fault : faults_) {
        if (fault.kind() == "bad-receipts" && fault.is_at(block) && !block.receipts.empty() &&
            fault.is_due(requests_)) {
            fault.use();
            return lie_about_receipts(block);
        }
    }
    return {};
}

std::string Faults::answered_id(std::string id) {
    return !id.empty() && use("wrong-id") ? "987654321" : id;
}

bool Faults::is_pruned(chain::BlockNumber block) {
    Fault* fault = find("pruned");
    if (fault == nullptr || block.value() >= fault->number("below", 0)) {
        return false;
    }
    fault->use();
    return true;
}

bool Faults::refuses_batch() {
    return use("refuse-batch");
}

void Faults::shuffle(std::vector<std::string>& answers) {
    if (use("shuffle-batch")) {
        const auto third = static_cast<std::ptrdiff_t>(answers.size() / 3);
        std::reverse(answers.begin(), answers.end());
        std::rotate(answers.begin(), answers.begin() + third, answers.end());
    }
}

bool Faults::denies(std::string_view method) {
    for (Fault& fault : faults_) {
        const bool named = fault.kind() == "no-method" && fault.text("name") == method;
        const bool receipts = fault.kind() == "no-receipts" && method == "eth_getBlockReceipts";
        if ((named || receipts) && fault.is_due(requests_)) {
            fault.use();
            return true;
        }
    }
    return false;
}

bool Faults::denies_websocket() {
    return use("no-websocket");
}

bool Faults::silences() {
    return use("ws-silent");
}

bool Faults::ends_socket(std::uint64_t notifications) {
    for (Fault& fault : faults_) {
        // Its `every` counts notifications, not requests.
        if (fault.kind() == "ws-drop" && fault.is_due(notifications)) {
            fault.use();
            return true;
        }
    }
    return false;
}

std::uint64_t Faults::lag() const {
    const auto found = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
        return fault.kind() == "lag" && fault.is_due(requests_);
    });
    return found == faults_.end() ? 0 : found->number("blocks", 1);
}

}  // namespace redink::node
