// An rtpsfu with harnesses on its pads, and RTP packets made by hand.
#pragma once

#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/video/video.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ref.hpp"
#include "rtp/packet.hpp"
#include "rtp/vp8.hpp"
#include "transport/fanout.hpp"
#include "transport/rtp_buffer.hpp"

#include <gst/check/gstcheck.h>  // After the standard library: it defines a macro `fail`.

namespace parlour::testing {

constexpr const char* kVp8Caps =
    "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96";
constexpr const char* kOpusCaps =
    "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=111,"
    "extmap-1=(string)urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// One packet, VP8 by default: a frame of its own.
struct Packet {
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 1;
  bool key = false;
  uint16_t pictureId = 0;
  uint8_t tl0PicIdx = 0;
  int level = -1;      ///< RFC 6464 level under id 1; then it is audio.
  size_t filler = 20;  ///< Payload bytes after what is needed.

  std::vector<uint8_t> bytes() const {
    std::vector<uint8_t> out = {0x80, static_cast<uint8_t>(level >= 0 ? 111 : 0x80 | 96)};
    put(out, sequence, 2);
    put(out, timestamp, 4);
    put(out, ssrc, 4);
    if (level >= 0) {
      out[0] |= 0x10;
      out.insert(out.end(), {0xbe, 0xde, 0, 1, 0x10, static_cast<uint8_t>(0x80 | level), 0, 0});
    } else {
      // RFC 7741: X S, I L, a picture id of 15 bits, TL0PICIDX; then the frame's first bytes.
      out.insert(out.end(), {0x90, 0xc0, static_cast<uint8_t>(0x80 | pictureId >> 8),
                             static_cast<uint8_t>(pictureId), tl0PicIdx});
      if (key)
        out.insert(out.end(), {0x10, 2, 0, 0x9d, 0x01, 0x2a, 64, 0, 64, 0});
      else
        out.insert(out.end(), {0x11, 2, 0});
    }
    for (size_t i = 0; i < filler; ++i) out.push_back(static_cast<uint8_t>(i));
    return out;
  }

  static void put(std::vector<uint8_t>& out, uint32_t value, int size) {
    for (int i = size - 1; i >= 0; --i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }
};

inline GstBuffer* bufferOf(const std::vector<uint8_t>& bytes) {
  if (bytes.empty()) return gst_buffer_new();
  return gst_buffer_new_memdup(bytes.data(), bytes.size());
}

/// A pooled buffer as the server's transport makes it, `arrivalMs` after some start.
inline GstBuffer* pooled(transport::RtpBufferPool& pool, const Packet& packet, int64_t arrivalMs) {
  const auto bytes = packet.bytes();
  ParlourRtpMeta* meta = nullptr;
  auto buffer = pool.acquire(meta);
  std::copy(bytes.begin(), bytes.end(), meta->bytes);
  transport::RtpBufferPool::finish(buffer.get(), static_cast<uint32_t>(bytes.size()));
  auto extensions = rtp::emptyExtensionMap();
  extensions[1] = rtp::Extension::kAudioLevel;
  ck_assert(rtp::parse(meta->bytes, bytes.size(), extensions, meta->packet));
  rtp::classify(packet.level >= 0 ? rtp::Codec::kOpus : rtp::Codec::kVp8, meta->packet);
  meta->packet.arrivalNs = (1000 + arrivalMs) * kNsPerMs;
  return buffer.release();
}

/// A packet that came out.
struct Seen {
  std::vector<uint8_t> bytes;
  rtp::ParsedPacket packet;
  uint32_t csrc = 0;
  rtp::Vp8Descriptor vp8;
  GstClockTime pts = GST_CLOCK_TIME_NONE;

  explicit Seen(GstBuffer* buffer)
      : bytes(gst_buffer_get_size(buffer)), pts(GST_BUFFER_PTS(buffer)) {
    gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
    gst_buffer_unref(buffer);
    auto extensions = rtp::emptyExtensionMap();
    extensions[1] = rtp::Extension::kAudioLevel;
    ck_assert(rtp::parse(bytes.data(), bytes.size(), extensions, packet));
    if (packet.csrcCount > 0)
      csrc = uint32_t{bytes[12]} << 24 | uint32_t{bytes[13]} << 16 | uint32_t{bytes[14]} << 8 |
             bytes[15];
    rtp::parseVp8(packet.payload(), vp8);
  }
  Seen(const Seen&) = delete;
};

using Harness = std::unique_ptr<GstHarness, decltype(&gst_harness_teardown)>;

class Sfu {
 public:
  Sfu()
      : clock_(Ref<GstClock>::adopt(gst_test_clock_new_with_start_time(GST_SECOND))),
        element_(Ref<GstElement>::sink(gst_element_factory_make("rtpsfu", nullptr))) {
    ck_assert_msg(bool(element_), "the plug-in is not found");
  }

  GstElement* element() const { return element_.get(); }
  GstTestClock* clock() const { return GST_TEST_CLOCK(clock_.get()); }
  /// Lets time go on to the end of the element's wait, which must come.
  void crank() const { ck_assert(gst_test_clock_crank(clock())); }
  /// The same, and returns when what was due then is done and the element waits again.
  void tick() const {
    crank();
    gst_test_clock_wait_for_next_pending_id(clock(), nullptr);
  }

  /// A harness that pushes into sink_<n>, whose track is n + 1.
  Harness sink(int n, const char* caps = kVp8Caps) {
    Harness h(gst_harness_new_with_element(element(), name("sink_", n).c_str(), nullptr),
              gst_harness_teardown);
    gst_element_set_clock(element(), clock_.get());  // In place of the harness's own.
    g_object_set(pad(name("sink_", n)).get(), "track", static_cast<guint>(n + 1), nullptr);
    gst_harness_set_src_caps_str(h.get(), caps);
    return h;
  }
  /// A harness that pulls from src_<n>.
  Harness src(int n, unsigned track = 0) {
    Harness h(gst_harness_new_with_element(element(), nullptr, name("src_", n).c_str()),
              gst_harness_teardown);
    gst_element_set_clock(element(), clock_.get());
    gst_harness_play(h.get());
    if (track) route(static_cast<unsigned>(n), track);
    return h;
  }
  Ref<GstPad> pad(const std::string& padName) const {
    return Ref<GstPad>::adopt(gst_element_get_static_pad(element(), padName.c_str()));
  }
  bool route(unsigned output, unsigned track) const {
    gboolean done = FALSE;
    g_signal_emit_by_name(element(), "route", output, track, &done);
    return done;
  }
  bool requestKeyFrame(unsigned track) const {
    gboolean done = FALSE;
    g_signal_emit_by_name(element(), "request-key-frame", track, &done);
    return done;
  }
  /// A field of a pad's statistics.
  uint64_t stat(const std::string& padName, const char* field) const {
    GstStructure* stats = nullptr;
    g_object_get(pad(padName).get(), "stats", &stats, nullptr);
    guint64 value = 0;
    ck_assert(gst_structure_get_uint64(stats, field, &value));
    gst_structure_free(stats);
    return value;
  }

 private:
  static std::string name(const char* prefix, int n) { return prefix + std::to_string(n); }
  Ref<GstClock> clock_;
  Ref<GstElement> element_;
};

inline void push(const Harness& harness, const Packet& packet) {
  ck_assert_int_eq(gst_harness_push(harness.get(), bufferOf(packet.bytes())), GST_FLOW_OK);
}

inline Seen pull(const Harness& harness) {
  GstBuffer* buffer = gst_harness_pull(harness.get());
  ck_assert_msg(buffer != nullptr, "nothing came out");
  return Seen(buffer);
}

/// Key-frame requests among the upstream events that a sink's harness has got so far.
inline int keyFrameRequests(const Harness& harness) {
  int count = 0;
  while (GstEvent* event = gst_harness_try_pull_upstream_event(harness.get())) {
    if (gst_video_event_is_force_key_unit(event)) ++count;
    gst_event_unref(event);
  }
  return count;
}

/// Lets time go on until a key frame is asked for; how many times it was by then.
inline int awaitKeyFrameRequest(const Sfu& sfu, const Harness& harness) {
  for (;;) {
    if (const int count = keyFrameRequests(harness)) return count;
    sfu.crank();
  }
}

struct NamedTest {
  TFun run;
  const char* name;
};
#define NAMED(test)               \
  ::parlour::testing::NamedTest { \
    test, #test                   \
  }

inline int runTests(const char* name, std::initializer_list<NamedTest> tests,
                    double timeoutSeconds = 18) {
  gst_check_init(nullptr, nullptr);
  Suite* suite = suite_create(name);
  TCase* tcase = tcase_create(name);
  tcase_set_timeout(tcase, timeoutSeconds);
  for (const NamedTest& test : tests) _tcase_add_test(tcase, test.run, test.name, 0, 0, 0, 1);
  suite_add_tcase(suite, tcase);
  return gst_check_run_suite(suite, name, name) ? 1 : 0;
}

}  // namespace parlour::testing
