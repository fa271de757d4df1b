#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "accounting/money/u256.hpp"
#include "indexer/chain/hex.hpp"

namespace redink::store {

class Connection;

/// The sign of a magnitude. A zero is always plus.
enum class Sign : std::uint8_t { plus, minus };

/// Types of the elements of arrays, by their numbers in PostgreSQL's pg_type.
enum class ElementType : std::uint32_t { boolean = 16, bytea = 17, int2 = 21, numeric = 1700 };

/// Streams rows into one table with `COPY … FROM STDIN (FORMAT binary)`, inside the transaction
/// that is open on the connection: nothing is visible, and nothing is kept, before that commits.
/// While a writer lives, the connection can do nothing else.
class CopyWriter {
  public:
    /// Bytes gathered before libpq gets them: large enough that a call costs nothing per row, small
    /// enough to stay in the second-level cache.
    static constexpr std::size_t kBufferBytes = 256 * 1024;

    /// Starts the COPY. `table` is a name as SQL writes it, with its schema; `columns` are plain
    /// names. Throws InvariantBroken without an open transaction and StoreError when the server
    /// refuses.
    CopyWriter(Connection& connection,
               std::string_view table,
               std::initializer_list<std::string_view> columns);

    CopyWriter(const CopyWriter&) = delete;
    CopyWriter& operator=(const CopyWriter&) = delete;

    /// Without finish() the COPY is aborted, and with it the transaction.
    ~CopyWriter();

    /// Starts a row. Throws InvariantBroken when the row before has too few fields.
    void begin_row();

    /// One field each, in the order of the columns; the type must be the column's, because the
    /// binary form is not converted.
    void int2(std::int16_t value);
    void int4(std::int32_t value);
    void int8(std::int64_t value);
    void boolean(bool value);
    void text(std::string_view value);
    void bytea(std::span<const std::uint8_t> value);
    void null();

    /// A field of type NUMERIC.
    void numeric(const U256& value);
    void numeric(Sign sign, const U256& magnitude);
    void numeric_or_null(const std::optional<U256>& value);

    /// A field that is a one-dimensional array: the next `size` values are its elements. They must
    /// be of `type`, or null().
    void begin_array(ElementType type, std::size_t size);

    /// Ends the COPY and returns the number of rows, as the server counted them. Throws StoreError
    /// when the server refuses a row.
    std::uint64_t finish();

  private:
    void begin_field();
    void end_array();
    void put_field_header(std::size_t size);
    void put_bytes(const void* data, std::size_t size);
    void send_buffer();
    void abort() noexcept;

    Connection& connection_;
    std::string table_;
    std::string buffer_;
    std::size_t column_count_;
    std::size_t fields_;
    std::size_t elements_left_ = 0;
    std::optional<std::size_t> array_at_;  ///< where in the buffer the open array's length stands
    bool open_ = true;
};

}  // namespace redink::store
