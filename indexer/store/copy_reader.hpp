#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounting/money/signed_units.hpp"
#include "indexer/chain/hex.hpp"

namespace redink::store {

class Connection;

/// Reads the rows of a query with `COPY (…) TO STDOUT (FORMAT binary)`, one at a time, inside the
/// transaction that is open on the connection: no row is held but the current one. While a reader
/// lives, the connection can do nothing else.
class CopyReader {
  public:
    /// Starts the COPY of `query`, which takes no parameters. Throws StoreError when the server
    /// refuses.
    CopyReader(Connection& connection, const std::string& query);

    CopyReader(const CopyReader&) = delete;
    CopyReader& operator=(const CopyReader&) = delete;

    /// Rows that were not read are thrown away; a query that is not read to its end is cancelled.
    ~CopyReader();

    /// Goes to the next row; false after the last one.
    [[nodiscard]] bool next();

    /// The next field of the row each. The type must be the column's. InvariantBroken when it is
    /// not, or when the row or the array has no such field.
    [[nodiscard]] std::int16_t int2();
    [[nodiscard]] std::int32_t int4();
    [[nodiscard]] std::int64_t int8();
    [[nodiscard]] bool boolean();
    [[nodiscard]] std::string_view text();
    [[nodiscard]] chain::ByteView bytea();
    [[nodiscard]] SignedUnits numeric();
    [[nodiscard]] std::optional<std::int64_t> int8_or_null();
    [[nodiscard]] std::optional<chain::ByteView> bytea_or_null();

    /// The next field is an array: its number of elements, which follow as fields do.
    [[nodiscard]] std::size_t begin_array();

  private:
    [[nodiscard]] std::optional<std::string_view> field();
    [[nodiscard]] std::string_view take(std::size_t size);
    [[nodiscard]] std::string_view sized(std::size_t size);
    void free_row();

    Connection& connection_;
    char* row_ = nullptr;
    std::string_view rest_;
    bool first_ = true;
    bool open_ = true;
};

}  // namespace redink::store
