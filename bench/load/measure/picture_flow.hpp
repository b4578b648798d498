// PictureFlow: which pictures of one received video stream could be decoded, and where it froze.
//
// A picture is decodable when all its packets are there and it is a key frame or follows a
// decodable one. A freeze is what W3C's webrtc-stats calls one: a gap of three times the usual
// distance between pictures, and at least 150 ms over it. A gap across a change of the person that
// is shown is a switch and no freeze; one across a change of layers is a freeze like any other.
// Thread: one at a time. Pure: time is an argument. Allocates nothing per packet.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "base/clock.hpp"
#include "rtp/sequence.hpp"

namespace parlour::bench {

/// What viewers saw, added up. Times in ns.
struct FlowTally {
  uint64_t pictures = 0, keyPictures = 0, freezes = 0, switches = 0;
  int64_t freezeNs = 0;                   ///< Of all freezes.
  int64_t watchedNs = 0;                  ///< Sum over streams of the time between their pictures.
  int64_t longestNs = 0;                  ///< Longest freeze.
  std::map<uint16_t, uint64_t> byHeight;  ///< Pictures, by the height their key frame told.
  void add(const FlowTally& other);
};

class PictureFlow {
 public:
  struct Packet {
    uint16_t sequence = 0;
    bool start = false, end = false;  ///< First and last packet of a picture.
    bool key = false;                 ///< `start` of a key frame.
    uint16_t height = 0;              ///< Of a key frame.
    uint32_t track = 0;               ///< Whose picture it is, whatever the layer.
  };
  /// Returns how many pictures became decodable.
  unsigned onPacket(const Packet& packet, int64_t nowNs);
  /// The viewer asked for something else: the gap that follows is no freeze.
  void expectChange() { lastPictureNs_ = 0; }
  /// Time since the last decodable picture; 0 before the first and after expectChange().
  int64_t silenceNs(int64_t nowNs) const {
    return lastPictureNs_ == 0 ? 0 : nowNs - lastPictureNs_;
  }
  /// Counts since the last call.
  FlowTally take();

 private:
  static constexpr size_t kWindow = 512;  ///< Packets; older ones are too late.
  struct Slot {
    int64_t sequence = -1;
    Packet packet;
  };
  Slot& slot(int64_t sequence) { return window_[static_cast<size_t>(sequence) % kWindow]; }
  bool takePicture(int64_t nowNs);
  void count(const Packet& first, int64_t nowNs);

  rtp::Unwrapper<uint16_t> sequences_;
  std::array<Slot, kWindow> window_{};
  int64_t next_ = -1;  ///< Where the next picture has to begin; −1: at a key frame.
  int64_t lastPictureNs_ = 0;
  int64_t usualNs_ = 33 * kNsPerMs;  ///< Distance between pictures, over some 30 of them.
  uint32_t track_ = 0;
  uint16_t height_ = 0;
  FlowTally tally_;
};

}  // namespace parlour::bench
