#include "app/doctor/endpoint_judge.hpp"

#include <algorithm>

namespace redink::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSlow{1000};
constexpr std::uint64_t kOldHead_s = 300;

/// Behind the best endpoint by more than both, because blocks take 0.25 s here and 12 s there.
constexpr std::uint64_t kBehindBlocks = 3;
constexpr std::uint64_t kBehind_s = 30;

/// With smaller ranges a first sync takes days on most chains.
constexpr std::uint64_t kNarrowRange = 1000;

std::string number_of(chain::BlockNumber block) {
    return std::to_string(block.value());
}

/// The two largest units of a time.
std::string duration_text(std::uint64_t seconds) {
    constexpr std::uint64_t kMinute = 60;
    constexpr std::uint64_t kHour = 60 * kMinute;
    constexpr std::uint64_t kDay = 24 * kHour;
    if (seconds >= kDay) {
        return std::to_string(seconds / kDay) + " d " + std::to_string(seconds % kDay / kHour) +
               " h";
    }
    if (seconds >= kHour) {
        return std::to_string(seconds / kHour) + " h " + std::to_string(seconds % kHour / kMinute) +
               " min";
    }
    if (seconds >= 2 * kMinute) {
        return std::to_string(seconds / kMinute) + " min";
    }
    return std::to_string(seconds) + " s";
}

milliseconds median(std::vector<milliseconds> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

/// The findings about one endpoint, while they are made.
class Judge {
  public:
    Judge(const EndpointReport& report, const ChainNeeds& needs, const Surroundings& around)
        : report_{report}, needs_{needs}, around_{around} {
    }

    Findings judge() {
        if (!reachable() || !chain_id()) {
            return std::move(findings_);
        }
        latency();
        client();
        head();
        behind();
        finality();
        history();
        receipts();
        state();
        log_range();
        batches();
        proofs();
        subscription();
        return std::move(findings_);
    }

  private:
    void add(std::string check, Verdict verdict, std::string measured, std::string advice = {}) {
        findings_.push_back({report_.name + " (" + report_.chain + ")",
                             std::move(check),
                             verdict,
                             std::move(measured),
                             std::move(advice)});
    }

    /// The error without method and endpoint, which the lines above tell.
    [[nodiscard]] std::string reason(const rpc::CallError& error) const {
        const std::string before = " at " + report_.name + ": ";
        const std::size_t at = error.text.find(before);
        return at == std::string::npos ? error.text : error.text.substr(at + before.size());
    }

    bool reachable() {
        if (report_.is_reachable()) {
            return true;
        }
        add("reachable",
            Verdict::fail,
            report_.chain_id ? reason(report_.chain_id->error()) : "was not asked",
            "check the URL, the network and whether the node runs");
        return false;
    }

    bool chain_id() {
        if (report_.chain_id->has_error()) {
            add("chain id",
                Verdict::fail,
                reason(report_.chain_id->error()),
                "check the path and key of its URL");
            return false;
        }
        const std::uint64_t id = **report_.chain_id;
        const bool is_ours = id == needs_.chain_id;
        add("chain id",
            is_ours ? Verdict::ok : Verdict::fail,
            std::to_string(id),
            is_ours ? ""
                    : "the configuration says " + std::to_string(needs_.chain_id) +
                          ": correct the id of the chain, or the URL");
        return is_ours;
    }

    void latency() {
        if (report_.latencies.empty()) {
            return;
        }
        const milliseconds middle = median(report_.latencies);
        add("latency",
            middle > kSlow ? Verdict::warn : Verdict::ok,
            std::to_string(middle.count()) + " ms, median of " +
                std::to_string(report_.latencies.size()),
            middle > kSlow ? "a nearer or less loaded endpoint would make a sync faster" : "");
    }

    void client() {
        if (report_.client_version) {
            add("client",
                Verdict::ok,
                report_.client_version->has_value() ? **report_.client_version
                                                    : "does not tell its version");
        }
    }

    void head() {
        if (!report_.head) {
            return;
        }
        if (report_.head->has_error()) {
            add("head",
                Verdict::fail,
                reason(report_.head->error()),
                "it cannot serve headers: use another endpoint");
            return;
        }
        const SeenBlock& head = **report_.head;
        const std::uint64_t age = around_.now_s - std::min(head.time_s, around_.now_s);
        add("head",
            age > kOldHead_s ? Verdict::warn : Verdict::ok,
            "block " + number_of(head.number) + ", " + duration_text(age) + " old",
            age > kOldHead_s ? "the node is still syncing or stuck, the chain stands still, or "
                               "this machine's clock is wrong"
                             : "");
    }

    void behind() {
        if (!report_.head || report_.head->has_error() || !around_.best_head) {
            return;
        }
        const SeenBlock& head = **report_.head;
        const SeenBlock& best = *around_.best_head;
        const std::uint64_t blocks = best.number - std::min(best.number, head.number);
        const std::uint64_t seconds = best.time_s - std::min(best.time_s, head.time_s);
        if (blocks <= kBehindBlocks || seconds <= kBehind_s) {
            return;
        }
        add("behind",
            Verdict::warn,
            std::to_string(blocks) + " blocks (" + duration_text(seconds) +
                ") behind the chain's best endpoint",
            "it will be used for old blocks only until it catches up");
    }

    void finality() {
        if (!report_.finalized) {
            return;
        }
        const bool by_depth = needs_.finality_depth.has_value();
        if (report_.finalized->has_error()) {
            add("finalized",
                by_depth ? Verdict::ok : Verdict::fail,
                "no finalized block: " + reason(report_.finalized->error()),
                by_depth ? "" : "set finality = DEPTH for this chain, in blocks");
            return;
        }
        const SeenBlock& finalized = **report_.finalized;
        std::string text = "block " + number_of(finalized.number);
        if (report_.head && report_.head->has_value()) {
            const chain::BlockNumber head = (*report_.head)->number;
            const std::uint64_t depth = head - std::min(finalized.number, head);
            text += ", " + std::to_string(depth) + " behind the head";
        }
        add("finalized", Verdict::ok, text);
    }

    void history() {
        if (!report_.has_first_header) {
            return;
        }
        const bool has = report_.has_first_header->has_value() && **report_.has_first_header;
        const std::string block = "block " + number_of(*needs_.first);
        add("history",
            has ? Verdict::ok : Verdict::fail,
            has ? "has " + block
                : block + " is missing" +
                      (report_.has_first_header->has_error()
                           ? ": " + reason(report_.has_first_header->error())
                           : ""),
            has ? "" : "the markets begin there: use an endpoint with full history");
    }

    void receipts() {
        if (!report_.has_first_receipts) {
            return;
        }
        const auto& asked = *report_.has_first_receipts;
        const bool has = asked.has_value() && *asked;
        const Verdict bad = needs_.needs_receipts ? Verdict::fail : Verdict::warn;
        const std::string block = number_of(*needs_.first);
        if (has) {
            add("receipts", Verdict::ok, "has those of block " + block);
        } else if (asked.has_error()) {
            add("receipts",
                bad,
                "eth_getBlockReceipts: " + reason(asked.error()),
                "proofs need receipts: use an endpoint that serves eth_getBlockReceipts");
        } else {
            add("receipts",
                bad,
                "those of block " + block + " are gone",
                "the node is pruned and may leave out old logs too: use an archive endpoint");
        }
    }

    void state() {
        if (!report_.state) {
            return;
        }
        const Verdict bad = needs_.needs_state ? Verdict::fail : Verdict::warn;
        constexpr const char* kAdvice =
            "use an archive endpoint, or give each market its version in the configuration";
        if (report_.state->has_error()) {
            add("state", bad, "eth_call: " + reason(report_.state->error()), kAdvice);
            return;
        }
        const StateReach& reach = **report_.state;
        if (reach.at_first) {
            add("state", Verdict::ok, "eth_call works at block " + number_of(*needs_.first));
        } else if (reach.from_block) {
            add("state",
                bad,
                std::string{"state from "} + (reach.is_exact ? "" : "about ") + "block " +
                    number_of(*reach.from_block) + " on, not at block " + number_of(*needs_.first),
                kAdvice);
        } else {
            add("state", bad, "eth_call is refused: " + reach.refusal, kAdvice);
        }
    }

    void log_range() {
        if (!report_.log_range) {
            return;
        }
        if (report_.log_range->has_error()) {
            add("eth_getLogs", Verdict::fail, reason(report_.log_range->error()), "");
            return;
        }
        const LogRange& range = **report_.log_range;
        if (range.works == 0) {
            add("eth_getLogs",
                Verdict::fail,
                range.refusal.empty() ? "not even one block worked" : range.refusal,
                "use an endpoint that serves eth_getLogs");
            return;
        }
        const bool is_narrow = range.is_limited && range.works < kNarrowRange;
        add("eth_getLogs",
            is_narrow ? Verdict::warn : Verdict::ok,
            (range.is_limited ? "at most " : "takes ") + std::to_string(range.works) +
                (range.works == 1 ? " block" : " blocks") + " at once" +
                (range.is_limited ? "" : ", more was not tried"),
            is_narrow ? "a first sync will take long: a larger plan or an own node helps" : "");
    }

    void batches() {
        if (!report_.takes_batches) {
            return;
        }
        const bool takes = report_.takes_batches->has_value() && **report_.takes_batches;
        std::string measured = takes ? "answered" : "refused";
        if (report_.takes_batches->has_error()) {
            measured = reason(report_.takes_batches->error());
        }
        add("batches",
            takes ? Verdict::ok : Verdict::warn,
            std::move(measured),
            takes ? "" : "every call is sent alone, which is slower");
    }

    void proofs() {
        if (!report_.proved) {
            return;
        }
        const Verdict bad = needs_.needs_receipts ? Verdict::fail : Verdict::warn;
        if (report_.proved->has_error()) {
            add("proofs",
                bad,
                reason(report_.proved->error()),
                "proofs need headers and eth_getBlockReceipts: use another endpoint");
            return;
        }
        const std::vector<ProvedBlock>& blocks = **report_.proved;
        for (const ProvedBlock& block : blocks) {
            if (!block.problem.empty()) {
                add("proofs",
                    bad,
                    "block " + number_of(block.number) + ": " + block.problem,
                    "the endpoint is wrong, or its chain commits to receipts in another way");
                return;
            }
        }
        add("proofs",
            Verdict::ok,
            "bloom and receipts root agree in " + std::to_string(blocks.size()) + " blocks");
    }

    void subscription() {
        if (!report_.subscription) {
            return;
        }
        const bool accepted = report_.subscription->has_value();
        add("newHeads",
            accepted ? Verdict::ok : Verdict::warn,
            accepted ? "subscription accepted" : reason(report_.subscription->error()),
            accepted ? "" : "new blocks are asked for instead, which takes longer to notice them");
    }

    const EndpointReport& report_;
    const ChainNeeds& needs_;
    const Surroundings& around_;
    Findings findings_;
};

}  // namespace

Findings judge_endpoint(const EndpointReport& report,
                        const ChainNeeds& needs,
                        const Surroundings& around) {
    return Judge{report, needs, around}.judge();
}

std::optional<SeenBlock> best_head(const std::vector<EndpointReport>& reports,
                                   const ChainNeeds& needs) {
    std::optional<SeenBlock> best;
    for (const EndpointReport& report : reports) {
        const bool is_ours =
            report.chain_id && report.chain_id->has_value() && **report.chain_id == needs.chain_id;
        if (is_ours && report.head && report.head->has_value() &&
            (!best || best->number < (*report.head)->number)) {
            best = **report.head;
        }
    }
    return best;
}

}  // namespace redink::app
