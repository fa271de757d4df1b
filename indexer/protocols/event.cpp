#include "indexer/protocols/event.hpp"

#include <algorithm>

#include "indexer/protocols/errc.hpp"

namespace redink::protocols {
namespace {

constexpr std::size_t kWord = 32;

bool fits(const Arg& arg, chain::ByteView word) {
    switch (arg.kind) {
        case ArgKind::word:
        case ArgKind::dynamic:
            return true;
        case ArgKind::address:
        case ArgKind::number:
        case ArgKind::boolean:
            break;
    }
    const std::size_t used = arg.kind == ArgKind::boolean ? 1 : arg.bits / 8U;
    const auto padding = word.first(kWord - used);
    const bool padded =
        std::all_of(padding.begin(), padding.end(), [](std::uint8_t byte) { return byte == 0; });
    return padded && (arg.kind != ArgKind::boolean || word[kWord - 1] <= 1);
}

U256 to_number(chain::ByteView word) {
    U256 value;
    boost::multiprecision::import_bits(value, word.begin(), word.end());
    return value;
}

}  // namespace

Result<Event> Event::decode(const Declaration& declaration, const chain::Log& log) {
    if (log.topic_count != declaration.topic_count || declaration.args.size() > kMaxArgs) {
        return fail(ProtocolErrc::undecodable,
                    log,
                    declaration.signature + " has " + std::to_string(declaration.topic_count) +
                        " topics, the log " + std::to_string(log.topic_count));
    }
    Event event;
    event.log_ = &log;
    std::size_t topic = 1;
    std::size_t offset = 0;
    for (std::size_t i = 0; i < declaration.args.size(); ++i) {
        const Arg& arg = declaration.args[i];
        if (arg.indexed) {
            event.words_.at(i) = log.topics.at(topic++).bytes().data();
        } else {
            if (offset + kWord > log.data.size()) {
                return fail(ProtocolErrc::undecodable,
                            log,
                            "data of " + declaration.signature + " ends after " +
                                std::to_string(log.data.size()) + " bytes");
            }
            event.words_.at(i) = log.data.data() + offset;
            offset += kWord;
        }
        if (!fits(arg, event.view(i))) {
            return fail(ProtocolErrc::undecodable,
                        log,
                        "argument " + std::to_string(i) + " of " + declaration.signature +
                            " is out of range");
        }
    }
    return event;
}

chain::Address Event::address(std::size_t arg) const {
    return chain::Address{view(arg).subspan<12, 20>()};
}

U256 Event::number(std::size_t arg) const {
    return to_number(view(arg));
}

std::uint64_t Event::small(std::size_t arg) const {
    const U256 value = number(arg);
    const U256 limit{~std::uint64_t{0}};
    return static_cast<std::uint64_t>(value > limit ? limit : value);
}

bool Event::flag(std::size_t arg) const {
    return view(arg).back() != 0;
}

chain::Hash32 Event::word(std::size_t arg) const {
    return chain::Hash32{view(arg).subspan<0, kWord>()};
}

std::string Event::text(std::size_t arg) const {
    const std::size_t size = log_->data.size();
    const U256 offset = number(arg);
    if (size < kWord || offset > U256{size - kWord}) {
        return {};
    }
    const auto at = static_cast<std::size_t>(offset);
    const U256 length = to_number(chain::ByteView{log_->data}.subspan(at, kWord));
    if (length > U256{size - at - kWord}) {
        return {};
    }
    const auto first = log_->data.begin() + static_cast<std::ptrdiff_t>(at + kWord);
    return {first, first + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(length))};
}

}  // namespace redink::protocols
