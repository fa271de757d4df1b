#include "tests/support/log_maker.hpp"

#include <string>

#include "indexer/chain/keccak.hpp"
#include "indexer/chain/word.hpp"
#include "indexer/protocols/declaration.hpp"

namespace redink::test {

chain::Address address_of(std::uint8_t last) {
    std::array<std::uint8_t, 20> bytes{};
    bytes[0] = 0xaa;
    bytes[19] = last;
    return chain::Address{bytes};
}

U256 argument(const chain::Address& address) {
    U256 value;
    const auto bytes = address.view();
    boost::multiprecision::import_bits(value, bytes.begin(), bytes.end());
    return value;
}

chain::Log LogMaker::operator()(const chain::Address& contract,
                                std::string_view declaration,
                                std::initializer_list<U256> arguments) {
    const protocols::Declaration parsed = protocols::parse_declaration(declaration);
    chain::Log log;
    log.block = chain::BlockNumber{1};
    log.txn_hash = chain::keccak256("transaction " + std::to_string(txn_));
    log.txn_index = txn_;
    log.log_index = index_++;
    log.address = contract;
    log.topics[0] = parsed.topic0;
    log.topic_count = 1;
    std::size_t place = 0;
    for (const U256& value : arguments) {
        const chain::Hash32 word = chain::to_word(value);
        if (parsed.args.at(place++).indexed) {
            log.topics.at(log.topic_count++) = word;
        } else {
            log.data.insert(log.data.end(), word.view().begin(), word.view().end());
        }
    }
    return log;
}

void LogMaker::next_transaction() {
    ++txn_;
}

}  // namespace redink::test
