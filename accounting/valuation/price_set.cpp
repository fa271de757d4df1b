#include "accounting/valuation/price_set.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "accounting/money/invariant.hpp"

namespace redink::valuation {
namespace {

using Bytes = std::vector<std::uint8_t>;

template <class T>
void append_integer(Bytes& bytes, T value) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
        bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
}

void append(Bytes& bytes, const U256& value) {
    for (int shift = 192; shift >= 0; shift -= 64) {
        const U256 word = value >> static_cast<unsigned>(shift) & U256{~std::uint64_t{0}};
        append_integer(bytes, static_cast<std::uint64_t>(word));
    }
}

void append_sized(Bytes& bytes, std::string_view text) {
    append_integer(bytes, static_cast<std::uint32_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
}

auto order_of(const PriceRow& row) {
    return std::tie(row.asset,
                    row.block,
                    row.source,
                    row.updated_at,
                    row.round_id,
                    row.unit,
                    row.scale,
                    row.price);
}

// a / 10^scale_a < b / 10^scale_b, exactly. Of equal worth, the source decides.
bool is_cheaper(const PriceRow* a, const PriceRow* b) {
    const std::uint8_t scale = std::max(a->scale, b->scale);
    using Wide = boost::multiprecision::uint1024_t;
    const Wide worth_a = Wide{a->price} * Wide{pow10(static_cast<unsigned>(scale - a->scale))};
    const Wide worth_b = Wide{b->price} * Wide{pow10(static_cast<unsigned>(scale - b->scale))};
    return worth_a != worth_b ? worth_a < worth_b : a->source < b->source;
}

}  // namespace

void sort_rows(std::vector<PriceRow>& rows) {
    std::sort(rows.begin(), rows.end(), [](const PriceRow& a, const PriceRow& b) {
        return order_of(a) < order_of(b);
    });
}

std::vector<std::uint8_t> canonical_bytes(const PriceSet& set) {
    std::vector<PriceRow> rows = set.rows;
    sort_rows(rows);
    Bytes bytes;
    append_sized(bytes, "redink.prices.v1");
    append_sized(bytes, set.kind);
    append_integer(bytes, static_cast<std::uint32_t>(rows.size()));
    for (const PriceRow& row : rows) {
        bytes.insert(bytes.end(), row.asset.bytes.begin(), row.asset.bytes.end());
        append(bytes, row.price);
        bytes.push_back(row.scale);
        append_sized(bytes, row.unit);
        append_sized(bytes, row.source);
        append_sized(bytes, row.round_id);
        append_integer(bytes, row.updated_at);
        append_integer(bytes, row.block);
    }
    return bytes;
}

FoundPrice find_price(std::span<const PriceRow> rows, const PriceQuery& query) {
    std::vector<const PriceRow*> newest;
    for (const PriceRow& row : rows) {
        if (row.asset != query.asset || row.block > query.block || row.updated_at > query.time) {
            continue;
        }
        if (!newest.empty() && row.block > newest.front()->block) {
            newest.clear();
        }
        if (newest.empty() || row.block == newest.front()->block) {
            newest.push_back(&row);
        }
    }
    if (newest.empty()) {
        return {};
    }
    for (const PriceRow* row : newest) {
        invariant(row->unit == newest.front()->unit, "prices of one block in different units");
    }
    const auto middle = newest.begin() + static_cast<std::ptrdiff_t>((newest.size() - 1) / 2);
    std::nth_element(newest.begin(), middle, newest.end(), is_cheaper);
    const bool is_stale = query.time - (*middle)->updated_at > query.max_age_seconds;
    return {is_stale ? PriceState::stale : PriceState::valued, **middle};
}

U256 rescale(const PriceRow& row, std::uint8_t to_scale, Round round) {
    return mul_div(row.price, pow10(to_scale), pow10(row.scale), round);
}

}  // namespace redink::valuation
