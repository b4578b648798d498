#include "load/client_dtls.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "peer/certificate.hpp"

namespace parlour::bench {
namespace {

constexpr size_t kRecordHeader = 13, kMtu = 1200;
constexpr size_t kKey = 16, kSalt = 14;
constexpr const char* kProfile = "SRTP_AES128_CM_SHA1_80";
constexpr const char* kExporter = "EXTRACTOR-dtls_srtp";

/// The certificate is compared with the fingerprint of the answer instead.
int acceptAny(int, X509_STORE_CTX*) noexcept {
  return 1;
}

/// The first repeat after 50 ms, as Chromium does; OpenSSL alone waits a second.
unsigned int repeatAfterUs(SSL*, unsigned int lastUs) noexcept {
  constexpr unsigned int kFirstUs = 50'000, kMostUs = 60'000'000;
  return lastUs == 0 ? kFirstUs : std::min(2 * lastUs, kMostUs);
}

bool use(SSL_CTX* context, const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  const bool used = certificate && key && SSL_CTX_use_certificate(context, certificate) == 1 &&
                    SSL_CTX_use_PrivateKey(context, key) == 1;
  EVP_PKEY_free(key);
  X509_free(certificate);
  BIO_free(bio);
  return used;
}

const EVP_MD* digestOf(const std::string& algorithm) {
  if (algorithm == "sha-256") return EVP_sha256();
  if (algorithm == "sha-384") return EVP_sha384();
  if (algorithm == "sha-512") return EVP_sha512();
  return nullptr;
}

}  // namespace

Result<DtlsIdentity> DtlsIdentity::make() {
  auto certificate = peer::makeCertificate();
  if (!certificate) return certificate.error();
  DtlsIdentity identity;
  identity.fingerprint_ = certificate->fingerprint;
  identity.context_.reset(SSL_CTX_new(DTLS_client_method()));
  SSL_CTX* context = identity.context_.get();
  // use_srtp returns 0 on success.
  if (!context || !use(context, certificate->pem) ||
      SSL_CTX_set_tlsext_use_srtp(context, kProfile) != 0)
    return failed("certificate_failed", "OpenSSL does not take the DTLS certificate");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, acceptAny);
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return identity;
}

ClientDtls::ClientDtls(const DtlsIdentity& identity, sdp::Fingerprint server, Send send)
    : ssl_(SSL_new(identity.context())),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())),
      server_(std::move(server)),
      send_(std::move(send)) {
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(ssl_.get(), in_, out_);
  SSL_set_mtu(ssl_.get(), kMtu);
  DTLS_set_timer_cb(ssl_.get(), repeatAfterUs);
  SSL_set_connect_state(ssl_.get());
}

ClientDtls::State ClientDtls::feed(std::span<const uint8_t> datagram) {
  BIO_write(in_, datagram.data(), static_cast<int>(datagram.size()));
  if (state_ == State::kHandshaking) return advance();
  // Secured: alerts and data channels' packets are of no use here, but must not pile up.
  std::array<uint8_t, 2048> unused;
  if (SSL_read(ssl_.get(), unused.data(), unused.size()) == 0) state_ = State::kFailed;
  return state_;
}

ClientDtls::State ClientDtls::onTick() {
  if (state_ != State::kHandshaking) return state_;
  if (DTLSv1_handle_timeout(ssl_.get()) < 0) state_ = State::kFailed;
  flush();
  return state_;
}

ClientDtls::State ClientDtls::advance() {
  const int done = SSL_do_handshake(ssl_.get());
  flush();
  if (done == 1) {
    state_ = serverIsRight() && exportKeys() ? State::kSecured : State::kFailed;
  } else if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) {
    state_ = State::kFailed;
  }
  return state_;
}

/// A flight is a row of records; each datagram takes as many whole ones as fit.
void ClientDtls::flush() {
  std::vector<uint8_t> flight(BIO_pending(out_));
  if (flight.empty()) return;
  BIO_read(out_, flight.data(), static_cast<int>(flight.size()));
  const auto recordAt = [&flight](size_t at) {
    return at + kRecordHeader > flight.size()
               ? flight.size() - at
               : std::min<size_t>(kRecordHeader + (flight[at + 11] << 8 | flight[at + 12]),
                                  flight.size() - at);
  };
  for (size_t start = 0; start < flight.size();) {
    size_t end = start + recordAt(start);
    while (end < flight.size() && end + recordAt(end) - start <= kMtu) end += recordAt(end);
    send_({flight.data() + start, end - start});
    start = end;
  }
}

bool ClientDtls::serverIsRight() const {
  X509* certificate = SSL_get1_peer_certificate(ssl_.get());
  const EVP_MD* digest = digestOf(server_.algorithm);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
  const bool made =
      certificate && digest && X509_digest(certificate, digest, bytes.data(), &size) == 1;
  X509_free(certificate);
  std::string text;
  for (unsigned i = 0; made && i < size; ++i)
    text += fmt::format("{}{:02X}", i ? ":" : "", bytes[i]);
  return made && text == server_.value;
}

/// RFC 5764 section 4.2: client key, server key, client salt, server salt.
bool ClientDtls::exportKeys() {
  std::array<uint8_t, 2 * (kKey + kSalt)> material;
  if (!SSL_get_selected_srtp_profile(ssl_.get()) ||
      SSL_export_keying_material(ssl_.get(), material.data(), material.size(), kExporter,
                                 std::char_traits<char>::length(kExporter), nullptr, 0, 0) != 1)
    return false;
  const auto take = [&material](size_t key, size_t salt) {
    transport::SrtpKeys keys;
    std::copy_n(material.begin() + static_cast<std::ptrdiff_t>(key), kKey, keys.key.begin());
    std::copy_n(material.begin() + static_cast<std::ptrdiff_t>(salt), kSalt, keys.salt.begin());
    return keys;
  };
  sendKeys_ = take(0, 2 * kKey);
  receiveKeys_ = take(kKey, 2 * kKey + kSalt);
  return true;
}

}  // namespace parlour::bench
