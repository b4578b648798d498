// What a client offers → what we answer; what webrtcbin is told.
//
// Pure: text in, values and text out (GstSDP only parses). The answer is written here and not by
// webrtcbin, whose answers drop header extensions, rids, simulcast and retransmission, and
// mishandle stopped m-lines (docs/decisions/0003-own-offer-answer.md).
// Sources: RFC 8829 (JSEP), 8843 (BUNDLE), 8851/8853 (rid, simulcast), 8285 (extmap),
// 4585/5104 (rtcp-fb), 4588 (rtx), 8839 (ICE), 8122/8842 (fingerprint, DTLS), 9725 (WHIP).
// Thread: any.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "room/types.hpp"
#include "rtp/extension.hpp"

namespace parlour::sdp {

using rtp::Extension;

struct PayloadType {
  uint8_t pt = 0;
  room::Codec codec;  ///< profile normalised, see room::Codec.
  std::string fmtp;   ///< As offered, to be repeated in the answer.
  int rtxPt = -1;     ///< RFC 4588 partner, -1 without.
  bool nack = false, pli = false, fir = false, transportCc = false, remb = false;
  uint8_t channels = 1;
};

struct Fingerprint {
  std::string algorithm;  ///< "sha-256", "sha-384", "sha-512".
  std::string value;      ///< Upper-case hex pairs joined by ':'.
  bool operator==(const Fingerprint&) const = default;
};

enum class Setup { kActive, kPassive, kActpass };

/// The transport a client offers (one, by BUNDLE).
struct Transport {
  std::string iceUfrag, icePwd;
  std::vector<Fingerprint> fingerprints;  ///< At least one.
  Setup setup = Setup::kActpass;
  std::vector<std::string> candidates;  ///< Of the offer, unparsed ("candidate:…").
};

enum class Direction { kSendRecv, kSendOnly, kRecvOnly, kInactive };

/// What one m-line of the offer became.
struct Media {
  enum class Role { kRejected, kPublish, kSlot, kData, kInactive };
  Role role = Role::kRejected;
  bool stopped = false;  ///< Port 0 in the offer.
  room::Kind kind = room::Kind::kAudio;
  std::string mid;
  Direction offered = Direction::kSendRecv;
  std::string rejectedWhy;  ///< For the log and WHIP's 422.
  // Publish and slot:
  std::vector<PayloadType> payloadTypes;    ///< Accepted, in our order of preference.
  std::map<uint8_t, Extension> extensions;  ///< id → meaning, as accepted (rtp/extension.hpp).
  /// The preferred of payloadTypes that is not merely a wrapping of another (red). Publish, slot.
  const PayloadType& primary() const;
  // Publish:
  std::vector<std::string> rids;       ///< Simulcast send rids, offered order.
  std::vector<uint32_t> ssrcs;         ///< a=ssrc of the offer, primaries first.
  std::map<uint32_t, uint32_t> rtxOf;  ///< rtx SSRC → primary SSRC (a=ssrc-group:FID).
  std::string msid;                    ///< "stream track".
  // A sendrecv m-line publishes and is a slot too.
  bool alsoSlot = false;
  // What the answer repeats, checked and safe to write:
  bool bundled = false;  ///< In the BUNDLE group, or the only m-line of an offer without.
  std::string mediaType, protocol, format;  ///< Of m=; the first format only.
  bool rtcpReducedSize = false;             ///< a=rtcp-rsize offered.
  bool extmapAllowMixed = false;            ///< a=extmap-allow-mixed offered on this m-line.
  std::map<uint8_t, Direction> extensionDirections;  ///< Of a=extmap, for ids that give one.
  std::string simulcast;  ///< Streams for a=simulcast:recv ("q;h,~g;f"), empty without.
  std::map<std::string, std::string> ridRestrictions;  ///< rid → "pt=…;max-width=…", if any.
  // Data:
  uint16_t sctpPort = 5000;
  uint32_t maxMessageSize = 65536;
};

/// An offer understood.
struct Offer {
  Transport transport;
  std::vector<Media> media;         ///< In m-line order, every one of them.
  std::string bundleTag;            ///< mid of the first bundled m-line.
  std::vector<std::string> bundle;  ///< mids of the BUNDLE group that live, in its order.
  bool extmapAllowMixed = false;    ///< a=extmap-allow-mixed offered for the session.
  bool iceLite = false;             ///< Always false: two lite agents cannot meet.
};

struct Limits {
  size_t maxBytes = 512 * 1024;
  size_t maxMediaLines = 64;
  size_t maxLineBytes = 8192;
  size_t maxAttributesPerMedia = 1024;
};

struct Policy {
  std::vector<std::string> videoCodecs = {"VP8", "VP9", "H264", "AV1"};  ///< Allowed, in order.
  std::vector<std::string> audioCodecs = {"opus", "red", "PCMU", "PCMA"};
  bool simulcast = true;
  bool publishAllowed = true;
  bool subscribeAllowed = true;
  uint32_t maxSlotsAudio = 3;
  uint32_t maxSlotsVideo = 49;
};

/// Understands an offer and decides each m-line. Errors (kInvalid): bad_offer with a sentence
/// naming line and cause; unsupported_offer (no BUNDLE, no usable transport, rtcp-mux missing).
/// What policy forbids, and slots past its numbers, are answered inactive (Role::kInactive); what
/// cannot be understood or has no codec in common is rejected (Role::kRejected).
Result<Offer> readOffer(std::string_view sdp, const Policy& policy, const Limits& limits = {});

/// WHIP/WHEP extra rules (RFC 9725 section 4.2): one audio and one video m-line at most (WHIP), all
/// bundled, of one MediaStream, client sends (WHIP) or receives (WHEP), sendrecv tolerated. Read
/// the offer with subscribeAllowed (WHIP) or publishAllowed (WHEP) false, so that sendrecv is
/// answered one way, as the RFC wants. Nothing is answered in part: a rejected m-line refuses the
/// offer. Error: unsupported_offer.
Result<void> checkWhip(const Offer& offer);
Result<void> checkWhep(const Offer& offer);

/// Our side of the transport.
struct Local {
  std::string iceUfrag, icePwd;
  Fingerprint fingerprint;
  Setup setup = Setup::kPassive;        ///< Ours: kActive or kPassive.
  std::vector<std::string> candidates;  ///< "candidate:1 1 UDP … typ host".
  uint64_t sessionId = 1;
  uint32_t sessionVersion = 1;
  uint32_t maxMessageSize = 65536;  ///< Bytes, of a data channel message we take.
};

/// Our constant sender identity of a slot.
struct SlotSsrc {
  uint32_t ssrc = 0, rtxSsrc = 0;
  std::string cname, stream, track;  ///< msid.
};

/// Writes the answer. `slots` by mid for the m-lines that are (also) slots; one that is missing
/// there is answered as if it received nothing.
std::string writeAnswer(const Offer& offer, const Local& local,
                        const std::map<std::string, SlotSsrc>& slots);

/// The minimal offer that makes webrtcbin run ICE, DTLS and SCTP: one m-line, the data channel's
/// or a dummy audio one (an inactive-only line keeps DTLS from completing).
std::string writeWebrtcbinOffer(const Offer& offer, Setup clientSetup);

/// A re-offer must keep transport identity: same fingerprints, m-lines only appended or stopped,
/// kinds and mids kept; the first m-line that lives stays. The place of an m-line that was stopped
/// or rejected may be used again (RFC 8829 section 5.2.2). ICE may restart. A data channel cannot
/// come later than in the first offer. Errors: fingerprint_changed (kRefused), bad_offer,
/// unsupported_offer.
Result<void> checkReoffer(const Offer& before, const Offer& after);

/// Can a receiver that accepts `decodable` decode `codec`? H.264: same packetization-mode, and a
/// profile that includes the codec's (RFC 6184 table 5; levels are not compared, browsers offer
/// level-asymmetry-allowed); VP9: same profile; AV1: same profile or above; others by name and
/// clock rate.
bool canDecode(const std::vector<room::Codec>& decodable, const room::Codec& codec);

}  // namespace parlour::sdp
