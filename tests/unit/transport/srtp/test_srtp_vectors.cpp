// The published test vectors: RFC 3711 appendix B, RFC 7714 §16 and §17.
#include "srtp_packets.hpp"
#include "transport/srtp/srtp_cipher.hpp"
#include "transport/srtp/srtp_kdf.hpp"

using namespace parlour::transport;
using namespace parlour::transport::testing;

namespace {

template <typename Array>
Bytes bytesOf(const Array& array) {
  return Bytes(array.begin(), array.end());
}

template <typename Array>
void fill(Array& array, const Bytes& bytes) {
  std::copy(bytes.begin(), bytes.end(), array.begin());
}

// RFC 7714's vectors give session keys, not master keys.
SrtpSessionKeys gcmKeys() {
  SrtpSessionKeys keys;
  fill(keys.cipher, hex("000102030405060708090a0b0c0d0e0f"));
  fill(keys.salt, hex("517569642070726f2071756f"));
  return keys;
}

}  // namespace

START_TEST(derives_the_keys_of_rfc_3711_b3) {
  const auto master =
      SrtpKeys::fromMaster(SrtpProfile::kAes128CmSha1_80,
                           hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6"));
  ck_assert(bool(master));
  const SrtpSessionKeys keys = deriveRtpKeys(*master);
  assertSame(bytesOf(keys.cipher), hex("C61E7A93744F39EE10734AFE3FF7A087"));
  assertSame(bytesOf(keys.salt), hex("30CBBC08863D8C85D49DB34A9AE1"));
  assertSame(bytesOf(keys.auth), hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}
END_TEST

START_TEST(makes_the_keystream_of_rfc_3711_b2) {
  SrtpSessionKeys keys;
  fill(keys.cipher, hex("2B7E151628AED2A6ABF7158809CF4F3C"));
  fill(keys.salt, hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"));
  PacketCipher cipher(SrtpProfile::kAes128CmSha1_80, PacketCipher::Direction::kEncrypt, keys);
  // 0xff02 blocks, so that the counter runs to its end.
  Bytes stream(0xff02 * 16, 0);
  ck_assert(cipher.begin(rtpIv(SrtpProfile::kAes128CmSha1_80, keys, 0, 0)));
  ck_assert(cipher.update(stream, stream.data()));
  assertSame(Bytes(stream.begin(), stream.begin() + 48),
             hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB"
                 "41E95B3BB0A2E8DD477901E4FCA894C0"));
  assertSame(Bytes(stream.end() - 48, stream.end()),
             hex("EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE"
                 "6A2CC3787889374FBEB4C81B17BA6C44"));
}
END_TEST

START_TEST(encrypts_the_rtp_packet_of_rfc_7714_16_1) {
  const SrtpSessionKeys keys = gcmKeys();
  const Bytes header = hex("8040f17b 8041f8d3 5501a0b2");
  const Bytes payload =
      hex("47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465"
          "73207472 6573");
  const SrtpIv iv = rtpIv(SrtpProfile::kAeadAes128Gcm, keys, 0x5501a0b2, 0xf17b);
  assertSame(Bytes(iv.begin(), iv.begin() + 12), hex("51753c65 80c2726f 20718414"));

  PacketCipher cipher(SrtpProfile::kAeadAes128Gcm, PacketCipher::Direction::kEncrypt, keys);
  Bytes out(payload.size() + kGcmTagSize);
  ck_assert(cipher.begin(iv) && cipher.add(header) && cipher.update(payload, out.data()) &&
            cipher.writeTag(&out[payload.size()]));
  assertSame(out, hex("f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b"
                      "36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce"));
}
END_TEST

START_TEST(encrypts_the_rtcp_packet_of_rfc_7714_17_1) {
  const SrtpSessionKeys keys = gcmKeys();
  const Bytes header = hex("81c8000d 4d617273");
  const Bytes body =
      hex("4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef"
          "deadbeef deadbeef deadbeef");
  PacketCipher cipher(SrtpProfile::kAeadAes128Gcm, PacketCipher::Direction::kEncrypt, keys);
  Bytes out(body.size() + kGcmTagSize);
  ck_assert(cipher.begin(rtcpIv(SrtpProfile::kAeadAes128Gcm, keys, 0x4d617273, 0x5d4)) &&
            cipher.add(header) && cipher.add(hex("800005d4")) && cipher.update(body, out.data()) &&
            cipher.writeTag(&out[body.size()]));
  assertSame(out, hex("63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda"
                      "4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade"));
}
END_TEST

START_TEST(master_keys_of_another_length_are_refused) {
  for (const SrtpProfile profile : kProfiles) {
    for (size_t size = 0; size < 40; ++size) {
      const bool right = size == (profile == SrtpProfile::kAes128CmSha1_80 ? 30u : 28u);
      ck_assert_int_eq(bool(SrtpKeys::fromMaster(profile, Bytes(size))), right);
    }
  }
}
END_TEST

int main() {
  return runTests(
      "srtp vectors",
      {derives_the_keys_of_rfc_3711_b3, makes_the_keystream_of_rfc_3711_b2,
       encrypts_the_rtp_packet_of_rfc_7714_16_1, encrypts_the_rtcp_packet_of_rfc_7714_17_1,
       master_keys_of_another_length_are_refused});
}
