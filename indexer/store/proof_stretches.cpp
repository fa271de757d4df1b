#include "indexer/store/proof_stretches.hpp"

#include <algorithm>
#include <array>

#include "accounting/money/invariant.hpp"

namespace redink::store {
namespace {

constexpr std::array<std::string_view, 4> kWeakestFirst{
    "headers", "bloom", "second-source", "receipts"};

// Appends, or lengthens the last one.
void append(std::vector<ProofStretch>& out, ProofStretch next) {
    if (!out.empty()) {
        ProofStretch& last = out.back();
        if (last.range.last + 1 == next.range.first && last.proof == next.proof &&
            last.endpoint == next.endpoint) {
            last.range.last = next.range.last;
            return;
        }
    }
    out.push_back(std::move(next));
}

ProofStretch part_of(const ProofStretch& whole, const chain::BlockRange& range) {
    return {range, whole.proof, whole.endpoint};
}

}  // namespace

int proof_strength(std::string_view proof) {
    const auto* found = std::find(kWeakestFirst.begin(), kWeakestFirst.end(), proof);
    invariant(found != kWeakestFirst.end(), "no proof level is called " + std::string{proof});
    return static_cast<int>(found - kWeakestFirst.begin()) + 1;
}

std::vector<ProofStretch> fill(const std::vector<ProofStretch>& stretches,
                               const ProofStretch& added) {
    std::vector<ProofStretch> out;
    chain::BlockNumber next = added.range.first;
    const chain::BlockNumber end = added.range.last + 1;
    for (const ProofStretch& stretch : stretches) {
        const chain::BlockNumber gap_end = std::min(end, stretch.range.first);
        if (next < gap_end) {
            append(out, part_of(added, {next, gap_end - 1}));
        }
        if (stretch.range.first < end) {
            next = std::max(next, stretch.range.last + 1);
        } else {
            next = std::max(next, end);
        }
        append(out, stretch);
    }
    if (next < end) {
        append(out, part_of(added, {next, added.range.last}));
    }
    return out;
}

std::vector<ProofStretch> replace(const std::vector<ProofStretch>& stretches,
                                  const ProofStretch& raised) {
    const auto [first, last] = raised.range;
    std::vector<ProofStretch> out;
    for (const ProofStretch& stretch : stretches) {
        if (stretch.range.first < first) {
            append(
                out,
                part_of(stretch, {stretch.range.first, std::min(stretch.range.last, first - 1)}));
        }
    }
    append(out, raised);
    for (const ProofStretch& stretch : stretches) {
        if (stretch.range.last > last) {
            append(out,
                   part_of(stretch, {std::max(stretch.range.first, last + 1), stretch.range.last}));
        }
    }
    return out;
}

bool covers(const std::vector<ProofStretch>& stretches, const chain::BlockRange& range) {
    chain::BlockNumber next = range.first;
    for (const ProofStretch& stretch : stretches) {
        if (stretch.range.first > next) {
            break;
        }
        next = std::max(next, stretch.range.last + 1);
    }
    return next > range.last;
}

}  // namespace redink::store
