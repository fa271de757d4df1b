#include "indexer/store/copy_reader.hpp"

#include <cstring>
#include <endian.h>
#include <memory>

#include <libpq-fe.h>

#include "accounting/money/invariant.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"

namespace redink::store {
namespace {

using PgResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

// PostgreSQL manual, COPY, "Binary Format": signature, flags, length of the header extension.
constexpr std::size_t kHeaderBytes = 19;
constexpr std::int16_t kTrailer = -1;
constexpr std::int32_t kNull = -1;
constexpr std::uint16_t kNegative = 0x4000;
constexpr std::uint64_t kBase = 10'000;
constexpr std::size_t kDigitsInChunk = 4;

template <class Word>
Word from_wire(std::string_view bytes) {
    Word word{};
    invariant(bytes.size() == sizeof word, "a column of another type was read");
    std::memcpy(&word, bytes.data(), sizeof word);
    if constexpr (sizeof word == 2) {
        return static_cast<Word>(be16toh(static_cast<std::uint16_t>(word)));
    } else if constexpr (sizeof word == 4) {
        return static_cast<Word>(be32toh(static_cast<std::uint32_t>(word)));
    } else {
        return static_cast<Word>(be64toh(static_cast<std::uint64_t>(word)));
    }
}

[[noreturn]] void refuse(PGconn* raw, const PGresult* result) {
    const char* state = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    std::string said = result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(raw);
    while (!said.empty() && said.back() == '\n') {
        said.pop_back();
    }
    StoreErrc code = classify(state != nullptr ? state : "", said);
    if (PQstatus(raw) != CONNECTION_OK && code == StoreErrc::other) {
        code = StoreErrc::connection_lost;
    }
    throw StoreError{code, "reading rows: " + said};
}

// Four digits of base 10000 at a time, so that a long number costs few 256-bit multiplications.
U256 magnitude_of(std::string_view digits, std::size_t places) {
    U256 value = 0;
    std::uint64_t chunk = 0;
    std::uint64_t scale = 1;
    for (std::size_t i = 0; i < places; ++i) {
        const bool is_written = 2 * i < digits.size();
        const std::uint64_t digit =
            is_written ? from_wire<std::uint16_t>(digits.substr(2 * i, 2)) : 0;
        chunk = chunk * kBase + digit;
        scale *= kBase;
        if ((i + 1) % kDigitsInChunk == 0 || i + 1 == places) {
            value = value.is_zero() ? U256{chunk} : U256{value * scale + chunk};
            chunk = 0;
            scale = 1;
        }
    }
    return value;
}

}  // namespace

CopyReader::CopyReader(Connection& connection, const std::string& query) : connection_{connection} {
    PGconn* raw = connection_.raw();
    if (raw == nullptr || PQstatus(raw) != CONNECTION_OK) {
        throw StoreError{StoreErrc::connection_lost, "connection lost before reading rows"};
    }
    const std::string sql = "COPY (" + query + ") TO STDOUT (FORMAT binary)";
    const PgResult started{PQexec(raw, sql.c_str()), &PQclear};
    if (PQresultStatus(started.get()) != PGRES_COPY_OUT) {
        open_ = false;
        refuse(raw, started.get());
    }
}

CopyReader::~CopyReader() {
    free_row();
    PGconn* raw = connection_.raw();
    if (!open_ || raw == nullptr || PQstatus(raw) != CONNECTION_OK) {
        return;
    }
    // The rest would all be sent: ask the server to stop, then read what is under way.
    if (PGcancel* cancel = PQgetCancel(raw); cancel != nullptr) {
        char said[256];
        PQcancel(cancel, said, sizeof said);
        PQfreeCancel(cancel);
    }
    while (PQgetCopyData(raw, &row_, 0) > 0) {
        free_row();
    }
    while (const PgResult result{PQgetResult(raw), &PQclear}) {
    }
}

bool CopyReader::next() {
    invariant(open_ && rest_.empty(), "COPY: a row was not read to its end");
    free_row();
    PGconn* raw = connection_.raw();
    const int size = PQgetCopyData(raw, &row_, 0);
    if (size > 0) {
        rest_ = {row_, static_cast<std::size_t>(size)};
        if (first_) {
            rest_.remove_prefix(kHeaderBytes);
            first_ = false;
        }
        if (rest_.empty()) {
            return next();
        }
        if (from_wire<std::int16_t>(take(sizeof kTrailer)) != kTrailer) {
            return true;
        }
        rest_ = {};
        return next();
    }
    open_ = false;
    const PgResult done{PQgetResult(raw), &PQclear};
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) {
        const PgResult last{PQgetResult(raw), &PQclear};
        refuse(raw, done.get());
    }
    while (const PgResult more{PQgetResult(raw), &PQclear}) {
    }
    return false;
}

std::int16_t CopyReader::int2() {
    return from_wire<std::int16_t>(sized(sizeof(std::int16_t)));
}

std::int32_t CopyReader::int4() {
    return from_wire<std::int32_t>(sized(sizeof(std::int32_t)));
}

std::int64_t CopyReader::int8() {
    return from_wire<std::int64_t>(sized(sizeof(std::int64_t)));
}

bool CopyReader::boolean() {
    return sized(1).front() != '\0';
}

std::string_view CopyReader::text() {
    const auto bytes = field();
    invariant(bytes.has_value(), "COPY: a field is null");
    return *bytes;
}

chain::ByteView CopyReader::bytea() {
    const std::string_view bytes = text();
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

SignedUnits CopyReader::numeric() {
    constexpr std::size_t kHeader = 8;
    const std::string_view wire = text();
    invariant(wire.size() >= kHeader, "COPY: not a numeric");
    const std::size_t count = from_wire<std::uint16_t>(wire.substr(0, 2));
    const std::int16_t weight = from_wire<std::int16_t>(wire.substr(2, 2));
    const std::uint16_t sign = from_wire<std::uint16_t>(wire.substr(4, 2));
    const std::string_view digits = wire.substr(kHeader);
    invariant(digits.size() == 2 * count && (sign == 0 || sign == kNegative),
              "COPY: not a finite numeric");
    const auto places = static_cast<std::size_t>(count == 0 ? 0 : weight + 1);
    invariant(places >= count, "COPY: not an integer");
    const U256 units = magnitude_of(digits, places);
    return sign == 0 ? SignedUnits::plus(units) : SignedUnits::minus(units);
}

std::optional<std::int64_t> CopyReader::int8_or_null() {
    const auto bytes = field();
    return bytes ? std::optional{from_wire<std::int64_t>(*bytes)} : std::nullopt;
}

std::optional<chain::ByteView> CopyReader::bytea_or_null() {
    const auto bytes = field();
    if (!bytes) {
        return std::nullopt;
    }
    return chain::ByteView{reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()};
}

std::size_t CopyReader::begin_array() {
    constexpr std::size_t kWord = sizeof(std::int32_t);
    invariant(from_wire<std::int32_t>(take(kWord)) != kNull, "COPY: an array is null");
    const auto dimensions = from_wire<std::int32_t>(take(kWord));
    static_cast<void>(take(2 * kWord));
    if (dimensions == 0) {
        return 0;
    }
    invariant(dimensions == 1, "COPY: an array of several dimensions");
    const auto size = from_wire<std::int32_t>(take(kWord));
    static_cast<void>(take(kWord));
    return static_cast<std::size_t>(size);
}

std::optional<std::string_view> CopyReader::field() {
    const auto size = from_wire<std::int32_t>(take(sizeof(std::int32_t)));
    return size == kNull ? std::nullopt : std::optional{take(static_cast<std::size_t>(size))};
}

std::string_view CopyReader::take(std::size_t size) {
    invariant(rest_.size() >= size, "COPY: a row has too few fields");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
}

std::string_view CopyReader::sized(std::size_t size) {
    const std::string_view bytes = text();
    invariant(bytes.size() == size, "COPY: a column of another type was read");
    return bytes;
}

void CopyReader::free_row() {
    if (row_ != nullptr) {
        PQfreemem(row_);
        row_ = nullptr;
    }
}

}  // namespace redink::store
