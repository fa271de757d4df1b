#include "app/failure.hpp"

#include "indexer/protocols/errc.hpp"
#include "indexer/rpc/errc.hpp"
#include "indexer/sync/errc.hpp"

namespace redink::app {

ExitCode exit_code_of(const Error& error) {
    const bool usage = error.code == make_error_code(sync::SyncErrc::wrong_chain) ||
                       error.code == make_error_code(rpc::RpcErrc::wrong_chain) ||
                       error.code == make_error_code(sync::SyncErrc::configuration) ||
                       error.code == make_error_code(protocols::ProtocolErrc::unknown_version);
    if (usage) {
        return ExitCode::usage;
    }
    const bool ours = error.code.category() == protocols::protocol_category();
    return ours ? ExitCode::internal : ExitCode::environment;
}

}  // namespace redink::app
