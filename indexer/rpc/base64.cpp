#include "indexer/rpc/base64.hpp"

#include <openssl/evp.h>

namespace redink::rpc {

std::string to_base64(std::string_view bytes) {
    // OpenSSL writes a zero behind the text.
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace redink::rpc
