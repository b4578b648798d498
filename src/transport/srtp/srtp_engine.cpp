#include "transport/srtp/srtp_engine.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>

#ifdef HAVE_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

namespace parlour::transport {
namespace {

constexpr size_t kRollover = 4;

}  // namespace

#ifdef HAVE_IPSEC_MB

/// Hashes up to kBurst packets per call.
struct SrtpEngine::VectorLanes {
  static constexpr size_t kBurst = 64;
  /// Fewer packets than this leave too many lanes empty to be worth it.
  static constexpr size_t kWorthwhile = 6;
  static constexpr uint64_t kTagBytes = 12;  ///< The library gives 12 or 20.

  struct Free {
    void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
  };
  std::unique_ptr<IMB_MGR, Free> manager{alloc_mb_mgr(0)};
  std::array<IMB_JOB, kBurst> burst{};
  std::array<std::array<uint8_t, kTagBytes>, kBurst> tags{};
  std::array<PacketHmac::State, kBurst> inner{}, outer{};
  IMB_JOB cipher{};

  bool start() {
    if (!manager || (manager->features & IMB_FEATURE_AVX2) == 0) return false;
    IMB_ARCH arch = IMB_ARCH_NONE;
    init_mb_mgr_auto(manager.get(), &arch);
    return imb_get_errno(manager.get()) == 0 && arch >= IMB_ARCH_AVX2;
  }

  void expand(const std::array<uint8_t, 16>& key, AesSchedule& schedule) {
    alignas(16) std::array<uint8_t, 11 * 16> decrypting;
    IMB_AES_KEYEXP_128(manager.get(), key.data(), schedule.bytes.data(), decrypting.data());
    OPENSSL_cleanse(decrypting.data(), decrypting.size());
  }

  bool encryptCtr(const AesSchedule& schedule, const SrtpIv& iv, std::span<const uint8_t> in,
                  uint8_t* out) {
    cipher.cipher_mode = IMB_CIPHER_CNTR;
    cipher.cipher_direction = IMB_DIR_ENCRYPT;
    cipher.hash_alg = IMB_AUTH_NULL;
    cipher.enc_keys = schedule.bytes.data();
    cipher.key_len_in_bytes = IMB_KEY_128_BYTES;
    cipher.iv = iv.data();
    cipher.iv_len_in_bytes = iv.size();
    cipher.src = in.data();
    cipher.dst = out;
    cipher.cipher_start_src_offset_in_bytes = 0;
    cipher.msg_len_to_cipher_in_bytes = in.size();
    return IMB_SUBMIT_CIPHER_BURST(manager.get(), &cipher, 1, IMB_CIPHER_CNTR, IMB_DIR_ENCRYPT,
                                   IMB_KEY_128_BYTES) == 1;
  }

  /// False when the library did not take them all; nothing is signed then.
  bool sign(std::span<const Job> jobs) {
    for (size_t i = 0; i < jobs.size(); ++i) {
      inner[i] = jobs[i].hmac->innerState();
      outer[i] = jobs[i].hmac->outerState();
      IMB_JOB& job = burst[i];
      job.cipher_mode = IMB_CIPHER_NULL;
      job.hash_alg = IMB_AUTH_HMAC_SHA_1;
      job.src = jobs[i].packet;
      job.hash_start_src_offset_in_bytes = 0;
      job.msg_len_to_hash_in_bytes = jobs[i].size + kRollover;
      job.auth_tag_output = tags[i].data();
      job.auth_tag_output_len_in_bytes = kTagBytes;
      job.u.HMAC._hashed_auth_key_xor_ipad = reinterpret_cast<const uint8_t*>(inner[i].data());
      job.u.HMAC._hashed_auth_key_xor_opad = reinterpret_cast<const uint8_t*>(outer[i].data());
    }
    const auto count = static_cast<uint32_t>(jobs.size());
    if (IMB_SUBMIT_HASH_BURST(manager.get(), burst.data(), count, IMB_AUTH_HMAC_SHA_1) != count)
      return false;
    for (size_t i = 0; i < jobs.size(); ++i)
      std::memcpy(jobs[i].packet + jobs[i].size, tags[i].data(), kSha1TagSize);
    return true;
  }
};

#else

struct SrtpEngine::VectorLanes {
  static constexpr size_t kBurst = 1, kWorthwhile = 1;
  bool start() { return false; }
  bool sign(std::span<const Job>) { return false; }
  void expand(const std::array<uint8_t, 16>&, AesSchedule&) {}
  bool encryptCtr(const AesSchedule&, const SrtpIv&, std::span<const uint8_t>, uint8_t*) {
    return false;
  }
};

#endif

SrtpEngine::SrtpEngine(Lanes lanes) {
  if (lanes == Lanes::kOne) return;
  lanes_ = std::make_unique<VectorLanes>();
  if (!lanes_->start()) lanes_.reset();
}

SrtpEngine::~SrtpEngine() = default;

SrtpEngine::AesSchedule::~AesSchedule() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

void SrtpEngine::expand(const std::array<uint8_t, 16>& key, AesSchedule& schedule) {
  lanes_->expand(key, schedule);
}

bool SrtpEngine::encryptCtr(const AesSchedule& schedule, const SrtpIv& iv,
                            std::span<const uint8_t> in, uint8_t* out) {
  return in.empty() || lanes_->encryptCtr(schedule, iv, in, out);
}

void SrtpEngine::add(const PacketHmac& hmac, std::span<uint8_t> packet,
                     std::span<const uint8_t, kRollover> rollover) {
  std::copy(rollover.begin(), rollover.end(), packet.data() + packet.size());
  jobs_.push_back({&hmac, packet.data(), packet.size()});
}

void SrtpEngine::signOne(const Job& job) {
  std::array<uint8_t, kRollover> rollover;  // The tag takes its place.
  std::copy_n(job.packet + job.size, kRollover, rollover.begin());
  job.hmac->sign({job.packet, job.size}, rollover, job.packet + job.size);
}

void SrtpEngine::sign() {
  for (std::span<const Job> rest(jobs_); !rest.empty();) {
    const size_t count = lanes_ ? std::min(rest.size(), VectorLanes::kBurst) : rest.size();
    const auto some = rest.first(count);
    if (!lanes_ || count < VectorLanes::kWorthwhile || !lanes_->sign(some))
      std::for_each(some.begin(), some.end(), signOne);
    rest = rest.subspan(count);
  }
  jobs_.clear();
}

}  // namespace parlour::transport
