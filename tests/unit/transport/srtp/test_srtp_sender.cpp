// The sender: no keystream is ever used twice, and misuse is refused.
#include <set>

#include "srtp_packets.hpp"
#include "transport/srtp/srtp_kdf.hpp"
#include "transport/srtp/srtp_engine.hpp"

using namespace parlour::transport;
using namespace parlour::transport::testing;

START_TEST(no_keystream_is_ever_used_twice) {
  // A payload of zeros comes out as keystream, whatever code made it.
  const Bytes zeros(16, 0);
  for (const SrtpProfile profile : kProfiles) {
    std::mt19937 random(714);
    SrtpSender sender(keysOf(profile));
    std::set<Bytes> seen;
    size_t accepted = 0;
    uint32_t sequence[5] = {0, 100, 65000, 32760, 7};
    for (int i = 0; i < 60000; ++i) {
      const uint32_t which = random() % 5;
      // Repeats, jumps back, jumps over whole windows and half the sequence space.
      const int steps[] = {1, 1, 1, 1, 0, -1, -3, 40, -900, -1100, 1025, 20000, 33000, -33000};
      sequence[which] += static_cast<uint32_t>(steps[random() % 14]);
      const Bytes header = rtpHeader(1000 + which, static_cast<uint16_t>(sequence[which]));
      const Bytes packet = protect(sender, header, zeros);
      if (!packet.empty()) {
        ++accepted;
        ck_assert(seen.insert(Bytes(packet.begin() + 12, packet.begin() + 28)).second);
      }
      if (i % 3) continue;
      Bytes rtcp = rtcpPacket(1000 + which, 4);
      std::fill(rtcp.begin() + 8, rtcp.end(), uint8_t{0});
      rtcp = protectRtcp(sender, rtcp);
      ck_assert(seen.insert(Bytes(rtcp.begin() + 8, rtcp.begin() + 24)).second);
    }
    ck_assert_uint_gt(accepted, 20000);
    ck_assert_uint_gt(sender.stats().refused, 5000);
    ck_assert_uint_eq(sender.stats().packets, accepted);
  }
}
END_TEST

START_TEST(ivs_differ_wherever_ssrc_or_index_differ) {
  for (const SrtpProfile profile : kProfiles) {
    const SrtpKeys keys = keysOf(profile);
    const SrtpSessionKeys rtp = deriveRtpKeys(keys), rtcp = deriveRtcpKeys(keys);
    ck_assert_mem_ne(rtp.cipher.data(), rtcp.cipher.data(), rtp.cipher.size());
    std::set<SrtpIv> rtpIvs, rtcpIvs;
    const uint32_t ssrcs[] = {0, 1, 0xffff, 0x10000, 0xffffffff, 0x80000000};
    const uint64_t indices[] = {0,       1,          0xffff,      0x10000,
                                0x10001, 0xffffffff, 0x100000000, 0xffffffffffff};
    size_t expected = 0;
    for (const uint32_t ssrc : ssrcs) {
      for (const uint64_t index : indices) {
        rtpIvs.insert(rtpIv(profile, rtp, ssrc, index));
        if (index < 0x80000000) {
          rtcpIvs.insert(rtcpIv(profile, rtcp, ssrc, static_cast<uint32_t>(index)));
        }
        ++expected;
      }
    }
    ck_assert_uint_eq(rtpIvs.size(), expected);
    ck_assert_uint_eq(rtcpIvs.size(), 6 * 5);
    // AES-CM counts blocks in the last two bytes: they must start at zero.
    if (profile == SrtpProfile::kAes128CmSha1_80)
      for (const SrtpIv& iv : rtpIvs) ck_assert(iv[14] == 0 && iv[15] == 0);
  }
}
END_TEST

START_TEST(the_same_sequence_again_is_refused) {
  for (const SrtpProfile profile : kProfiles) {
    SrtpSender sender(keysOf(profile));
    const Bytes payload(100, 7);
    ck_assert(!protect(sender, rtpHeader(1, 10), payload).empty());
    ck_assert(!protect(sender, rtpHeader(1, 12), payload).empty());
    ck_assert(!protect(sender, rtpHeader(1, 11), payload).empty());
    ck_assert(protect(sender, rtpHeader(1, 10), payload).empty());
    ck_assert(protect(sender, rtpHeader(1, 11), Bytes(100, 8)).empty());
    ck_assert(!protect(sender, rtpHeader(2, 10), payload).empty());
    ck_assert_uint_eq(sender.stats().refused, 2);
    ck_assert_uint_eq(sender.stats().packets, 4);
  }
}
END_TEST

START_TEST(a_resend_under_aes_cm_makes_the_same_bytes) {
  SrtpSender sender(keysOf(SrtpProfile::kAes128CmSha1_80));
  sender.verifyResends();
  const Bytes payload(100, 7);
  Bytes first;
  for (uint16_t i = 0; i < 1024; ++i) {
    Bytes packet = protect(sender, rtpHeader(1, i), payload);
    if (i == 0) first = packet;
  }
  assertSame(protect(sender, rtpHeader(1, 0), payload, SrtpUse::kResend), first);
  assertSame(protect(sender, rtpHeader(1, 0), payload, SrtpUse::kResend), first);
  // Another header (a new transport-wide sequence) under the same contents is no reuse.
  ck_assert(!protect(sender, rtpHeader(1, 0, 1), payload, SrtpUse::kResend).empty());
  ck_assert_uint_eq(sender.stats().refused, 0);
}
END_TEST

START_TEST(a_resend_with_other_contents_is_found) {
  SrtpSender sender(keysOf(SrtpProfile::kAes128CmSha1_80));
  sender.verifyResends();
  ck_assert(!protect(sender, rtpHeader(1, 5), Bytes(100, 7)).empty());
  ck_assert(protect(sender, rtpHeader(1, 5), Bytes(100, 8), SrtpUse::kResend).empty());
  ck_assert(protect(sender, rtpHeader(1, 5), Bytes(99, 7), SrtpUse::kResend).empty());
  ck_assert(!protect(sender, rtpHeader(1, 5), Bytes(100, 7), SrtpUse::kResend).empty());
}
END_TEST

START_TEST(a_resend_of_what_was_never_sent_is_refused) {
  SrtpSender sender(keysOf(SrtpProfile::kAes128CmSha1_80));
  ck_assert(protect(sender, rtpHeader(1, 5), Bytes(10), SrtpUse::kResend).empty());
  ck_assert(!protect(sender, rtpHeader(1, 8), Bytes(10)).empty());
  ck_assert(protect(sender, rtpHeader(1, 7), Bytes(10), SrtpUse::kResend).empty());
  ck_assert(protect(sender, rtpHeader(1, 9), Bytes(10), SrtpUse::kResend).empty());
}
END_TEST

START_TEST(a_resend_under_gcm_is_always_refused) {
  SrtpSender sender(keysOf(SrtpProfile::kAeadAes128Gcm));
  const Bytes payload(100, 7);
  ck_assert(!protect(sender, rtpHeader(1, 5), payload).empty());
  ck_assert(protect(sender, rtpHeader(1, 5), payload, SrtpUse::kResend).empty());
}
END_TEST

START_TEST(an_old_resend_goes_out_under_its_own_index) {
  // 3000 packets back, across a wrap: beyond the window, so taken on trust.
  const SrtpKeys keys = keysOf(SrtpProfile::kAes128CmSha1_80);
  SrtpSender sender(keys);
  SrtpReceiver receiver(keys);
  uint16_t sequence = 64000;
  const Bytes payload(20, 1);
  const Bytes first = protect(sender, rtpHeader(1, sequence), payload);
  for (int i = 0; i < 3000; ++i) protect(sender, rtpHeader(1, ++sequence), payload);
  assertSame(protect(sender, rtpHeader(1, 64000), payload, SrtpUse::kResend), first);
  // And nothing about the window was disturbed.
  ck_assert(protect(sender, rtpHeader(1, sequence), payload).empty());
  ck_assert(!protect(sender, rtpHeader(1, ++sequence), payload).empty());
}
END_TEST

START_TEST(malformed_requests_fail_and_are_counted) {
  SrtpSender sender(keysOf(SrtpProfile::kAes128CmSha1_80));
  const Bytes payload(50, 1);
  Bytes out(2000);
  auto size = [&](const Bytes& header, std::vector<PatchByte> patch = {}, size_t room = 2000,
                  size_t prefix = 0) {
    const Bytes front(prefix);
    return sender.protect({.header = header, .prefix = front, .payload = payload, .patch = patch},
                          std::span(out).first(room));
  };
  const Bytes good = rtpHeader(1, 1);
  Bytes version = good, extension = good, longer = good;
  version[0] = 0x40;
  extension[0] |= 0x10;
  longer.push_back(0);
  ck_assert_uint_eq(size({}), 0);
  ck_assert_uint_eq(size(version), 0);
  ck_assert_uint_eq(size(extension), 0);
  ck_assert_uint_eq(size(longer), 0);
  ck_assert_uint_eq(size(good, {{50, 0}}), 0);
  ck_assert_uint_eq(size(good, {{4, 0}, {4, 1}}), 0);
  ck_assert_uint_eq(size(good, {{5, 0}, {4, 1}}), 0);
  ck_assert_uint_eq(size(good, {}, 71), 0);
  ck_assert_uint_eq(size(good, {}, 2000, 17), 0);
  ck_assert_uint_eq(sender.stats().failed, 9);
  ck_assert_uint_eq(size(good, {}, 72), 72);  // None of them used the sequence up.

  Bytes rtcp = rtcpPacket(1, 3);
  const size_t rtcpSize = rtcp.size();
  rtcp.resize(100);
  ck_assert_uint_eq(sender.protectRtcp(rtcp.data(), 7, 100), 0);
  ck_assert_uint_eq(sender.protectRtcp(rtcp.data(), rtcpSize, rtcpSize + 13), 0);
  ck_assert_uint_eq(sender.protectRtcp(rtcp.data(), rtcpSize, rtcpSize + 14), rtcpSize + 14);
}
END_TEST

START_TEST(a_sender_has_a_bounded_number_of_ssrcs) {
  SrtpSender sender(keysOf(SrtpProfile::kAes128CmSha1_80));
  for (uint32_t ssrc = 0; ssrc < 4096; ++ssrc)
    ck_assert(!protect(sender, rtpHeader(ssrc, 1), {}).empty());
  ck_assert(protect(sender, rtpHeader(4096, 1), {}).empty());
  ck_assert(!protect(sender, rtpHeader(0, 2), {}).empty());
}
END_TEST

// Keys, sizes and numbers of packets that leave lanes empty, full and overflowing.
START_TEST(tags_written_at_once_are_those_written_one_by_one) {
  for (const SrtpEngine::Lanes lanes : {SrtpEngine::Lanes::kAuto, SrtpEngine::Lanes::kOne}) {
    std::mt19937 random(6189);
    SrtpEngine engine(lanes);
    for (size_t round = 0; round < 60; ++round) {
      const size_t count = 1 + random() % 150;
      std::vector<SrtpSender> later;
      std::vector<Bytes> wanted(count), got(count);
      for (size_t i = 0; i < count; ++i) {
        const SrtpKeys keys = keysOf(kProfiles[random() % 8 == 0], static_cast<uint8_t>(random()));
        SrtpSender now(keys);
        later.emplace_back(keys);
        const Bytes header = rtpHeader(7, static_cast<uint16_t>(random()), random() % 3, random() % 4);
        const Bytes payload = randomBytes(random, random() % 1400);
        const Bytes prefix = randomBytes(random, random() % 4 == 0 ? 2 : 0);
        const PatchByte patch{static_cast<uint16_t>(payload.size() / 2), 0x77};
        const SrtpPacket packet{.header = header, .prefix = prefix, .payload = payload,
                                .patch = {&patch, payload.empty() ? 0u : 1u}};
        wanted[i].resize(2048);
        wanted[i].resize(now.protect(packet, wanted[i]));
        got[i].resize(2048, 0xee);
        ck_assert_uint_eq(later[i].protectLater(packet, got[i], engine), wanted[i].size());
      }
      engine.sign();
      for (size_t i = 0; i < count; ++i) {
        ck_assert_uint_eq(got[i][wanted[i].size()], 0xee);
        got[i].resize(wanted[i].size());
        assertSame(got[i], wanted[i]);
      }
    }
  }
}
END_TEST

int main() {
  return runTests(
      "srtp sender",
      {no_keystream_is_ever_used_twice, ivs_differ_wherever_ssrc_or_index_differ,
       the_same_sequence_again_is_refused, a_resend_under_aes_cm_makes_the_same_bytes,
       a_resend_with_other_contents_is_found, a_resend_of_what_was_never_sent_is_refused,
       a_resend_under_gcm_is_always_refused, an_old_resend_goes_out_under_its_own_index,
       malformed_requests_fail_and_are_counted, a_sender_has_a_bounded_number_of_ssrcs,
       tags_written_at_once_are_those_written_one_by_one});
}
