#include "app/api/metrics.hpp"

#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace redink::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double to_double(std::uint64_t value) {
    return static_cast<double>(value);
}

double to_seconds(std::chrono::milliseconds value) {
    return std::chrono::duration<double>(value).count();
}

const std::vector<double>& buckets() {
    static const std::vector<double> bounds{
        0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10};
    return bounds;
}

}  // namespace

// Families in the order of their first sample.
struct Metrics::Families {
    std::vector<MetricFamily> all;

    ClientMetric& add(const char* name, const char* help, MetricType type, Labels labels) {
        for (MetricFamily& family : all) {
            if (family.name == name) {
                family.metric.emplace_back();
                family.metric.back().label = std::move(labels);
                return family.metric.back();
            }
        }
        MetricFamily family;
        family.name = name;
        family.help = help;
        family.type = type;
        family.metric.emplace_back();
        family.metric.back().label = std::move(labels);
        all.push_back(std::move(family));
        return all.back().metric.back();
    }

    void gauge(const char* name, const char* help, Labels labels, double value) {
        add(name, help, MetricType::Gauge, std::move(labels)).gauge.value = value;
    }

    void counter(const char* name, const char* help, Labels labels, double value) {
        add(name, help, MetricType::Counter, std::move(labels)).counter.value = value;
    }
};

namespace {

template <class Families>
void add_chain(Families& out, const ChainHealth& chain) {
    const Labels labels{{"chain", chain.name}};
    if (chain.head) {
        out.gauge("redink_head_block",
                  "Newest block that an endpoint announced",
                  labels,
                  to_double(chain.head->value()));
    }
    if (chain.finalized) {
        out.gauge("redink_finalized_block",
                  "Newest block that is final",
                  labels,
                  to_double(chain.finalized->number.value()));
    }
    out.gauge("redink_chain_stopped",
              "1 when the chain stopped for good",
              labels,
              chain.has_stopped ? 1 : 0);
    out.counter("redink_session_restarts_total",
                "Sessions that ended early, say by a lost database",
                labels,
                to_double(chain.restarts));
}

template <class Families>
void add_market(Families& out, const ChainHealth& chain, const MarketHealth& market) {
    const Labels labels{{"chain", chain.name}, {"market", market.name}};
    if (market.indexed) {
        out.gauge("redink_indexed_block",
                  "Newest block whose rows are committed",
                  labels,
                  to_double(market.indexed->number.value()));
    }
    if (market.booked) {
        out.gauge("redink_booked_block",
                  "Newest final block whose entries are in the ledger",
                  labels,
                  to_double(market.booked->number.value()));
    }
    out.gauge("redink_books_halted",
              "1 when the books stopped because they and the chain disagree",
              labels,
              market.books_halt.empty() ? 0 : 1);
    out.counter(
        "redink_logs_stored_total", "Logs stored since the start", labels, to_double(market.logs));
    out.gauge("redink_market_stopped",
              "1 when the market stopped for good",
              labels,
              market.has_stopped ? 1 : 0);
    for (const char* stage : {"fetch", "write"}) {
        Labels with_stage = labels;
        with_stage.push_back({"stage", stage});
        const bool stalled = market.stage == std::string{"stalled on "} + stage;
        out.gauge("redink_stalled",
                  "1 while a stage has made no progress for minutes",
                  with_stage,
                  stalled ? 1 : 0);
        const auto spent = std::string_view{stage} == "fetch" ? market.fetching : market.writing;
        out.counter("redink_stage_seconds_total",
                    "Time spent waiting for endpoints (fetch) and writing (write)",
                    with_stage,
                    to_seconds(spent));
    }
}

template <class Families>
void add_endpoint(Families& out, const ChainHealth& chain, const rpc::EndpointStatus& endpoint) {
    const Labels labels{{"chain", chain.name}, {"endpoint", endpoint.name}};
    const auto count = [&](const char* name, const char* help, std::uint64_t value) {
        out.counter(name, help, labels, to_double(value));
    };
    out.gauge("redink_endpoint_usable",
              "1 while the endpoint is well",
              labels,
              endpoint.state == "well" ? 1 : 0);
    count("redink_endpoint_requests_total", "Requests sent", endpoint.requests);
    count("redink_endpoint_errors_total", "Requests without an answer", endpoint.errors);
    count("redink_endpoint_refusals_total", "Requests refused", endpoint.refusals);
    count("redink_endpoint_rate_limits_total", "Answers that ask for fewer", endpoint.rate_limits);
    count("redink_endpoint_hedges_total", "Requests asked elsewhere as well", endpoint.hedges);
    out.gauge("redink_endpoint_latency_p50_seconds",
              "Median time to an answer",
              labels,
              to_seconds(endpoint.latency_p50));
    out.gauge("redink_endpoint_latency_p95_seconds",
              "95th percentile of the time to an answer",
              labels,
              to_seconds(endpoint.latency_p95));
    if (endpoint.head) {
        out.gauge("redink_endpoint_head_block",
                  "Newest block of the endpoint",
                  labels,
                  to_double(endpoint.head->value()));
    }
}

}  // namespace

Metrics::Metrics() = default;

Metrics::~Metrics() = default;

prometheus::Histogram& Metrics::latency_of(const std::string& chain, const std::string& market) {
    auto& place = latencies_[{chain, market}];
    if (!place) {
        place = std::make_unique<prometheus::Histogram>(buckets());
    }
    return *place;
}

std::string Metrics::to_text(const std::vector<ChainHealth>& chains) {
    constexpr double kMillisecond = 0.001;
    Families families;
    for (const ChainHealth& chain : chains) {
        add_chain(families, chain);
        for (const MarketHealth& market : chain.markets) {
            add_market(families, chain, market);
            prometheus::Histogram& latency = latency_of(chain.name, market.name);
            for (const double passed_ms : market.head_to_commit_ms) {
                latency.Observe(passed_ms * kMillisecond);
            }
            families.add("redink_head_to_commit_seconds",
                         "From the announcement of a head to its committed rows",
                         MetricType::Histogram,
                         {}) = latency.Collect();
            families.all.back().metric.back().label = {{"chain", chain.name},
                                                       {"market", market.name}};
        }
        for (const rpc::EndpointStatus& endpoint : chain.endpoints) {
            add_endpoint(families, chain, endpoint);
        }
    }
    return prometheus::TextSerializer{}.Serialize(families.all);
}

}  // namespace redink::app
