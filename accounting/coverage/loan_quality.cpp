#include "accounting/coverage/loan_quality.hpp"

namespace redink::coverage {

Ratio npl_ratio(const LoanBook& book) {
    return to_wad({book.impaired, book.gross}, Round::up);
}

Ratio npl_cover(const LoanBook& book) {
    return to_wad({book.allowance_stage_3, book.impaired}, Round::down);
}

Ratio provision_cover(const LoanBook& book, const U256& expected_loss) {
    return to_wad({book.allowance, expected_loss}, Round::down);
}

Ratio texas_ratio(const LoanBook& book, const U256& reserve) {
    if (book.impaired.is_zero()) {
        return std::nullopt;
    }
    const U256 cushion = reserve + book.allowance;
    return cushion.is_zero() ? max_u256() : to_wad({book.impaired, cushion}, Round::up);
}

}  // namespace redink::coverage
