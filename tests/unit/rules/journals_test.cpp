#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "tests/support/journal_page.hpp"

namespace redink {
namespace {

std::vector<std::filesystem::path> pages_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> pages;
    for (const auto& file : std::filesystem::directory_iterator{folder}) {
        if (file.path().extension() == ".journal") {
            pages.push_back(file.path());
        }
    }
    std::sort(pages.begin(), pages.end());
    return pages;
}

std::string text_in(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void check_pages(const std::filesystem::path& folder) {
    for (const std::filesystem::path& page : pages_in(folder)) {
        for (const std::string& fault : test::faults_of_page(text_in(page))) {
            FAIL_CHECK(page.filename().string() << ", " << fault);
        }
    }
}

}  // namespace

TEST_CASE("every page of journal is what the rules give") {
    const std::filesystem::path folder = std::string{REDINK_TEST_DATA} + "/journals";
    CHECK(pages_in(folder).size() >= 22);
    check_pages(folder);
    if (const char* further = std::getenv("REDINK_JOURNALS")) {
        CHECK_FALSE(pages_in(further).empty());
        check_pages(further);
    }
}

TEST_CASE("every page states the head of its contract ledger") {
    for (const auto& page : pages_in(std::string{REDINK_TEST_DATA} + "/journals")) {
        CAPTURE(page.filename().string());
        CHECK(text_in(page).find("\nhead contract ") != std::string::npos);
    }
}

TEST_CASE("a wrong balance, head or word is reported with its line") {
    using Faults = std::vector<std::string>;
    CHECK(test::faults_of_page("supply USDC 5 cash 5\n\nborrow USDC 2 cash 4 # wrong\n") ==
          Faults{"line 3: cash is 3, the page says 4"});
    CHECK(
        test::faults_of_page("supply USDC 5 cash 5\nsupply USDC 1 cash 5\nsupply USDC 1 cash 8") ==
        Faults{"line 2: cash is 6, the page says 5", "line 3: cash is 7, the page says 8"});
    CHECK(test::faults_of_page("# page\ngive USDC 5\n") == Faults{"line 2: unknown verb give"});
    CHECK(test::faults_of_page("supply USDC 5 to=bob") == Faults{"line 1: unknown argument to"});
    CHECK(test::faults_of_page("supply USDC x") == Faults{"line 1: no number: 'x'"});
    CHECK(test::faults_of_page("supply USDC 5 cash") == Faults{"line 1: no balance: cash"});
    CHECK(test::faults_of_page("refused supply USDC 5") == Faults{"line 1: was not refused"});
    CHECK(test::faults_of_page("withdraw USDC 5").size() == 1);
    const Faults head = test::faults_of_page("supply USDC 5\nhead contract 00");
    CHECK(head.size() == 1);
    CHECK(head.front().starts_with("line 2: head contract is "));
}

TEST_CASE("a head changes with every figure on a page") {
    const auto head = [](const std::string& line) {
        return test::faults_of_page(line + "\nhead contract 0").front();
    };
    CHECK(head("supply USDC 5") == head("supply USDC 5 of=bob  # the lender has no leg"));
    CHECK(head("supply USDC 5") != head("supply USDC 6"));
    CHECK(head("supply USDC 5") != head("supply WETH 5"));
    CHECK(head("supply USDC 5") != head("reserve USDC 5"));
}

}  // namespace redink
