#include "indexer/chain/errc.hpp"

namespace redink::chain {
namespace {

class ChainCategory : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override {
        return "redink.chain";
    }

    [[nodiscard]] std::string message(int code) const override {
        switch (static_cast<ChainErrc>(code)) {
            case ChainErrc::bad_hex:
                return "not hexadecimal";
            case ChainErrc::bad_json:
                return "unexpected JSON";
            case ChainErrc::bad_header:
                return "header does not hash to its hash";
            case ChainErrc::bad_receipts:
                return "receipts do not hash to the receipts root";
            case ChainErrc::bad_rlp:
                return "not canonical RLP";
            case ChainErrc::bad_abi:
                return "event data does not fit its declaration";
        }
        return "unknown";
    }
};

}  // namespace

const std::error_category& chain_category() {
    static const ChainCategory category;
    return category;
}

}  // namespace redink::chain
