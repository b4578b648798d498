// The DTLS client of a light participant, over memory: bytes in, bytes out, SRTP keys at the end.
// Source: RFC 5764, RFC 6347. Thread: one at a time per session; the identity is shared.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/result.hpp"
#include "sdp/sdp.hpp"
#include "transport/srtp/srtp.hpp"

namespace parlour::bench {

/// One certificate and OpenSSL context for all clients of the process.
class DtlsIdentity {
 public:
  /// Error (kFailed): certificate_failed.
  static Result<DtlsIdentity> make();
  const sdp::Fingerprint& fingerprint() const { return fingerprint_; }
  SSL_CTX* context() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  sdp::Fingerprint fingerprint_;
};

class ClientDtls {
 public:
  using Send = std::function<void(std::span<const uint8_t>)>;
  enum class State { kHandshaking, kSecured, kFailed };

  /// `server` is the fingerprint that the answer named; another certificate is kFailed.
  ClientDtls(const DtlsIdentity& identity, sdp::Fingerprint server, Send send);

  /// The first flight.
  State start() { return advance(); }
  /// A datagram from the server.
  State feed(std::span<const uint8_t> datagram);
  /// Sends again what is due. Call it every 10 ms or so while handshaking.
  State onTick();

  /// Valid once secured.
  const transport::SrtpKeys& sendKeys() const { return sendKeys_; }
  const transport::SrtpKeys& receiveKeys() const { return receiveKeys_; }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  State advance();
  void flush();
  bool serverIsRight() const;
  bool exportKeys();

  std::unique_ptr<SSL, Free> ssl_;
  BIO* in_;   ///< Owned by ssl_.
  BIO* out_;  ///< Owned by ssl_.
  const sdp::Fingerprint server_;
  const Send send_;
  State state_ = State::kHandshaking;
  transport::SrtpKeys sendKeys_, receiveKeys_;
};

}  // namespace parlour::bench
