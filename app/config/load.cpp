#include "app/config/load.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "app/config/market_spec.hpp"
#include "app/config/near_miss.hpp"
#include "app/config/sections.hpp"
#include "indexer/protocols/errc.hpp"

namespace redink::app {
namespace {

namespace fs = std::filesystem;

// Reads one file, in steps; what is wrong is collected.
class Loader {
  public:
    explicit Loader(const ConfigRequest& request)
        : request_{request}, context_{request.file.string(), request.environment, {}} {
    }

    Config load();

  private:
    toml::table parse();
    void read(const toml::table& root);
    void read_sections(TableReader& root);
    void check_markets();
    void check_market(const ReadMarket& read);
    void apply_overrides();
    void select_markets();
    void replace_endpoints();

    void add(std::uint32_t line, std::string key, std::string text) {
        context_.issues.push_back({context_.file, line, std::move(key), std::move(text)});
    }

    void add_option(const std::string& option, std::string text) {
        context_.issues.push_back({option, 0, "", std::move(text)});
    }

    [[noreturn]] void fail() {
        const auto earlier = [](const ConfigIssue& a, const ConfigIssue& b) {
            return a.line < b.line;
        };
        std::stable_sort(context_.issues.begin(), context_.issues.end(), earlier);
        throw ConfigError{std::move(context_.issues)};
    }

    const ConfigRequest& request_;
    ReadContext context_;
    Config config_;
    std::vector<ReadChain> chains_;
    std::vector<ReadMarket> markets_;
};

Config Loader::load() {
    config_.database.data_dir = request_.file.parent_path() / config_.database.data_dir;
    if (fs::exists(request_.file) || request_.file_is_given) {
        config_.file = request_.file;
        read(parse());
    } else if (request_.scope == ConfigScope::everything) {
        add(0, "", "there is no such file; redink init writes one, --config FILE names another");
    }
    apply_overrides();
    if (!context_.issues.empty()) {
        fail();
    }
    config_.database.data_dir = config_.database.data_dir.lexically_normal();
    return std::move(config_);
}

toml::table Loader::parse() {
    std::ifstream file{request_.file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad() || fs::is_directory(request_.file)) {
        add(0, "", "cannot be read; redink init writes one, --config FILE names another");
        fail();
    }
    try {
        return toml::parse(text, context_.file);
    } catch (const toml::parse_error& error) {
        add(error.source().begin.line, "", "is not TOML: " + std::string{error.description()});
        fail();
    }
}

void Loader::read(const toml::table& root) {
    TableReader reader{root, "", "", context_};
    if (const toml::node* node = root.get("database")) {
        if (const toml::table* table = node->as_table()) {
            config_.database = read_database(*table, request_.file.parent_path(), context_);
        } else {
            reader.add_issue("database", "is not a table; accepted: [database]");
        }
    }
    if (request_.scope == ConfigScope::everything) {
        read_sections(reader);
        check_markets();
    }
}

void Loader::read_sections(TableReader& root) {
    for (const toml::table* table : root.tables("chain")) {
        chains_.push_back(read_chain(*table, chains_.size() + 1, context_));
    }
    const auto all = protocols::make_all();
    std::vector<std::string_view> names;
    for (const auto& protocol : all) {
        names.push_back(protocol->name());
    }
    for (const toml::table* table : root.tables("market")) {
        markets_.push_back(read_market(*table, markets_.size() + 1, names, context_));
    }
}

void Loader::check_markets() {
    std::set<std::string> names;
    std::set<std::uint64_t> ids;
    for (const ReadChain& read : chains_) {
        const std::string label = "[[chain]] \"" + read.chain.name + "\" ";
        if (!read.chain.name.empty() && !names.insert(read.chain.name).second) {
            add(read.line, label + "name", "is given to two chains; accepted: one name each");
        }
        if (read.chain.id != 0 && !ids.insert(read.chain.id).second) {
            add(read.line, label + "id", "is given to two chains; accepted: one table for a chain");
        }
    }
    std::set<std::string> market_names;
    for (const ReadMarket& read : markets_) {
        const std::string& name = read.market.name;
        if (!name.empty() && !market_names.insert(name).second) {
            add(read.name_line,
                read.label + " name",
                "is given to two markets; accepted: one name each");
        }
        check_market(read);
    }
}

void Loader::check_market(const ReadMarket& read) {
    std::vector<std::string_view> accepted;
    for (const ReadChain& chain : chains_) {
        accepted.push_back(chain.chain.name);
    }
    const MarketConfig& market = read.market;
    if (!market.chain.empty() &&
        std::find(accepted.begin(), accepted.end(), market.chain) == accepted.end()) {
        add(read.chain_line,
            read.label + " chain",
            "is \"" + market.chain + "\", which is no [[chain]]" +
                did_you_mean(market.chain, accepted) + "; accepted: " +
                (accepted.empty() ? "the name of a [[chain]], and there is none"
                                  : listed(accepted)));
    }
    if (!read.is_sound) {
        return;
    }
    const auto opened = find_protocol(market.protocol)->open(to_market_spec(market));
    if (opened.has_error()) {
        const bool is_version =
            opened.error().code == make_error_code(protocols::ProtocolErrc::unknown_version);
        add(is_version ? read.version_line : read.name_line,
            read.label + (is_version ? " version" : ""),
            opened.error().text);
    }
}

void Loader::apply_overrides() {
    if (const auto& url = request_.overrides.database) {
        if (const auto problem = find_database_url_problem(*url)) {
            add_option("--database", *problem);
        }
        config_.database.url = *url;
    }
    if (request_.scope == ConfigScope::everything) {
        select_markets();
        replace_endpoints();
    }
}

void Loader::select_markets() {
    const std::vector<std::string>& wanted = request_.overrides.markets;
    std::vector<std::string_view> known;
    for (const ReadMarket& read : markets_) {
        known.push_back(read.market.name);
    }
    for (const std::string& name : wanted) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            add_option("--market",
                       "there is no market \"" + name + "\" in " + context_.file +
                           did_you_mean(name, known) +
                           "; accepted: " + (known.empty() ? "none is there" : listed(known)));
        }
    }
    for (const ReadMarket& read : markets_) {
        if (wanted.empty() ||
            std::find(wanted.begin(), wanted.end(), read.market.name) != wanted.end()) {
            config_.markets.push_back(read.market);
        }
    }
}

// The chains in use get their endpoints, or what is wrong with them counts.
void Loader::replace_endpoints() {
    std::set<std::string> used;
    for (const MarketConfig& market : config_.markets) {
        used.insert(market.chain);
    }
    const bool is_narrowed = !request_.overrides.markets.empty();
    std::vector<ReadChain*> candidates;
    for (ReadChain& read : chains_) {
        if (!is_narrowed || used.contains(read.chain.name)) {
            candidates.push_back(&read);
        }
    }
    std::vector<rpc::Url> replacement;
    for (const std::string& text : request_.overrides.rpc) {
        auto url = rpc::Url::parse(text);
        if (url.has_error()) {
            add_option("--rpc", url.error().text);
        } else {
            replacement.push_back(std::move(url).value());
        }
    }
    const bool replaces = !request_.overrides.rpc.empty();
    if (replaces && candidates.size() != 1 && !chains_.empty()) {
        add_option("--rpc",
                   "there are " + std::to_string(candidates.size()) +
                       " chains it could be for; accepted: together with --market NAME of one "
                       "chain");
    }
    for (ReadChain* read : candidates) {
        if (replaces && candidates.size() == 1) {
            read->chain.endpoints = replacement;
        } else {
            context_.issues.insert(
                context_.issues.end(), read->endpoint_issues.begin(), read->endpoint_issues.end());
        }
        config_.chains.push_back(read->chain);
    }
}

}  // namespace

Config load_config(const ConfigRequest& request) {
    return Loader{request}.load();
}

}  // namespace redink::app
