// Peer: one participant's side of a room's pipeline.
//
//   bin "peer-<id>"
//   ├─ webrtcbin "webrtc"     ICE, DTLS, data channel (session.hpp)
//   └─ source "rtp"           decrypted RTP, a pad per track and layer, ghosted (rtp_source.hpp)
//
// It answers offers, knows its slots' constant identities, and carries what the room decides to
// the egress worker. Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "peer/data_channel.hpp"
#include "peer/rtp_source.hpp"
#include "peer/session.hpp"

namespace parlour::peer {

/// A stream that a peer publishes: an m-line, or one simulcast layer of it.
struct PublishedStream {
  std::string mid;
  std::string rid;     ///< Empty without simulcast.
  room::Kind kind = room::Kind::kVideo;
  Ref<GstPad> pad;     ///< On the peer's bin, to be linked to rtpsfu.
  std::shared_ptr<RtpPad> output;
};

/// What an m-line of the current offer can decode, for the room.
struct ReceiveSlot {
  std::string mid;
  room::Kind kind = room::Kind::kVideo;
  std::vector<room::Codec> decodable;
  std::shared_ptr<transport::SlotCounters> counters;
};

class Peer {
 public:
  struct Callbacks {
    std::function<void()> onConnected;
    std::function<void(const std::string& why)> onFailed;
    std::function<void(const std::string& text)> onMessage;
    /// A stream's payload type became known or changed.
    std::function<void(const std::string& mid, const room::Codec& codec)> onCodec;
  };

  /// Adds its bin to `pipeline` (a bin too). Error (failed): missing_plugin.
  static Result<std::unique_ptr<Peer>> create(transport::Hub& hub, const Certificate& certificate,
                                              GstElement* pipeline, const std::string& id,
                                              const std::string& room, const DataLimits& dataLimits,
                                              Callbacks callbacks);
  ~Peer();

  /// Answers an offer: the first one starts the session, later ones change what is published and
  /// received, or restart ICE. Streams that appear or go are in `added` and `removed` (call/ links
  /// and unlinks them). Errors: those of sdp::checkReoffer.
  struct Negotiated {
    std::string answer;
    std::vector<PublishedStream> added;
    std::vector<PublishedStream> removed;
  };
  Result<Negotiated> negotiate(const sdp::Offer& offer);

  const std::vector<PublishedStream>& streams() const { return streams_; }
  const std::vector<ReceiveSlot>& slots() const { return slots_; }
  const sdp::Offer& offer() const { return offer_; }

  /// From the next key frame on `mid` carries `fanout` (null: nothing), a stream of `codec`.
  /// Returns false where this viewer has no payload type for it.
  bool fill(const std::string& mid, const std::shared_ptr<transport::TrackFanout>& fanout,
            const room::Codec& codec, uint32_t csrc);

  bool sendText(const std::string& text) { return session_->sendText(text); }
  bool connected() const { return session_->connected(); }
  int64_t reachedNs() const { return session_->reachedNs(); }
  int64_t connectedNs() const { return session_->connectedNs(); }
  /// Monotonic time of the first packet of media it sent or was sent; 0: none yet.
  int64_t firstMediaNs() const;
  const transport::Endpoint& endpoint() const { return *session_->endpoint(); }
  GstElement* bin() const { return bin_.get(); }

  /// Takes it out of the pipeline: traffic stops at once, elements stop on a worker.
  /// Its streams must be unlinked.
  void close();

 private:
  explicit Peer(transport::Hub& hub) : hub_(hub) {}
  void publish(const sdp::Offer& offer, Negotiated& out);
  PublishedStream addStream(const sdp::Media& media, const std::string& rid);
  void removeStream(PublishedStream& stream);
  void receive(const sdp::Offer& offer);
  void configureIngest(const sdp::Offer& offer);
  std::string writeAnswer(const sdp::Offer& offer);

  transport::Hub& hub_;
  const Certificate* certificate_ = nullptr;
  std::string id_, room_;
  Callbacks callbacks_;
  Ref<GstElement> pipeline_, bin_, source_;
  std::shared_ptr<Session> session_;
  sdp::Offer offer_;
  bool negotiated_ = false;
  uint32_t version_ = 0;
  uint64_t sdpSession_ = 0;
  std::vector<PublishedStream> streams_;
  std::vector<ReceiveSlot> slots_;
  std::map<std::string, sdp::SlotSsrc> ssrcs_;  ///< By mid; constant for the stay.
  bool closed_ = false;
};

}  // namespace parlour::peer
