#include "indexer/store/copy_writer.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <endian.h>
#include <limits>
#include <memory>

#include <libpq-fe.h>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/copy_writer_numeric.hpp"
#include "indexer/store/errors.hpp"

namespace redink::store {
namespace {

using PgResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

// PostgreSQL manual, COPY, "Binary Format": signature, flags, length of the header extension.
constexpr std::string_view kHeader{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
constexpr std::int16_t kTrailer = -1;
constexpr std::int32_t kNull = -1;

std::uint16_t big_endian(std::int16_t value) {
    return htobe16(static_cast<std::uint16_t>(value));
}

std::uint32_t big_endian(std::int32_t value) {
    return htobe32(static_cast<std::uint32_t>(value));
}

std::uint64_t big_endian(std::int64_t value) {
    return htobe64(static_cast<std::uint64_t>(value));
}

PgResult take_result(PGconn* raw) {
    return {PQgetResult(raw), &PQclear};
}

// COPY is over when libpq has no result left; otherwise the next command would be refused.
void drain(PGconn* raw) {
    while (PQstatus(raw) == CONNECTION_OK && take_result(raw)) {
    }
}

[[noreturn]] void refuse(PGconn* raw, const PGresult* result, const std::string& table) {
    const char* state = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    std::string said = result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(raw);
    while (!said.empty() && said.back() == '\n') {
        said.pop_back();
    }
    StoreErrc code = classify(state != nullptr ? state : "", said);
    if (PQstatus(raw) != CONNECTION_OK && code == StoreErrc::other) {
        code = StoreErrc::connection_lost;
    }
    throw StoreError{
        code,
        store_category().message(static_cast<int>(code)) + " while loading " + table + ": " + said};
}

std::string copy_statement(std::string_view table,
                           std::initializer_list<std::string_view> columns) {
    std::string sql = "COPY ";
    sql.append(table).append(" (");
    for (const std::string_view& column : columns) {
        sql.append(&column == columns.begin() ? "\"" : ", \"").append(column).append("\"");
    }
    return sql + ") FROM STDIN (FORMAT binary)";
}

}  // namespace

CopyWriter::CopyWriter(Connection& connection,
                       std::string_view table,
                       std::initializer_list<std::string_view> columns)
    : connection_{connection},
      table_{table},
      column_count_{columns.size()},
      fields_{columns.size()} {
    PGconn* raw = connection_.raw();
    if (raw == nullptr || PQstatus(raw) != CONNECTION_OK) {
        throw StoreError{StoreErrc::connection_lost, "connection lost before loading " + table_};
    }
    invariant(PQtransactionStatus(raw) == PQTRANS_INTRANS,
              "COPY into " + table_ + " needs an open transaction");
    const PgResult started{PQexec(raw, copy_statement(table, columns).c_str()), &PQclear};
    if (PQresultStatus(started.get()) != PGRES_COPY_IN) {
        refuse(raw, started.get(), table_);
    }
    buffer_.reserve(kBufferBytes);
    buffer_.append(kHeader);
}

CopyWriter::~CopyWriter() {
    if (open_) {
        abort();
    }
}

void CopyWriter::begin_row() {
    end_array();
    invariant(fields_ == column_count_, "COPY into " + table_ + ": a row has too few fields");
    if (buffer_.size() >= kBufferBytes - kBufferBytes / 8) {
        send_buffer();
    }
    fields_ = 0;
    const std::uint16_t count = big_endian(static_cast<std::int16_t>(column_count_));
    put_bytes(&count, sizeof count);
}

void CopyWriter::int2(std::int16_t value) {
    const std::uint16_t wire = big_endian(value);
    put_field_header(sizeof wire);
    put_bytes(&wire, sizeof wire);
}

void CopyWriter::int4(std::int32_t value) {
    const std::uint32_t wire = big_endian(value);
    put_field_header(sizeof wire);
    put_bytes(&wire, sizeof wire);
}

void CopyWriter::int8(std::int64_t value) {
    const std::uint64_t wire = big_endian(value);
    put_field_header(sizeof wire);
    put_bytes(&wire, sizeof wire);
}

void CopyWriter::boolean(bool value) {
    const char wire = value ? '\1' : '\0';
    put_field_header(sizeof wire);
    put_bytes(&wire, sizeof wire);
}

void CopyWriter::text(std::string_view value) {
    put_field_header(value.size());
    put_bytes(value.data(), value.size());
}

void CopyWriter::bytea(std::span<const std::uint8_t> value) {
    put_field_header(value.size());
    put_bytes(value.data(), value.size());
}

void CopyWriter::null() {
    begin_field();
    const std::uint32_t wire = big_endian(kNull);
    put_bytes(&wire, sizeof wire);
}

void CopyWriter::numeric(const U256& value) {
    numeric(Sign::plus, value);
}

void CopyWriter::numeric(Sign sign, const U256& magnitude) {
    const NumericBinary wire{sign, magnitude};
    put_field_header(wire.size());
    put_bytes(wire.data(), wire.size());
}

void CopyWriter::numeric_or_null(const std::optional<U256>& value) {
    if (value) {
        numeric(*value);
    } else {
        null();
    }
}

void CopyWriter::begin_array(ElementType type, std::size_t size) {
    begin_field();
    invariant(size > 0, "COPY into " + table_ + ": an empty array");
    array_at_ = buffer_.size();
    elements_left_ = size;
    // Length of the field, filled in later; then one dimension, flags (the server looks for nulls
    // itself), the type, and the dimension's size and lower bound: array_recv in arrayfuncs.c.
    for (const std::int32_t word :
         {0, 1, 0, static_cast<std::int32_t>(type), static_cast<std::int32_t>(size), 1}) {
        const std::uint32_t wire = big_endian(word);
        put_bytes(&wire, sizeof wire);
    }
}

std::uint64_t CopyWriter::finish() {
    end_array();
    invariant(open_, "COPY into " + table_ + " was finished before");
    invariant(fields_ == column_count_,
              "COPY into " + table_ + ": the last row has too few fields");
    const std::uint16_t trailer = big_endian(kTrailer);
    put_bytes(&trailer, sizeof trailer);
    send_buffer();
    PGconn* raw = connection_.raw();
    open_ = false;
    if (PQputCopyEnd(raw, nullptr) != 1) {
        refuse(raw, nullptr, table_);
    }
    const PgResult done = take_result(raw);
    drain(raw);
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) {
        refuse(raw, done.get(), table_);
    }
    return std::strtoull(PQcmdTuples(done.get()), nullptr, 10);
}

void CopyWriter::begin_field() {
    if (elements_left_ > 0) {
        --elements_left_;
        return;
    }
    end_array();
    invariant(fields_ < column_count_, "COPY: a row has too many fields");
    ++fields_;
}

void CopyWriter::end_array() {
    if (!array_at_) {
        return;
    }
    invariant(elements_left_ == 0, "COPY into " + table_ + ": an array has too few elements");
    const std::size_t size = buffer_.size() - *array_at_ - sizeof(std::uint32_t);
    const std::uint32_t wire = big_endian(static_cast<std::int32_t>(size));
    std::memcpy(buffer_.data() + *array_at_, &wire, sizeof wire);
    array_at_.reset();
}

void CopyWriter::put_field_header(std::size_t size) {
    begin_field();
    invariant(size <= std::numeric_limits<std::int32_t>::max(), "COPY: a field above 2 GiB");
    const std::uint32_t wire = big_endian(static_cast<std::int32_t>(size));
    put_bytes(&wire, sizeof wire);
}

void CopyWriter::put_bytes(const void* data, std::size_t size) {
    buffer_.append(static_cast<const char*>(data), size);
}

void CopyWriter::send_buffer() {
    // libpq counts in int, and a single large field may have grown the buffer.
    constexpr std::size_t kMaxCall = std::size_t{1} << 30U;
    PGconn* raw = connection_.raw();
    for (std::size_t at = 0; at < buffer_.size(); at += kMaxCall) {
        const std::size_t size = std::min(kMaxCall, buffer_.size() - at);
        if (PQputCopyData(raw, buffer_.data() + at, static_cast<int>(size)) != 1) {
            open_ = false;
            refuse(raw, nullptr, table_);
        }
    }
    buffer_.clear();
}

void CopyWriter::abort() noexcept {
    PGconn* raw = connection_.raw();
    if (raw == nullptr || PQstatus(raw) != CONNECTION_OK) {
        return;
    }
    if (PQputCopyEnd(raw, "the writer was destroyed before finish()") == 1) {
        drain(raw);
    }
}

}  // namespace redink::store
