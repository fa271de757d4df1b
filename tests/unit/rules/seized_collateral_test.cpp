#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("collateral that the pool takes waits in the inventory") {
    CHECK(text_of(post(events::CollateralTaken{party(1), 5})) ==
          "17 contract: collateral.inventory 5 / conversion 5");
}

TEST_CASE("the reserve bears the whole debt at once and nothing stays held against it") {
    CHECK(text_of(post(events::DebtAbsorbed{party(1), 9}, {.allowance = 4})) ==
          "17 contract: capital.reserve 9 / loans 9\n"
          "4 economic: allowance@1 4 / loss.impairment@1 4\n"
          "17 economic: loss.impairment@1 9 / borne.reserve@1 9");
}

TEST_CASE("a sale gives the reserve its proceeds and recovers what it bore") {
    const std::vector<DebtorShare> shares{{party(1), 3, 0}, {party(2), 1, 0}};
    CHECK(text_of(post(events::CollateralSold{0, 6}, shares)) ==
          "17 contract: cash 6 / capital.reserve 6\n"
          "17 economic: borne.reserve@1 3, borne.reserve@2 1 / recovered.collateral@1 3, "
          "recovered.collateral@2 1");
    CHECK(text_of(post(events::CollateralSold{6, 0}, {})) ==
          "17 contract: conversion 6 / collateral.inventory 6");
}

}  // namespace redink::rules
