#include "indexer/store/embedded_sql.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>

namespace fs = std::filesystem;

namespace {

const fs::path kSourceTree = fs::path{REDINK_TEST_DATA}.parent_path().parent_path();

std::string contents(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// Runs the script that the build runs, and puts the raw strings of its output together again.
std::string through_script(const std::string& sql) {
    std::string folder = fs::temp_directory_path() / "redink-embed-XXXXXX";
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    std::ofstream{folder + "/a.sql", std::ios::binary} << sql;
    const std::string command = "cmake -DOUT=" + folder + "/out.cpp -DROOT=" + folder +
                                " '-DFILES=" + folder + "/a.sql' -P '" +
                                (kSourceTree / "cmake/embed_files.cmake").string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);
    const std::string generated = contents(folder + "/out.cpp");
    fs::remove_all(folder);
    constexpr std::string_view kOpen = "R\"redinksql(";
    constexpr std::string_view kClose = ")redinksql\"";
    std::string joined;
    for (std::size_t at = generated.find(kOpen); at != std::string::npos;
         at = generated.find(kOpen, at)) {
        at += kOpen.size();
        const std::size_t end = generated.find(kClose, at);
        joined += generated.substr(at, end - at);
    }
    return joined;
}

}  // namespace

TEST_CASE("embedded SQL is the files of the source tree, byte for byte") {
    for (const redink::store::EmbeddedFile& file : redink::store::embedded_sql()) {
        CAPTURE(file.path);
        CHECK(file.text == contents(kSourceTree / file.path));
    }
}

TEST_CASE("characters that CMake lists eat come through") {
    const std::string tricky =
        "SELECT 'it''s', \"a;b\", x[1], E'\\n\\\\;' ; ; -- [;] ${HOME} @HOME@ $ENV{HOME} é\n"
        "DO $$ BEGIN PERFORM a[2]; END; $$;\n#[[ ]] [==[ ]==]\n\\";
    CHECK(through_script(tricky) == tricky);
    std::string large;
    for (int i = 0; i < 1000; ++i) {
        large += tricky + "\n";
    }
    CHECK(through_script(large) == large);
    CHECK(through_script(std::string(20'000, '[')) == std::string(20'000, '['));
}
