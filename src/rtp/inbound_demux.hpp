// InboundDemux: which m-line, simulcast layer and original stream a received packet belongs to.
//
// Chromium sends MID and RID only on the first packets of an SSRC, so what an SSRC was seen with is
// kept, over reconfigurations too. Sources: RFC 8843 section 9.2, RFC 8852, RFC 4588.
//
// Extension ids mean the same in every bundled m-line (RFC 8843 section 9.1 by way of RFC 8285
// section 6), so that one ExtensionMap per peer parses everything: see mergeExtensions.
// Thread: the peer's I/O thread; configure on the same. match allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rtp/packet.hpp"

namespace parlour::rtp {

/// What one m-line says about the media it receives.
struct InboundLine {
  struct Payload {
    Codec codec = Codec::kUnknown;
    uint32_t clockRate = 0;  ///< Hz.
    uint8_t apt = 0;         ///< kRtx: the payload type it repeats.
  };
  std::string mid;
  std::map<uint8_t, Payload> payloads;      ///< By payload type.
  std::vector<std::string> rids;            ///< Simulcast, offered order; may be empty.
  std::vector<uint32_t> ssrcs;              ///< Signalled, primaries; may be empty.
  std::map<uint32_t, uint32_t> rtxOf;       ///< Signalled: rtx SSRC → primary SSRC.
  std::map<uint8_t, Extension> extensions;  ///< Id → meaning.
};

/// The one map of a bundle. An id with two meanings keeps the first line's.
ExtensionMap mergeExtensions(const std::vector<InboundLine>& lines);

class InboundDemux {
 public:
  static constexpr size_t kMaxLearned = 64;  ///< SSRCs learned from packets; the least recently
                                             ///< used one makes room.

  struct Match {
    int line = -1;             ///< Index into the lines.
    int rid = -1;              ///< Index into the line's rids, -1 without.
    bool rtx = false;          ///< The packet is a retransmission (RFC 4588).
    uint32_t ssrc = 0;         ///< As received.
    uint32_t primarySsrc = 0;  ///< Of the original stream; `ssrc` itself unless rtx. 0: not known
                               ///< yet, drop the packet.
    uint8_t payloadType = 0;   ///< Of the original: apt for rtx.
    Codec codec = Codec::kUnknown;  ///< Of the original: never kRtx.
    uint32_t clockRate = 0;         ///< Of the original.
  };

  /// Replaces the lines. What was learned stays for lines whose mid stays.
  void configure(std::vector<InboundLine> lines);

  /// Null where the packet belongs nowhere: unknown MID, unknown SSRC without unique payload type,
  /// or a payload type its line does not have. Valid until the next call.
  const Match* match(const ParsedPacket& packet);

  /// Forgets an SSRC (BYE).
  void forget(uint32_t ssrc);

  const std::vector<InboundLine>& lines() const { return lines_; }

 private:
  /// What is known of one SSRC.
  struct Learned {
    Match match;
    bool resolved = false;    ///< match holds for payloadType.
    uint8_t payloadType = 0;  ///< As received.
    uint64_t usedAt = 0;      ///< tick_ of the last packet.
  };
  void readSignalled();
  bool carryOver(const std::vector<InboundLine>& before, uint32_t ssrc, Learned& entry) const;
  int lineOfMid(std::string_view mid) const;
  int ridOf(int line, std::string_view rid) const;
  Learned* place(const ParsedPacket& packet, std::string_view mid, Learned* known);
  void readRid(std::string_view rid, Learned& entry);
  void resolve(const ParsedPacket& packet, Learned& entry);
  uint32_t primaryOf(const Match& rtx) const;
  void forgetPrimaries(int line);
  Learned* find(uint32_t ssrc);
  Learned& add(uint32_t ssrc);
  void removeAt(size_t index);

  std::vector<InboundLine> lines_;
  std::map<uint32_t, int> signalled_;          ///< SSRC → line, from the SDP.
  std::array<int8_t, 128> lineOfPt_{};         ///< Unique line of a payload type, negative: none.
  std::array<uint32_t, kMaxLearned> ssrcs_{};  ///< Parallel to learned_.
  std::array<Learned, kMaxLearned> learned_{};
  size_t learnedCount_ = 0;
  size_t lastIndex_ = 0;  ///< Of the last packet's SSRC, a guess.
  uint64_t tick_ = 0;
};

}  // namespace parlour::rtp
