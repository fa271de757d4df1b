#include "indexer/recording/gzip_lines.hpp"

#include <doctest/doctest.h>

#include "tests/unit/recording/recording_files.hpp"

namespace redink::recording {
namespace {

using test::contains;
using test::message_of;
using test::ScratchFolder;

std::vector<std::string> read_all(const std::string& path) {
    GzipLines lines{path};
    std::vector<std::string> all;
    std::string line;
    while (lines.next(line)) {
        all.push_back(line);
        REQUIRE(lines.number() == all.size());
    }
    return all;
}

TEST_CASE("lines come back as they were written, gzip or plain") {
    const ScratchFolder folder;
    const std::vector<std::string> lines{"one", "", std::string(1 << 20, 'x'), "four"};
    CHECK(read_all(folder.write_gzip("a.gz", lines)) == lines);
    CHECK(read_all(folder.write("b", "one\n\nthree\n")) ==
          std::vector<std::string>{"one", "", "three"});
}

TEST_CASE("the last line needs no end") {
    const ScratchFolder folder;
    CHECK(read_all(folder.write("a", "one\ntwo")) == std::vector<std::string>{"one", "two"});
    CHECK(read_all(folder.write("b", "")).empty());
}

TEST_CASE("a missing file is named") {
    CHECK(contains(message_of([] { GzipLines{"absent.gz"}; }), "absent.gz"));
}

TEST_CASE("a gzip file that ends early at any byte is found out") {
    const ScratchFolder folder;
    const std::string whole =
        test::read_file(folder.write_gzip("whole.gz", {"first line", "second line"}));
    constexpr std::size_t kMagic = 2;  // below it the file counts as plain text
    for (std::size_t size = kMagic + 1; size < whole.size(); ++size) {
        CAPTURE(size);
        const std::string path = folder.write("cut.gz", whole.substr(0, size));
        const std::string message = message_of([&] { read_all(path); });
        CHECK(contains(message, path));
        CHECK(contains(message, "copy the file again"));
    }
}

TEST_CASE("a corrupt byte in a gzip file is found out") {
    const ScratchFolder folder;
    std::vector<std::string> lines;
    for (int i = 0; i < 1000; ++i) {
        lines.push_back("line " + std::to_string(i * 7919));
    }
    const std::string whole = test::read_file(folder.write_gzip("whole.gz", lines));
    constexpr std::size_t kHeader = 10;
    for (std::size_t at = kHeader; at < whole.size(); at += 97) {
        CAPTURE(at);
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        const std::string path = folder.write("bad.gz", bytes);
        CHECK(contains(message_of([&] { read_all(path); }), "is damaged"));
    }
}

TEST_CASE("a folder is not a file of lines") {
    const ScratchFolder folder;
    CHECK(contains(message_of([&] { read_all(folder.path()); }), folder.path()));
}

}  // namespace
}  // namespace redink::recording
