#include "indexer/store/proof_stretches.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"

using namespace redink;
using store::ProofStretch;

namespace {

ProofStretch stretch(std::uint64_t first,
                     std::uint64_t last,
                     const std::string& proof = "bloom",
                     std::int32_t endpoint = 1) {
    return {{chain::BlockNumber{first}, chain::BlockNumber{last}}, proof, endpoint};
}

using Stretches = std::vector<ProofStretch>;

}  // namespace

TEST_CASE("levels have an order, and an unknown one is our mistake") {
    CHECK(store::proof_strength("headers") < store::proof_strength("bloom"));
    CHECK(store::proof_strength("bloom") < store::proof_strength("second-source"));
    CHECK(store::proof_strength("second-source") < store::proof_strength("receipts"));
    CHECK_THROWS_AS(static_cast<void>(store::proof_strength("hearsay")), InvariantBroken);
}

TEST_CASE("a range that follows its like makes it longer") {
    CHECK(fill({}, stretch(1, 5)) == Stretches{stretch(1, 5)});
    CHECK(fill({stretch(1, 5)}, stretch(6, 9)) == Stretches{stretch(1, 9)});
    CHECK(fill({stretch(6, 9)}, stretch(1, 5)) == Stretches{stretch(1, 9)});
    CHECK(fill({stretch(1, 5)}, stretch(7, 9)) == Stretches{stretch(1, 5), stretch(7, 9)});
    CHECK(fill({stretch(1, 5)}, stretch(6, 9, "bloom", 2)) ==
          Stretches{stretch(1, 5), stretch(6, 9, "bloom", 2)});
    CHECK(fill({stretch(1, 5)}, stretch(6, 9, "headers")) ==
          Stretches{stretch(1, 5), stretch(6, 9, "headers")});
}

TEST_CASE("filling leaves what is covered as it is") {
    const Stretches there{stretch(3, 4, "receipts"), stretch(8, 9, "headers")};
    CHECK(fill(there, stretch(1, 12)) == Stretches{stretch(1, 2),
                                                   stretch(3, 4, "receipts"),
                                                   stretch(5, 7),
                                                   stretch(8, 9, "headers"),
                                                   stretch(10, 12)});
    CHECK(fill(there, stretch(3, 4)) == there);
    CHECK(fill({stretch(1, 3), stretch(5, 9)}, stretch(2, 6)) == Stretches{stretch(1, 9)});
}

TEST_CASE("replacing splits what it cuts and joins its like") {
    const Stretches there{stretch(1, 9)};
    CHECK(replace(there, stretch(4, 5, "receipts")) ==
          Stretches{stretch(1, 3), stretch(4, 5, "receipts"), stretch(6, 9)});
    CHECK(replace(there, stretch(1, 5, "receipts")) ==
          Stretches{stretch(1, 5, "receipts"), stretch(6, 9)});
    CHECK(replace(there, stretch(5, 9, "receipts")) ==
          Stretches{stretch(1, 4), stretch(5, 9, "receipts")});
    const Stretches halves{stretch(1, 3, "receipts"), stretch(4, 5), stretch(6, 9, "receipts")};
    CHECK(replace(halves, stretch(4, 5, "receipts")) == Stretches{stretch(1, 9, "receipts")});
    CHECK(replace(halves, stretch(2, 8, "receipts", 2)) == Stretches{stretch(1, 1, "receipts"),
                                                                     stretch(2, 8, "receipts", 2),
                                                                     stretch(9, 9, "receipts")});
}

TEST_CASE("a gap is not covered") {
    const Stretches there{stretch(3, 5), stretch(6, 7, "headers"), stretch(9, 9)};
    CHECK(store::covers(there, stretch(3, 7).range));
    CHECK(store::covers(there, stretch(9, 9).range));
    CHECK_FALSE(store::covers(there, stretch(2, 3).range));
    CHECK_FALSE(store::covers(there, stretch(7, 9).range));
    CHECK_FALSE(store::covers(there, stretch(9, 10).range));
    CHECK_FALSE(store::covers({}, stretch(1, 1).range));
}
