#include "app/report/block_list.hpp"

#include <charconv>
#include <limits>
#include <string>

namespace redink::app {
namespace {

// A bigint of the database.
constexpr std::uint64_t kMaxBlock = std::numeric_limits<std::int64_t>::max();

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number > kMaxBlock) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

std::optional<BlockList::Steps> BlockList::parse_steps(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) {
        const auto block = number_of(text);
        return block ? std::optional{Steps{*block, *block, 1}} : std::nullopt;
    }
    const std::string_view rest = text.substr(dots + 2);
    const std::size_t slash = rest.find('/');
    const auto first = number_of(text.substr(0, dots));
    const auto last = number_of(rest.substr(0, slash));
    const auto step = slash == std::string_view::npos ? std::optional<std::uint64_t>{1}
                                                      : number_of(rest.substr(slash + 1));
    if (!first || !last || !step || *step == 0 || *last < *first) {
        return std::nullopt;
    }
    return Steps{*first, *last, *step};
}

Result<BlockList> BlockList::parse(std::string_view text) {
    BlockList list;
    std::string_view rest = text;
    for (bool more = true; more;) {
        const std::size_t comma = rest.find(',');
        const auto steps = parse_steps(rest.substr(0, comma));
        if (!steps) {
            return Error{std::make_error_code(std::errc::invalid_argument),
                         "\"" + std::string{text} +
                             "\" names no blocks; accepted: B, or A,B,C, or A..B/STEP with A not "
                             "above B"};
        }
        list.parts_.push_back(*steps);
        more = comma != std::string_view::npos;
        rest.remove_prefix(more ? comma + 1 : rest.size());
    }
    return list;
}

void BlockList::for_each(const std::function<void(std::uint64_t)>& visit) const {
    for (const Steps& part : parts_) {
        // Not `block <= last`: adding a step could pass the largest number.
        for (std::uint64_t i = 0; i <= (part.last - part.first) / part.step; ++i) {
            visit(part.first + i * part.step);
        }
    }
}

std::uint64_t BlockList::size() const {
    std::uint64_t count = 0;
    for (const Steps& part : parts_) {
        count += (part.last - part.first) / part.step + 1;
    }
    return count;
}

}  // namespace redink::app
