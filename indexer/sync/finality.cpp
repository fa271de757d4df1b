#include "indexer/sync/finality.hpp"

#include <algorithm>

#include "indexer/sync/errc.hpp"

namespace redink::sync {

Task<Result<chain::Header>> fetch_finalized(NodeReader& reader,
                                            std::optional<std::uint64_t> depth,
                                            chain::BlockNumber head) {
    if (depth) {
        const chain::BlockNumber block = head - std::min(head.value(), *depth);
        co_return co_await reader.fetch_header(block);
    }
    auto header = co_await reader.fetch_header(rpc::BlockTag::finalized);
    const bool unknown =
        !header && (header.error().code == make_error_code(SyncErrc::not_reached) ||
                    header.error().code == make_error_code(rpc::RpcErrc::refused));
    if (unknown) {
        co_return fail(SyncErrc::configuration,
                       "no endpoint knows the finalized block (" + header.error().text +
                           "); set finality to a depth in blocks, such as finality = 64, in the "
                           "chain's section of redink.toml");
    }
    co_return header;
}

}  // namespace redink::sync
