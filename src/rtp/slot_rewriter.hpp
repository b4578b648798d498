// SlotRewriter: one continuous output stream over sources that are switched.
//
// A receiver of a slot sees one SSRC whose sequence numbers, timestamps and picture ids never jump
// back, whoever is in the slot. Codec-specific fields are replaced in place, same length, so that
// the payload is shared by all receivers and only a handful of bytes differ.
//
// Thread: the egress worker that owns the slot. Owner: a subscriber's slot. Allocates nothing.
#pragma once

#include <cstdint>

#include "rtp/continued_field.hpp"
#include "rtp/packet.hpp"
#include "rtp/picture_ids.hpp"
#include "rtp/sequence.hpp"
#include "rtp/skip_window.hpp"

namespace parlour::rtp {

struct Rewritten {
  bool drop = false;  ///< Nothing else is meant when set.
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  PictureIds ids;  ///< To be kept for a retransmission (patchFor).
  PayloadPatch patch;
};

class SlotRewriter {
 public:
  /// Where the output begins; random in production (RFC 3550 section 5.1).
  SlotRewriter(uint16_t firstSequence, uint32_t firstTimestamp);

  /// From now on the input is the stream of `first`, beginning with it (a key frame for video).
  /// Sequence goes on by one after the newest output, timestamp by the time since then at
  /// `clockRate` (Hz), one frame at least. `nowNs` is on the clock of ParsedPacket::arrivalNs.
  /// Does not output `first`: pass it to rewrite as well.
  void startSource(const ParsedPacket& first, uint32_t clockRate, int64_t nowNs);

  /// Places a packet of the current source in the output. Reordered packets keep their order and
  /// lost ones leave a gap, so that a receiver's NACK names an input packet. Dropped: packets of
  /// another SSRC (and everything before the first startSource), from before the source's start,
  /// too old (kWindow), or skipped before. The same packet given twice gets the same numbers.
  Rewritten rewrite(const ParsedPacket& packet);

  /// A packet of the current source that is left out on purpose: no gap stays in the output, and
  /// for VP8 none in the picture ids (a receiver waits for missing ids; VP9 refers to pictures by
  /// difference, so its ids keep theirs). A packet older than one already output leaves its gap.
  void skip(const ParsedPacket& packet);

  bool started() const { return started_; }
  uint32_t sourceSsrc() const { return ssrc_; }
  /// Output time of an input time of the current source, e.g. for sender reports.
  uint32_t outputTimestamp(uint32_t input) const { return input + timestampOffset_; }
  /// Newest output; meaningless before the first.
  uint16_t newestSequence() const { return static_cast<uint16_t>(newestOutput_); }
  uint32_t newestTimestamp() const { return newestTimestamp_; }
  int64_t newestNs() const { return newestNs_; }

  static constexpr size_t kWindow = 1024;         ///< Packets; later ones are too late.
  static constexpr size_t kPictureWindow = 1024;  ///< The same in pictures.

 private:
  PictureIds continueIds(const PictureFields& fields);
  int64_t extendPictureId(const PictureFields& fields);

  // Output
  int64_t newestOutput_;      ///< Sequence; one before the first while there is none.
  uint32_t newestTimestamp_;  ///< The first one while there is none.
  int64_t newestNs_ = 0;
  bool anyOutput_ = false;
  ContinuedField pictureId_, tl0PicIdx_, keyIdx_;

  // Source
  bool started_ = false;
  uint32_t ssrc_ = 0;
  Unwrapper<uint16_t> input_;
  int64_t firstInput_ = 0;
  int64_t firstOutput_ = 0;  ///< Sequence of firstInput_.
  uint32_t timestampOffset_ = 0;
  SkipWindow<kWindow> sequences_;
  SkipWindow<kPictureWindow> pictures_;
  bool anyPicture_ = false;
};

}  // namespace parlour::rtp
