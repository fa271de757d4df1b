#include "indexer/store/errors.hpp"

#include <doctest/doctest.h>
#include <pqxx/except>

#include "indexer/store/connection.hpp"

using namespace redink::store;

TEST_CASE("a SQLSTATE tells what the caller can do") {
    CHECK(classify("53100", "") == StoreErrc::disk_full);
    CHECK(classify("58030", "could not extend file: No space left on device") ==
          StoreErrc::disk_full);
    CHECK(classify("08006", "") == StoreErrc::connection_lost);
    CHECK(classify("57P01", "") == StoreErrc::connection_lost);
    CHECK(classify("57P03", "") == StoreErrc::unavailable);
    CHECK(classify("42501", "") == StoreErrc::permission);
    CHECK(classify("28P01", "") == StoreErrc::permission);
    CHECK(classify("40001", "") == StoreErrc::serialization);
    CHECK(classify("40P01", "") == StoreErrc::serialization);
    CHECK(classify("23505", "") == StoreErrc::constraint);
    CHECK(classify("53200", "") == StoreErrc::out_of_resources);
    CHECK(classify("42601", "") == StoreErrc::other);
}

TEST_CASE("exceptions of libpqxx keep their meaning") {
    CHECK(classify(pqxx::disk_full{"full", "Q", "53100"}) == StoreErrc::disk_full);
    CHECK(classify(pqxx::broken_connection{"gone"}) == StoreErrc::connection_lost);
    CHECK(classify(pqxx::serialization_failure{"again"}) == StoreErrc::serialization);
    CHECK(classify(pqxx::in_doubt_error{"?"}) == StoreErrc::connection_lost);
    CHECK(classify(StoreError{StoreErrc::locked, "x"}) == StoreErrc::locked);
    CHECK(classify(std::runtime_error{"x"}) == StoreErrc::other);
}

TEST_CASE("what passes by itself is told from what an operator has to mend") {
    for (const char* passing :
         {"08006", "57P01", "57P02", "57P03", "57P05", "25006", "53300", "40001", "40P01"}) {
        CAPTURE(passing);
        CHECK(may_pass(pqxx::sql_error{"x", "Q", passing}));
    }
    for (const char* lasting : {"53100", "42501", "28P01", "53200", "23505", "42601", "P0001"}) {
        CAPTURE(lasting);
        CHECK_FALSE(may_pass(pqxx::sql_error{"x", "Q", lasting}));
    }
    CHECK(may_pass(pqxx::broken_connection{"gone"}));
    CHECK(may_pass(pqxx::in_doubt_error{"?"}));
    CHECK(may_pass(pqxx::too_many_connections{"sorry, too many clients already"}));
    CHECK(may_pass(pqxx::deadlock_detected{"deadlock"}));
    CHECK(may_pass(DatabaseUnavailable{"down"}));
    CHECK_FALSE(may_pass(DatabaseUnavailable{"wrong password", Outlook::lasting}));
    CHECK_FALSE(may_pass(StoreError{StoreErrc::lease_lost, "x"}));
    CHECK_FALSE(may_pass(std::runtime_error{"x"}));
}

TEST_CASE("a lost session is told from a transaction that can be repeated on it") {
    CHECK(is_connection_lost(pqxx::broken_connection{"gone"}));
    CHECK(is_connection_lost(pqxx::sql_error{"x", "Q", "57P01"}));
    CHECK(is_connection_lost(pqxx::too_many_connections{"too many"}));
    CHECK(is_connection_lost(StoreError{StoreErrc::connection_lost, "x"}));
    CHECK(is_connection_lost(DatabaseUnavailable{"down"}));
    CHECK_FALSE(is_connection_lost(pqxx::serialization_failure{"again"}));
    CHECK_FALSE(is_connection_lost(pqxx::sql_error{"x", "Q", "25006"}));
    CHECK_FALSE(is_connection_lost(pqxx::sql_error{"x", "Q", "53100"}));
}

TEST_CASE("an operator is told what to do and what the server said") {
    const redink::Error told =
        to_error(pqxx::disk_full{"ERROR: could not extend file\n", "Q", "53100"});
    CHECK(told.code == StoreErrc::disk_full);
    CHECK(told.code.message() == "disk full");
    CHECK(told.text.find("Free space") != std::string::npos);
    CHECK(told.text.find("could not extend file)") != std::string::npos);
    CHECK(to_error(pqxx::in_doubt_error{"?"}).text.find("COMMIT") != std::string::npos);
}

TEST_CASE("passwords are cut out of texts") {
    CHECK(without_passwords("at postgresql://a:b@h/d end") == "at postgresql://a:***@h/d end");
    CHECK(without_passwords("https://h:80/x and p://u:p@ss/w@h:1") ==
          "https://h:80/x and p://u:***@h:1");
    CHECK(without_passwords("host=h password=abc user=u") == "host=h password=*** user=u");
    CHECK(without_passwords("password = 'a b' user=u") == "password = *** user=u");
    CHECK(without_passwords("p://h/d?password=x&user=u") == "p://h/d?password=***&user=u");
    CHECK(without_passwords("password authentication failed") == "password authentication failed");
    CHECK(without_passwords("password=") == "password=***");
    CHECK(without_passwords("") == "");
}

TEST_CASE("a URL is described without its password") {
    CHECK(describe_url("postgresql://u:p@h:99/d") == "database \"d\" on h, port 99, as \"u\"");
    CHECK(describe_url("postgresql://u:p%zz@h") == "the database of a URL that cannot be read");
}
