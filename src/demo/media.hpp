// What a synthetic participant sends: a pipeline that ends in an unmodified webrtcbin.
//
//   videotestsrc ▶ name, clocks ▶ vp8enc | x264enc ▶ rtpvp8pay | rtph264pay ─┐
//                                                                            ├▶ webrtcbin "session"
//   flitetestsrc | audiotestsrc ▶ volume "gate" ▶ level ▶ opusenc ▶ rtpopuspay ─┘
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/ref.hpp"
#include "base/result.hpp"

namespace parlour::demo {

enum class VideoCodec { kVp8, kH264 };
enum class Sound { kSpeech, kTone };

struct Media {
  std::string name;  ///< Burnt in.
  bool video = true;
  VideoCodec codec = VideoCodec::kVp8;
  std::string pattern = "smpte";  ///< Of videotestsrc.
  uint32_t width = 640, height = 360, fps = 20;
  uint32_t bitrateKbps = 500;
  bool audio = true;
  Sound sound = Sound::kSpeech;
  uint32_t toneHz = 220;
};

/// The pattern and the tone of the nth participant; they repeat after a while.
std::string patternOf(uint32_t n);
uint32_t toneHzOf(uint32_t n);

/// Whether an element that speaks without a network is installed.
bool speechAvailable();

/// Elements that this media needs and that are not installed.
std::vector<std::string> missingElements(const Media& media);

/// The description that buildPipeline() parses; a user can run it with gst-launch-1.0.
std::string describe(const Media& media);

/// Builds the pipeline, in state NULL. Its payloaders write the MID (RFC 8843) and, for audio, the
/// level (RFC 6464); setMid() gives them the MIDs once an offer has them. Error: bad_pipeline.
Result<Ref<GstElement>> buildPipeline(const Media& media);
void setMid(GstElement* pipeline, bool video, const std::string& mid);
/// Lets the voice be heard, or not. Thread: any.
void setSpeaking(GstElement* pipeline, bool speaking);

}  // namespace parlour::demo
