#include "demo/media.hpp"

#include <fmt/format.h>
#include <gst/rtp/rtp.h>

#include <array>
#include <initializer_list>

namespace parlour::demo {
namespace {

// Ids mean the same on both m-lines, as BUNDLE demands (RFC 8843 section 9.1).
constexpr unsigned kMidId = 1;
constexpr unsigned kLevelId = 2;
constexpr const char* kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
constexpr const char* kLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// A key frame comes when it is asked for; this bounds what a lost request costs.
constexpr unsigned kKeyFrameIntervalS = 15;

std::string describeEncoder(const Media& m) {
  const unsigned keyFrames = m.fps * kKeyFrameIntervalS;
  if (m.codec == VideoCodec::kH264)
    return fmt::format(
        "x264enc tune=zerolatency speed-preset=ultrafast bitrate={} key-int-max={} "
        "! video/x-h264,profile=constrained-baseline "
        "! rtph264pay name=videopay config-interval=-1 aggregate-mode=zero-latency "
        "! application/x-rtp,media=video,encoding-name=H264,payload=97,clock-rate=90000",
        m.bitrateKbps, keyFrames);
  return fmt::format(
      "vp8enc deadline=1 cpu-used=8 lag-in-frames=0 end-usage=cbr error-resilient=partitions "
      "target-bitrate={} keyframe-max-dist={} "
      "! rtpvp8pay name=videopay picture-id-mode=15-bit "
      "! application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000",
      m.bitrateKbps * 1000, keyFrames);
}

std::string describeVideo(const Media& m) {
  // In the middle: pages lay names, marks and buttons over the edges and crop the sides.
  const unsigned font = std::max(10u, m.height / 20);
  return fmt::format(
      "videotestsrc is-live=true pattern={} "
      "! video/x-raw,format=I420,width={},height={},framerate={}/1 "
      "! textoverlay name=label valignment=position halignment=center ypos=0.4 "
      "shaded-background=true font-desc=\"Sans {}\" "
      "! clockoverlay valignment=position halignment=center ypos=0.56 shaded-background=true "
      "time-format=%T font-desc=\"Sans {}\" "
      "! timeoverlay valignment=position halignment=center ypos=0.66 shaded-background=true "
      "font-desc=\"Sans {}\" "
      "! queue max-size-buffers=2 max-size-bytes=0 max-size-time=0 leaky=downstream "
      "! {},extmap-{}=(string){} ! session.",
      m.pattern, m.width, m.height, m.fps, font * 2, font, font, describeEncoder(m), kMidId,
      kMidUri);
}

std::string describeAudio(const Media& m) {
  // A voice has no clock of its own; clocksync gives it the pipeline's.
  const std::string source =
      m.sound == Sound::kSpeech
          ? "flitetestsrc ! audio/x-raw,channels=2 ! clocksync"
          : fmt::format("audiotestsrc is-live=true wave=triangle freq={} volume=0.2", m.toneHz);
  return fmt::format(
      "{} ! audioconvert ! audio/x-raw,rate=48000,channels=1 "
      "! volume name=gate mute=true ! level audio-level-meta=true post-messages=false "
      "! opusenc bitrate=32000 audio-type=voice inband-fec=true "
      "! queue max-size-buffers=10 max-size-bytes=0 max-size-time=0 leaky=downstream "
      "! rtpopuspay name=audiopay "
      "! application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,"
      "extmap-{}=(string){},extmap-{}=(string)<\"\",{},\"vad=on\"> ! session.",
      source, kMidId, kMidUri, kLevelId, kLevelUri);
}

Ref<GstElement> elementOf(GstElement* pipeline, const char* name) {
  return Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline), name));
}

/// Made here and not by the payloader itself, which would not let us at its "mid" property before
/// GStreamer 1.24. The name leads setMid() back to it.
void addMidExtension(GstElement* pipeline, const char* payloader) {
  const auto pay = elementOf(pipeline, payloader);
  if (!pay) return;
  GstRTPHeaderExtension* extension = gst_rtp_header_extension_create_from_uri(kMidUri);
  if (!extension) return;
  gst_rtp_header_extension_set_id(extension, kMidId);
  g_signal_emit_by_name(pay.get(), "add-extension", extension);
  g_object_set_data_full(G_OBJECT(pay.get()), "mid-extension", extension, gst_object_unref);
}

}  // namespace

std::string patternOf(uint32_t n) {
  constexpr std::array kPatterns = {"smpte",      "ball",   "pinwheel", "circular",
                                    "checkers-8", "spokes", "gradient", "smpte100"};
  return kPatterns[n % kPatterns.size()];
}

uint32_t toneHzOf(uint32_t n) {
  constexpr std::array<uint32_t, 6> kTones = {220, 262, 330, 392, 440, 523};
  return kTones[n % kTones.size()];
}

bool speechAvailable() {
  return Ref<GstElementFactory>::adopt(gst_element_factory_find("flitetestsrc")).get() != nullptr;
}

std::vector<std::string> missingElements(const Media& media) {
  std::vector<std::string> needed = {"webrtcbin", "nicesrc", "dtlsenc",
                                     "srtpenc",   "rtpbin",  "queue"};
  const auto need = [&](std::initializer_list<const char*> names) {
    needed.insert(needed.end(), names.begin(), names.end());
  };
  if (media.video) need({"videotestsrc", "textoverlay", "clockoverlay", "timeoverlay"});
  if (media.video && media.codec == VideoCodec::kVp8) need({"vp8enc", "rtpvp8pay"});
  if (media.video && media.codec == VideoCodec::kH264) need({"x264enc", "rtph264pay"});
  if (media.audio) need({"audioconvert", "volume", "level", "opusenc", "rtpopuspay"});
  if (media.audio && media.sound == Sound::kSpeech) need({"flitetestsrc", "clocksync"});
  if (media.audio && media.sound == Sound::kTone) need({"audiotestsrc"});
  std::erase_if(needed, [](const std::string& name) {
    return Ref<GstElementFactory>::adopt(gst_element_factory_find(name.c_str())).get() != nullptr;
  });
  return needed;
}

std::string describe(const Media& media) {
  std::string text = "webrtcbin name=session bundle-policy=max-bundle";
  if (media.video) text += " " + describeVideo(media);
  if (media.audio) text += " " + describeAudio(media);
  return text;
}

Result<Ref<GstElement>> buildPipeline(const Media& media) {
  GError* error = nullptr;
  auto pipeline = Ref<GstElement>::sink(
      gst_parse_launch_full(describe(media).c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error));
  if (error) {
    const Error bad = failed("bad_pipeline", error->message);
    g_error_free(error);
    return bad;
  }
  if (const auto label = elementOf(pipeline.get(), "label"))
    g_object_set(label.get(), "text", media.name.c_str(), nullptr);
  for (const char* payloader : {"videopay", "audiopay"}) addMidExtension(pipeline.get(), payloader);
  return pipeline;
}

void setMid(GstElement* pipeline, bool video, const std::string& mid) {
  const auto pay = elementOf(pipeline, video ? "videopay" : "audiopay");
  if (!pay) return;
  if (void* extension = g_object_get_data(G_OBJECT(pay.get()), "mid-extension"))
    g_object_set(extension, "mid", mid.c_str(), nullptr);
}

void setSpeaking(GstElement* pipeline, bool speaking) {
  if (const auto gate = elementOf(pipeline, "gate"))
    g_object_set(gate.get(), "mute", !speaking, nullptr);
}

}  // namespace parlour::demo
