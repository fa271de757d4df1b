#include <cctype>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/support/fake_http_server.hpp"

namespace redink::tests {
namespace {

constexpr long kValidSeconds = 24L * 60 * 60;

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Memory = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

void require(bool fine, const char* what) {
    if (!fine) {
        throw std::runtime_error{what};
    }
}

std::string contents(BIO* memory) {
    const char* data = nullptr;
    const long size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string alternative_names(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        const bool address = std::isdigit(static_cast<unsigned char>(name.front())) != 0;
        text += (text.empty() ? "" : ",") + std::string{address ? "IP:" : "DNS:"} + name;
    }
    return text;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
    require(extension != nullptr, "X509V3_EXT_conf_nid");
    require(X509_add_ext(certificate, extension.get(), -1) == 1, "X509_add_ext");
}

}  // namespace

TestCertificate make_certificate(const std::vector<std::string>& names) {
    const Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
    const Certificate certificate{X509_new()};
    require(key && certificate, "key");
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kValidSeconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kValidSeconds);
    X509_set_pubkey(certificate.get(), key.get());
    const std::string common = "redink test";
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name,
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common.data()),
                               static_cast<int>(common.size()),
                               -1,
                               0);
    X509_set_issuer_name(certificate.get(), name);
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), NID_subject_alt_name, alternative_names(names));
    require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "X509_sign");

    const Memory certificate_text{BIO_new(BIO_s_mem())};
    const Memory key_text{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1, "certificate");
    require(PEM_write_bio_PrivateKey(
                key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "private key");
    return {contents(certificate_text.get()), contents(key_text.get())};
}

}  // namespace redink::tests
