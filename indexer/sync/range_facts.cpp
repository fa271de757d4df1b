#include "indexer/sync/range_facts.hpp"

namespace redink::sync {

store::RangeFacts to_facts(const ProvedRange& range, ProofLevel level, std::int32_t endpoint) {
    store::RangeFacts facts;
    facts.range = range.answer.range;
    facts.headers.reserve(range.answer.headers.size());
    for (const chain::Header& header : range.answer.headers) {
        facts.headers.push_back({header.number, header.hash, header.parent_hash, header.timestamp});
    }
    facts.logs = range.answer.logs;
    facts.proof = name_of(level);
    facts.endpoint = endpoint;
    return facts;
}

}  // namespace redink::sync
