#include "peer/certificate.hpp"

#include <fmt/format.h>
#include <gst/gst.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

namespace parlour::peer {
namespace {

template <auto F>
struct Free {
  template <typename T>
  void operator()(T* p) const {
    F(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

constexpr long kValidSeconds = 365L * 24 * 3600;

const EVP_MD* digestOf(const std::string& algorithm) {
  if (algorithm == "sha-256") return EVP_sha256();
  if (algorithm == "sha-384") return EVP_sha384();
  if (algorithm == "sha-512") return EVP_sha512();
  return nullptr;
}

std::string fingerprintOf(X509* cert, const EVP_MD* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
  if (X509_digest(cert, digest, bytes.data(), &size) != 1) return {};
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{}{:02X}", i ? ":" : "", bytes[i]);
  return text;
}

Cert selfSigned(EVP_PKEY* key) {
  Cert cert(X509_new());
  uint64_t serial = 1;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -24 * 3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), kValidSeconds);
  X509_NAME* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("parlour"), -1, -1, 0);
  X509_set_issuer_name(cert.get(), name);
  X509_set_pubkey(cert.get(), key);
  if (X509_sign(cert.get(), key, EVP_sha256()) == 0) return nullptr;
  return cert;
}

}  // namespace

Result<Certificate> makeCertificate() {
  const Key key(EVP_EC_gen("P-256"));
  const Cert cert = key ? selfSigned(key.get()) : nullptr;
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!cert || !bio || PEM_write_bio_X509(bio.get(), cert.get()) != 1 ||
      PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return failed("certificate_failed", "OpenSSL could not make the DTLS certificate");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return Certificate{std::string(text, static_cast<size_t>(size)),
                     {"sha-256", fingerprintOf(cert.get(), EVP_sha256())}};
}

void warmDtls() {
  for (const char* factory : {"dtlsdec", "webrtcbin"}) {
    GstElement* element = gst_element_factory_make(factory, nullptr);
    if (!element) continue;  // The start-up check has said which plug-in is missing.
    gst_object_ref_sink(element);
    gst_object_unref(element);
  }
}

bool matches(const std::string& pem, const std::vector<sdp::Fingerprint>& fingerprints) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Cert cert(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!cert) return false;
  for (const auto& f : fingerprints) {
    const EVP_MD* digest = digestOf(f.algorithm);
    if (digest && fingerprintOf(cert.get(), digest) == f.value) return true;
  }
  return false;
}

}  // namespace parlour::peer
