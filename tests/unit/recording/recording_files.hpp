#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdlib.h>
#include <string>
#include <vector>

#include <zlib.h>

namespace redink::test {

/// A folder of its own that goes with the object.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "redink-test-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error{"cannot make " + pattern};
        }
        path_ = pattern;
    }

    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] std::string path(const std::string& name = {}) const {
        return name.empty() ? path_ : path_ + "/" + name;
    }

    /// Writes a file as it is and gives its path.
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream{path(name), std::ios::binary} << text;
        return path(name);
    }

    /// Writes lines through gzip and gives the path.
    std::string write_gzip(const std::string& name, const std::vector<std::string>& lines) const {
        const gzFile file = gzopen(path(name).c_str(), "wb");
        for (const std::string& line : lines) {
            gzwrite(file, line.data(), static_cast<unsigned>(line.size()));
            gzputc(file, '\n');
        }
        gzclose(file);
        return path(name);
    }

  private:
    std::string path_;
};

/// The bytes of a file.
inline std::string read_file(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

/// What an exception says; empty when nothing is thrown.
template <class F>
std::string message_of(F work) {
    try {
        work();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace redink::test
