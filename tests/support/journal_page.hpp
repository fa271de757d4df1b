#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace redink::test {

/// Replays a page of journal (grammar in tests/data/journals/README.md): posts its events, checks
/// the entries, the balances and heads that it states, and the equations after every event. Gives
/// what does not hold, each with its line ("line 7: cash is 5, the page says 6"); empty when all
/// does.
[[nodiscard]] std::vector<std::string> faults_of_page(std::string_view text);

}  // namespace redink::test
