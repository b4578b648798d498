// SrtpSigner: the authentication tags of many packets at once.
//
// HMAC-SHA1 is the dearest part of a packet. Packets of a batch have keys of their own and nothing
// to do with each other, so a vector unit can hash one in each of its lanes (Intel's multi-buffer
// library, where it is built in and the machine has AVX2); elsewhere, and for a few packets, they
// are signed one by one. The tags are the same.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "transport/srtp/srtp_cipher.hpp"

namespace parlour::transport {

class SrtpSigner {
 public:
  enum class Lanes : uint8_t { kAuto, kOne };  ///< kOne: never by vectors.

  explicit SrtpSigner(Lanes lanes = Lanes::kAuto);
  ~SrtpSigner();
  SrtpSigner(const SrtpSigner&) = delete;
  SrtpSigner& operator=(const SrtpSigner&) = delete;

  /// Will write kSha1TagSize bytes behind `packet`: the tag of packet || rollover. There is room
  /// for them, and packet, room and `hmac` stay untouched until sign().
  void add(const PacketHmac& hmac, std::span<uint8_t> packet, std::span<const uint8_t, 4> rollover);
  /// Writes the tags of all that was added.
  void sign();
  /// Does it hash several packets at once?
  bool parallel() const { return lanes_ != nullptr; }

 private:
  struct Job {
    const PacketHmac* hmac;
    uint8_t* packet;
    size_t size;  ///< Without the rollover counter, which stands behind it.
  };
  struct VectorLanes;
  static void signOne(const Job& job);

  std::vector<Job> jobs_;
  std::unique_ptr<VectorLanes> lanes_;
};

}  // namespace parlour::transport
