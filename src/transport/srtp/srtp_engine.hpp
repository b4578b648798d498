// SrtpEngine: the arithmetic of SRTP for one thread that sends many packets.
//
// HMAC-SHA1 is the dearest part of a packet. Packets of a batch have keys of their own and nothing
// to do with each other, so a vector unit can hash one in each of its lanes (Intel's multi-buffer
// library, where it is built in and the machine has AVX2); elsewhere, and for a few packets, they
// are signed one by one. The same library encrypts without what OpenSSL does before each packet.
// The bytes are the same.
// Thread: one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "transport/srtp/srtp_cipher.hpp"

namespace parlour::transport {

class SrtpEngine {
 public:
  enum class Lanes : uint8_t { kAuto, kOne };  ///< kOne: never by vectors.

  explicit SrtpEngine(Lanes lanes = Lanes::kAuto);
  ~SrtpEngine();
  SrtpEngine(const SrtpEngine&) = delete;
  SrtpEngine& operator=(const SrtpEngine&) = delete;

  /// Will write kSha1TagSize bytes behind `packet`: the tag of packet || rollover. There is room
  /// for them, and packet, room and `hmac` stay untouched until sign().
  void add(const PacketHmac& hmac, std::span<uint8_t> packet, std::span<const uint8_t, 4> rollover);
  /// Writes the tags of all that was added.
  void sign();
  /// Has it a vector unit?
  bool parallel() const { return lanes_ != nullptr; }

  // --- where parallel() ---
  /// The round keys of AES-128, encrypting.
  struct alignas(16) AesSchedule {
    std::array<uint8_t, 11 * 16> bytes{};
    ~AesSchedule();
  };
  void expand(const std::array<uint8_t, 16>& key, AesSchedule& schedule);
  /// AES-128-CTR from the start of the keystream of `iv`. False when the library refuses.
  bool encryptCtr(const AesSchedule& schedule, const SrtpIv& iv, std::span<const uint8_t> in,
                  uint8_t* out);

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
