#include "indexer/protocols/declaration.hpp"

#include <charconv>

#include "accounting/money/invariant.hpp"
#include "indexer/chain/keccak.hpp"

namespace redink::protocols {
namespace {

Arg kind_of(std::string_view type) {
    if (type == "address") {
        return {ArgKind::address, false, 160};
    }
    if (type == "bool") {
        return {ArgKind::boolean, false, 1};
    }
    if (type == "string" || type == "bytes" || type.ends_with("[]")) {
        return {ArgKind::dynamic, false, 256};
    }
    if (type.starts_with("uint")) {
        std::uint16_t bits = 0;
        const std::string_view digits = type.substr(4);
        std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        invariant(bits >= 8 && bits <= 256, "declaration: width of " + std::string{type});
        return {ArgKind::number, false, bits};
    }
    return {ArgKind::word, false, 256};
}

}  // namespace

Declaration parse_declaration(std::string_view text) {
    const std::size_t open = text.find('(');
    invariant(open != std::string_view::npos && text.ends_with(')'), "declaration: no arguments");
    Declaration out;
    out.name = text.substr(0, open);
    out.signature = out.name + "(";
    std::string_view rest = text.substr(open + 1, text.size() - open - 2);
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        std::string_view item = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        item.remove_prefix(item.find_first_not_of(' '));
        const std::string_view type = item.substr(0, item.find(' '));
        Arg arg = kind_of(type);
        arg.indexed = item.find(" indexed") != std::string_view::npos;
        out.topic_count = static_cast<std::uint8_t>(out.topic_count + (arg.indexed ? 1 : 0));
        out.signature += (out.args.empty() ? "" : ",") + std::string{type};
        out.args.push_back(arg);
    }
    out.signature += ")";
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(out.signature.data());
    out.topic0 = chain::keccak256({bytes, out.signature.size()});
    return out;
}

}  // namespace redink::protocols
