#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <simdjson.h>
#include <zlib.h>

namespace redink::test {

/// Contents of a gzip file below the test data.
inline std::string load_gzip(const std::string& name) {
    const std::string path = std::string{REDINK_TEST_DATA} + "/" + name;
    const gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) {
        throw std::runtime_error{"cannot open " + path};
    }
    std::string text;
    std::vector<char> buffer(1 << 16);
    int got = 0;
    while ((got = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    gzclose(file);
    if (got < 0) {
        throw std::runtime_error{"cannot read " + path};
    }
    return text;
}

/// The lines of a gzip file below the test data.
inline std::vector<std::string> load_lines(const std::string& name) {
    const std::string text = load_gzip(name);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// A JSON text and its parsed form, which lives as long as this does.
class Document {
  public:
    explicit Document(const std::string& text) : root_{parser_.parse(text)} {
    }

    [[nodiscard]] simdjson::dom::element root() const {
        return root_;
    }

    [[nodiscard]] simdjson::dom::element operator[](std::string_view name) const {
        return root_[name];
    }

  private:
    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};

}  // namespace redink::test
