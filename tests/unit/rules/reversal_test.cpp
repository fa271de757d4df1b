#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("a mirror swaps the sides and is of rule 18") {
    const Posting posting = post(events::DeficitCreated{party(1), 5}, {}).front();
    const Posting mirror = reversed(posting);
    CHECK(text_of({mirror}) == "18 contract: loans 5 / deficit.open@1 5");
    CHECK(mirror.narrative == "reverses: deficit recognised");
    CHECK(reversed(mirror).legs == posting.legs);
}

}  // namespace redink::rules
