#include "stream.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <limits>
#include <memory>
#include <stdexcept>

namespace cdp::test {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

template <typename T>
using Handle = std::unique_ptr<T, Free>;

template <typename T>
T* checked(T* made, const char* what) {
  if (made == nullptr) throw std::runtime_error(std::string("OpenSSL: no ") + what);
  return made;
}

void set_alternative_names(X509* certificate) {
  const Handle<X509_EXTENSION> names(checked(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"),
      "subject alternative name"));
  X509_add_ext(certificate, names.get(), -1);
}

Handle<X509> make_certificate(EVP_PKEY* key) {
  constexpr long one_day = 24 * 60 * 60;
  Handle<X509> certificate(checked(X509_new(), "certificate"));
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -one_day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 30 * one_day);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const unsigned char common_name[] = "cdp-scrape test server";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  set_alternative_names(certificate.get());
  if (X509_sign(certificate.get(), key, EVP_sha256()) == 0) {
    throw std::runtime_error("OpenSSL: the certificate cannot be signed");
  }
  return certificate;
}

int clamped(std::size_t size) {
  constexpr auto largest = static_cast<std::size_t>(std::numeric_limits<int>::max());
  return static_cast<int>(size < largest ? size : largest);
}

class TlsStream : public Stream {
 public:
  explicit TlsStream(Handle<SSL> ssl) : ssl_(std::move(ssl)) {}

  std::size_t read(char* data, std::size_t size) override {
    const int count = SSL_read(ssl_.get(), data, clamped(size));
    return note(count) ? static_cast<std::size_t>(count) : 0;
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const int count = SSL_write(ssl_.get(), bytes.data(), clamped(bytes.size()));
      if (!note(count)) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  void finish() override {
    if (!failed_) SSL_shutdown(ssl_.get());
  }

 private:
  /// OpenSSL forbids SSL_shutdown after an error, so errors are remembered.
  bool note(int count) {
    if (count <= 0) failed_ = true;
    return count > 0;
  }

  Handle<SSL> ssl_;
  bool failed_ = false;
};

}  // namespace

struct TlsContext::Impl {
  Handle<SSL_CTX> context;
};

TlsContext::TlsContext() : impl_(std::make_unique<Impl>()) {
  const Handle<EVP_PKEY> key(checked(EVP_EC_gen("P-256"), "key"));
  const Handle<X509> certificate = make_certificate(key.get());
  impl_->context.reset(checked(SSL_CTX_new(TLS_server_method()), "TLS context"));
  SSL_CTX_use_certificate(impl_->context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(impl_->context.get(), key.get());
}

TlsContext::~TlsContext() = default;

std::unique_ptr<Stream> TlsContext::accept(Socket& socket) {
  Handle<SSL> ssl(SSL_new(impl_->context.get()));
  if (!ssl || SSL_set_fd(ssl.get(), socket.descriptor()) != 1) return nullptr;
  if (SSL_accept(ssl.get()) != 1) return nullptr;
  return std::make_unique<TlsStream>(std::move(ssl));
}

}  // namespace cdp::test
