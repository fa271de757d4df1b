#include "indexer/sync/errc.hpp"

namespace redink::sync {
namespace {

class SyncCategory : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override {
        return "redink.sync";
    }

    [[nodiscard]] std::string message(int code) const override {
        switch (static_cast<SyncErrc>(code)) {
            case SyncErrc::wrong_chain:
                return "endpoint serves another chain";
            case SyncErrc::node:
                return "endpoint cannot do what is needed";
            case SyncErrc::not_reached:
                return "endpoint has not reached the block";
            case SyncErrc::lie:
                return "endpoint contradicts the chain";
            case SyncErrc::no_receipts:
                return "no endpoint serves the receipts";
            case SyncErrc::unproven:
                return "endpoints disagree";
            case SyncErrc::configuration:
                return "configuration cannot be right";
            case SyncErrc::found_contracts:
                return "a log names unknown contracts";
            case SyncErrc::moved:
                return "the chain changed meanwhile";
            case SyncErrc::reorganised:
                return "chain was reorganised below its finalized block";
        }
        return "unknown";
    }
};

}  // namespace

const std::error_category& sync_category() {
    static const SyncCategory category;
    return category;
}

}  // namespace redink::sync
