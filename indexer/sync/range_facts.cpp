#include "indexer/sync/range_facts.hpp"

namespace redink::sync {

store::RangeFacts to_facts(const ProvedRange& range) {
    store::RangeFacts facts;
    facts.range = range.answer.range;
    facts.headers.reserve(range.answer.headers.size());
    for (const chain::Header& header : range.answer.headers) {
        facts.headers.push_back({header.number, header.hash, header.parent_hash, header.timestamp});
    }
    facts.logs = range.answer.logs;
    facts.proof = name_of(range.level);
    return facts;
}

RangeYield yield_of(const ProvedRange& range) {
    RangeYield yield{range.answer.range.size(), range.answer.logs.size(), 0};
    const chain::Log* before = nullptr;
    for (const chain::Log& log : range.answer.logs) {
        yield.blocks_with_logs += before == nullptr || before->block != log.block ? 1U : 0U;
        before = &log;
    }
    return yield;
}

}  // namespace redink::sync
