// What we protect libsrtp opens, what libsrtp protects we open, and both make the same bytes.
#include <srtp2/srtp.h>

#include "srtp_packets.hpp"

using namespace parlour::transport;
using namespace parlour::transport::testing;

namespace {

// One direction of a libsrtp session with the keys of ours.
class LibSrtp {
 public:
  LibSrtp(const SrtpKeys& keys, srtp_ssrc_type_t direction) {
    master_ = Bytes(keys.key.begin(), keys.key.end());
    master_.insert(master_.end(), keys.salt.begin(), keys.salt.end());
    srtp_policy_t policy = {};
    if (keys.profile == SrtpProfile::kAes128CmSha1_80) {
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    }
    policy.ssrc.type = direction;
    policy.key = master_.data();
    policy.window_size = 1024;
    ck_assert_int_eq(srtp_create(&session_, &policy), srtp_err_status_ok);
  }
  ~LibSrtp() { srtp_dealloc(session_); }

  Bytes protect(const Bytes& packet) { return run(srtp_protect, packet); }
  Bytes unprotect(const Bytes& packet) { return run(srtp_unprotect, packet); }
  Bytes protectRtcp(const Bytes& packet) { return run(srtp_protect_rtcp, packet); }
  Bytes unprotectRtcp(const Bytes& packet) { return run(srtp_unprotect_rtcp, packet); }

 private:
  Bytes run(srtp_err_status_t (*call)(srtp_t, void*, int*), Bytes packet) {
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN);
    ck_assert_int_eq(call(session_, packet.data(), &size), srtp_err_status_ok);
    packet.resize(static_cast<size_t>(size));
    return packet;
  }

  Bytes master_;
  srtp_t session_ = nullptr;
};

// A stream with every header shape, loss, and enough packets for two wraps of the sequence.
template <typename F>
void forRandomPackets(F f) {
  std::mt19937 random(3711);
  uint32_t sequence = 30000;
  for (int i = 0; i < 6000; ++i) {
    sequence += random() % 4 ? 1 : 1 + random() % 90;
    const Bytes header = rtpHeader(0x11223344 + random() % 3, static_cast<uint16_t>(sequence),
                                   random() % 3, random() % 4);
    f(header, randomBytes(random, random() % 1200));
  }
}

}  // namespace

START_TEST(our_packets_are_those_of_libsrtp) {
  for (const SrtpProfile profile : kProfiles) {
    const SrtpKeys keys = keysOf(profile);
    SrtpSender ours(keys);
    LibSrtp theirs(keys, ssrc_any_outbound), reader(keys, ssrc_any_inbound);
    forRandomPackets([&](const Bytes& header, const Bytes& payload) {
      const Bytes clear = joined({header, payload});
      const Bytes packet = protect(ours, header, payload);
      assertSame(packet, theirs.protect(clear));
      assertSame(reader.unprotect(packet), clear);
    });
    ck_assert_uint_eq(ours.stats().packets, 6000);
  }
}
END_TEST

START_TEST(packets_of_libsrtp_are_opened) {
  for (const SrtpProfile profile : kProfiles) {
    const SrtpKeys keys = keysOf(profile);
    SrtpReceiver ours(keys);
    LibSrtp theirs(keys, ssrc_any_outbound);
    forRandomPackets([&](const Bytes& header, const Bytes& payload) {
      const Bytes clear = joined({header, payload});
      Bytes packet = theirs.protect(clear);
      ck_assert_int_eq(int(unprotect(ours, packet)), int(SrtpStatus::kOk));
      assertSame(packet, clear);
    });
  }
}
END_TEST

START_TEST(rtcp_goes_both_ways_with_libsrtp) {
  for (const SrtpProfile profile : kProfiles) {
    const SrtpKeys keys = keysOf(profile);
    SrtpSender ourSender(keys);
    SrtpReceiver ourReceiver(keys);
    LibSrtp theirSender(keys, ssrc_any_outbound), theirReceiver(keys, ssrc_any_inbound);
    for (uint32_t i = 0; i < 300; ++i) {
      const Bytes clear = rtcpPacket(7 + i % 3, i % 40);
      assertSame(theirReceiver.unprotectRtcp(protectRtcp(ourSender, clear)), clear);
      Bytes packet = theirSender.protectRtcp(clear);
      ck_assert_int_eq(int(unprotectRtcp(ourReceiver, packet)), int(SrtpStatus::kOk));
      assertSame(packet, clear);
    }
  }
}
END_TEST

START_TEST(prefix_and_patch_are_as_if_the_payload_had_had_them) {
  std::mt19937 random(4588);
  for (const SrtpProfile profile : kProfiles) {
    const SrtpKeys keys = keysOf(profile);
    SrtpSender ours(keys);
    LibSrtp reader(keys, ssrc_any_inbound);
    for (uint16_t i = 0; i < 500; ++i) {
      const Bytes header = rtpHeader(9, i);
      const Bytes prefix = randomBytes(random, random() % 17);
      const Bytes payload = randomBytes(random, 1 + random() % 60);
      Bytes patched = payload;
      std::vector<PatchByte> patch;
      for (size_t at = random() % 5; at < payload.size(); at += 1 + random() % 20) {
        patch.push_back({static_cast<uint16_t>(at), static_cast<uint8_t>(random())});
        patched[at] = patch.back().value;
      }
      // The header stands in the output already.
      Bytes out(1500);
      std::copy(header.begin(), header.end(), out.begin());
      const size_t size = ours.protect({.header = {out.data(), header.size()},
                                        .prefix = prefix,
                                        .payload = payload,
                                        .patch = patch},
                                       out);
      out.resize(size);
      assertSame(reader.unprotect(out), joined({header, prefix, patched}));
    }
  }
}
END_TEST

int main() {
  srtp_init();
  return runTests(
      "srtp against libsrtp",
      {our_packets_are_those_of_libsrtp, packets_of_libsrtp_are_opened,
       rtcp_goes_both_ways_with_libsrtp, prefix_and_patch_are_as_if_the_payload_had_had_them});
}
