// Packets and keys for the SRTP tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <random>
#include <string_view>
#include <vector>

#include "transport/srtp/srtp.hpp"

#include <check.h>  // After the standard library: it defines a macro `fail`.

namespace parlour::transport::testing {

using Bytes = std::vector<uint8_t>;

inline Bytes hex(std::string_view text) {
  Bytes bytes;
  int high = -1;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  return bytes;
}

inline void assertSame(const Bytes& actual, const Bytes& expected) {
  ck_assert_uint_eq(actual.size(), expected.size());
  ck_assert_mem_eq(actual.data(), expected.data(), expected.size());
}

inline SrtpKeys keysOf(SrtpProfile profile, uint8_t seed = 1) {
  Bytes master(profile == SrtpProfile::kAes128CmSha1_80 ? 30 : 28);
  for (size_t i = 0; i < master.size(); ++i) master[i] = static_cast<uint8_t>(seed * 31 + i * 7);
  return *SrtpKeys::fromMaster(profile, master);
}

constexpr SrtpProfile kProfiles[] = {SrtpProfile::kAes128CmSha1_80, SrtpProfile::kAeadAes128Gcm};

/// A fixed header; `csrcs` and `extensionWords` grow it.
inline Bytes rtpHeader(uint32_t ssrc, uint16_t sequence, size_t csrcs = 0,
                       size_t extensionWords = 0) {
  Bytes header(12 + 4 * csrcs, 0x5a);
  header[0] = static_cast<uint8_t>(0x80 | csrcs | (extensionWords ? 0x10 : 0));
  header[1] = 96;
  header[2] = static_cast<uint8_t>(sequence >> 8);
  header[3] = static_cast<uint8_t>(sequence);
  for (int i = 0; i < 4; ++i) header[8 + i] = static_cast<uint8_t>(ssrc >> (24 - 8 * i));
  if (extensionWords) {
    header.insert(header.end(), {0xbe, 0xde, 0, static_cast<uint8_t>(extensionWords)});
    header.insert(header.end(), extensionWords * 4, 0x10);
  }
  return header;
}

inline Bytes rtcpPacket(uint32_t ssrc, size_t words) {
  Bytes packet(8 + 4 * words, 0x33);
  packet[0] = 0x80;
  packet[1] = 200;
  packet[2] = 0;
  packet[3] = static_cast<uint8_t>(packet.size() / 4 - 1);
  for (int i = 0; i < 4; ++i) packet[4 + i] = static_cast<uint8_t>(ssrc >> (24 - 8 * i));
  return packet;
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// Empty when protect() refused.
inline Bytes protect(SrtpSender& sender, const Bytes& header, const Bytes& payload,
                     SrtpUse use = SrtpUse::kFirst) {
  Bytes out(header.size() + payload.size() + kSrtpMaxOverhead);
  out.resize(sender.protect({.header = header, .payload = payload}, out, use));
  return out;
}

inline Bytes protectRtcp(SrtpSender& sender, Bytes packet) {
  const size_t size = packet.size();
  packet.resize(size + kSrtcpMaxOverhead);
  packet.resize(sender.protectRtcp(packet.data(), size, packet.size()));
  return packet;
}

/// `packet` becomes the clear packet on kOk.
inline SrtpStatus unprotect(SrtpReceiver& receiver, Bytes& packet) {
  size_t size = packet.size();
  const SrtpStatus status = receiver.unprotect(packet.data(), size);
  if (status == SrtpStatus::kOk) packet.resize(size);
  return status;
}

inline SrtpStatus unprotectRtcp(SrtpReceiver& receiver, Bytes& packet) {
  size_t size = packet.size();
  const SrtpStatus status = receiver.unprotectRtcp(packet.data(), size);
  if (status == SrtpStatus::kOk) packet.resize(size);
  return status;
}

inline Bytes randomBytes(std::mt19937& random, size_t size) {
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

/// Runs one case of tests; the process's exit code.
inline int runTests(const char* name, std::initializer_list<const TTest*> tests) {
  Suite* suite = suite_create(name);
  TCase* tcase = tcase_create(name);
  tcase_set_timeout(tcase, 20);
  for (const TTest* test : tests) tcase_add_test(tcase, test);
  suite_add_tcase(suite, tcase);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? 1 : 0;
}

}  // namespace parlour::transport::testing
