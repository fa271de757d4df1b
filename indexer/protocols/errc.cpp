#include "indexer/protocols/errc.hpp"

namespace redink::protocols {
namespace {

class ProtocolCategory : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override {
        return "redink.protocols";
    }

    [[nodiscard]] std::string message(int code) const override {
        switch (static_cast<ProtocolErrc>(code)) {
            case ProtocolErrc::undecodable:
                return "log does not fit its event's declaration";
            case ProtocolErrc::contradiction:
                return "log contradicts the state before it";
            case ProtocolErrc::unknown_version:
                return "protocol version is not known";
        }
        return "unknown";
    }
};

}  // namespace

const std::error_category& protocol_category() {
    static const ProtocolCategory category;
    return category;
}

Error fail(ProtocolErrc code, const chain::Log& log, const std::string& text) {
    return Error{make_error_code(code),
                 "block " + std::to_string(log.block.value()) + " log " +
                     std::to_string(log.log_index) + " of " + log.address.hex() + " (transaction " +
                     log.txn_hash.hex() + "): " + text};
}

}  // namespace redink::protocols
