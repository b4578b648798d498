#include "peer/peer.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <set>

#include "base/log.hpp"
#include "base/loop.hpp"

namespace parlour::peer {
namespace {

constexpr log::Topic kTopic{"peer"};
constexpr uint32_t kStopTimeoutS = 10;

template <typename T>
T randomNumber() {
  T value = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value);
  return value;
}

bool isPublish(const sdp::Media& m) { return m.role == sdp::Media::Role::kPublish && !m.stopped; }
bool isSlot(const sdp::Media& m) {
  return !m.stopped && (m.role == sdp::Media::Role::kSlot || m.alsoSlot);
}

/// One layer, or one per rid.
std::vector<std::string> layersOf(const sdp::Media& media) {
  return media.rids.empty() ? std::vector<std::string>{""} : media.rids;
}

Buf<GstCaps> capsOf(const sdp::Media& media) {
  const auto& first = media.primary();  // As the stream comes out of its pad.
  const bool video = media.kind == room::Kind::kVideo;
  gchar* name = g_ascii_strup(first.codec.name.c_str(), -1);
  auto caps = Buf<GstCaps>::adopt(gst_caps_new_simple(
      "application/x-rtp", "media", G_TYPE_STRING, video ? "video" : "audio", "clock-rate",
      G_TYPE_INT, static_cast<int>(first.codec.clockRate), "encoding-name", G_TYPE_STRING, name,
      "payload", G_TYPE_INT, static_cast<int>(first.pt), nullptr));
  g_free(name);
  return caps;
}

/// GStreamer names allow most characters; what a client chose is kept readable and harmless.
std::string padNameOf(const sdp::Media& media, const std::string& rid) {
  std::string name = (media.kind == room::Kind::kVideo ? "video_" : "audio_") + media.mid;
  if (!rid.empty()) name += "_" + rid;
  for (char& c : name)
    if (!g_ascii_isalnum(c)) c = '_';
  return name;
}

rtp::InboundLine inboundOf(const sdp::Media& media) {
  rtp::InboundLine line;
  line.mid = media.mid;
  line.rids = media.rids;
  line.ssrcs = media.ssrcs;
  line.rtxOf = media.rtxOf;
  line.extensions = media.extensions;
  for (const auto& p : media.payloadTypes) {
    line.payloads[p.pt] = {rtp::codecOf(p.codec.name), p.codec.clockRate, 0};
    if (p.rtxPt >= 0)
      line.payloads[static_cast<uint8_t>(p.rtxPt)] = {rtp::Codec::kRtx, p.codec.clockRate, p.pt};
  }
  return line;
}

}  // namespace

Result<std::unique_ptr<Peer>> Peer::create(transport::Hub& hub, const Certificate& certificate,
                                           GstElement* pipeline, const std::string& id,
                                           const std::string& room, const DataLimits& dataLimits,
                                           Callbacks callbacks) {
  assertControlThread();
  std::unique_ptr<Peer> peer(new Peer(hub));
  peer->certificate_ = &certificate;
  peer->id_ = id;
  peer->room_ = room;
  peer->callbacks_ = std::move(callbacks);
  peer->sdpSession_ = randomNumber<uint64_t>() >> 2;
  Peer* raw = peer.get();
  auto session = Session::create(
      hub, certificate, id, room, dataLimits,
      {.onConnected = [raw] { raw->callbacks_.onConnected(); },
       .onFailed = [raw](const std::string& why) { raw->callbacks_.onFailed(why); },
       .onMoved =
           [raw] {
             log::info(kTopic, {.room = raw->room_, .peer = raw->id_}, "moved to {}",
                       raw->endpoint().flow().remote.text());
           },
       .onMessage = [raw](const std::string& text) { raw->callbacks_.onMessage(text); }});
  if (!session) {
    peer->closed_ = true;
    return session.error();
  }
  peer->session_ = std::move(*session);
  peer->pipeline_ = Ref<GstElement>::share(pipeline);
  peer->bin_ = Ref<GstElement>::sink(gst_bin_new(("peer-" + id).c_str()));
  peer->source_ = Ref<GstElement>::sink(parlour_rtp_source_new());
  gst_bin_add_many(GST_BIN(peer->bin_.get()), peer->session_->element(), peer->source_.get(),
                   nullptr);
  gst_bin_add(GST_BIN(pipeline), peer->bin_.get());
  if (!gst_element_sync_state_with_parent(peer->bin_.get()))
    return failed("pipeline_failed", "the peer's elements do not start");
  return peer;
}

Peer::~Peer() { close(); }

Result<Peer::Negotiated> Peer::negotiate(const sdp::Offer& offer) {
  if (negotiated_) {
    if (auto same = sdp::checkReoffer(offer_, offer); !same) return same.error();
    session_->endpoint()->setRemoteUfrag(offer.transport.iceUfrag);
  }
  Negotiated out;
  publish(offer, out);
  receive(offer);
  configureIngest(offer);
  out.answer = writeAnswer(offer);
  offer_ = offer;
  if (!std::exchange(negotiated_, true)) session_->start(offer);
  return out;
}

void Peer::publish(const sdp::Offer& offer, Negotiated& out) {
  const auto offered = [&](const PublishedStream& s) {
    return std::any_of(offer.media.begin(), offer.media.end(), [&](const sdp::Media& m) {
      const auto layers = layersOf(m);
      return isPublish(m) && m.mid == s.mid && m.kind == s.kind &&
             std::find(layers.begin(), layers.end(), s.rid) != layers.end();
    });
  };
  for (auto it = streams_.begin(); it != streams_.end();) {
    if (offered(*it)) {
      ++it;
      continue;
    }
    // Its name must be free when the m-line is taken up again.
    gst_pad_set_active(it->pad.get(), FALSE);
    gst_element_remove_pad(bin_.get(), it->pad.get());
    out.removed.push_back(std::move(*it));
    it = streams_.erase(it);
  }
  for (const auto& media : offer.media) {
    if (!isPublish(media)) continue;
    for (const auto& rid : layersOf(media)) {
      const bool known = std::any_of(streams_.begin(), streams_.end(), [&](const auto& s) {
        return s.mid == media.mid && s.rid == rid;
      });
      if (known) continue;
      streams_.push_back(addStream(media, rid));
      out.added.push_back(streams_.back());
    }
  }
}

PublishedStream Peer::addStream(const sdp::Media& media, const std::string& rid) {
  PublishedStream stream;
  stream.mid = media.mid;
  stream.rid = rid;
  stream.kind = media.kind;
  const std::string name = padNameOf(media, rid);
  std::weak_ptr<Session> session = session_;
  // The pad's callbacks run on other threads and may outlive this peer: they hold no `this`.
  auto self = std::make_shared<std::weak_ptr<RtpPad>>();
  auto* hub = &hub_;
  auto endpoint = session_->endpoint();
  stream.output = std::make_shared<RtpPad>(
      source_.get(), name, capsOf(media).get(),
      RtpPad::Callbacks{
          .wantKeyFrame =
              [self, hub, endpoint] {
                endpoint->postIo([self, endpoint](transport::IoThread& io) {
                  if (auto pad = self->lock()) io.requestKeyFrame(endpoint.get(), pad.get());
                });
              },
          .onPayloadType =
              [session, this, mid = media.mid](uint8_t pt) {
                post([session, this, mid, pt] {
                  // The session lives as long as the peer does.
                  if (session.expired() || closed_) return;
                  for (const auto& m : offer_.media)
                    if (m.mid == mid)
                      for (const auto& p : m.payloadTypes)
                        if (p.pt == pt) return callbacks_.onCodec(mid, p.codec);
                });
              }});
  *self = stream.output;
  GstPad* ghost = gst_ghost_pad_new(name.c_str(), stream.output->pad());
  gst_pad_set_active(ghost, TRUE);
  gst_element_add_pad(bin_.get(), ghost);
  stream.pad = Ref<GstPad>::share(ghost);
  return stream;
}

void Peer::receive(const sdp::Offer& offer) {
  const std::string cname = "parlour";
  std::vector<ReceiveSlot> slots;
  std::vector<std::pair<transport::SlotIdentity, std::shared_ptr<transport::SlotCounters>>> wanted;
  for (const auto& media : offer.media) {
    if (!isSlot(media)) continue;
    const bool video = media.kind == room::Kind::kVideo;
    auto& ssrc = ssrcs_[media.mid];
    if (ssrc.ssrc == 0) {
      ssrc.ssrc = randomNumber<uint32_t>() | 1;
      if (video) ssrc.rtxSsrc = randomNumber<uint32_t>() | 1;
      ssrc.cname = cname;
      ssrc.stream = "slot-" + media.mid;
      ssrc.track = "slot-" + media.mid;
    }
    ReceiveSlot slot{media.mid, media.kind, {}, nullptr};
    for (const auto& p : media.payloadTypes) slot.decodable.push_back(p.codec);
    const auto before = std::find_if(slots_.begin(), slots_.end(),
                                     [&](const auto& s) { return s.mid == media.mid; });
    slot.counters = before != slots_.end() ? before->counters
                                           : std::make_shared<transport::SlotCounters>();
    transport::SlotIdentity identity{media.mid, video, ssrc.ssrc, ssrc.rtxSsrc, cname, {}};
    for (const auto& [extensionId, meaning] : media.extensions)
      if (meaning != rtp::Extension::kUnknown)
        identity.extensions[static_cast<size_t>(meaning)] = extensionId;
    wanted.emplace_back(std::move(identity), slot.counters);
    slots.push_back(std::move(slot));
  }
  slots_ = std::move(slots);
  hub_.egressOf(endpoint()).post(transport::CommandItem{
      [endpoint = session_->endpoint(), wanted](transport::EgressWorker& worker) {
        worker.setSlots(endpoint.get(), wanted);
      }});
}

void Peer::configureIngest(const sdp::Offer& offer) {
  transport::IngestSettings settings;
  settings.localSsrc = randomNumber<uint32_t>() | 1;
  settings.cname = "parlour";
  for (const auto& media : offer.media) {
    if (!isPublish(media)) continue;
    transport::IngestLine line;
    line.line = inboundOf(media);
    line.video = media.kind == room::Kind::kVideo;
    line.nack = std::any_of(media.payloadTypes.begin(), media.payloadTypes.end(),
                            [](const auto& p) { return p.nack; });
    for (const auto& rid : layersOf(media))
      for (const auto& s : streams_)
        if (s.mid == media.mid && s.rid == rid) line.outputs.push_back(s.output);
    settings.lines.push_back(std::move(line));
  }
  session_->endpoint()->postIo([endpoint = session_->endpoint(), settings](transport::IoThread& io) {
    io.configure(endpoint.get(), settings);
  });
}

std::string Peer::writeAnswer(const sdp::Offer& offer) {
  sdp::Local local;
  local.iceUfrag = endpoint().names().ufrag;
  local.icePwd = endpoint().names().pwd;
  local.fingerprint = certificate_->fingerprint;
  local.setup = Session::roleFor(offer);
  local.candidates = hub_.candidates();
  local.sessionId = sdpSession_;
  local.sessionVersion = ++version_;
  return sdp::writeAnswer(offer, local, ssrcs_);
}

bool Peer::fill(const std::string& mid, const std::shared_ptr<transport::TrackFanout>& fanout,
                const room::Codec& codec, uint32_t csrc) {
  transport::SlotSource source;
  source.csrc = csrc;
  if (fanout) {
    const sdp::PayloadType* found = nullptr;
    for (const auto& media : offer_.media)
      if (media.mid == mid)
        for (const auto& p : media.payloadTypes)
          if (!found && sdp::canDecode({p.codec}, codec)) found = &p;
    if (!found) return false;
    source.payloadType = found->pt;
    source.rtxPayloadType = found->rtxPt;
    source.codec = rtp::codecOf(codec.name);
  }
  hub_.egressOf(endpoint()).post(transport::CommandItem{
      [endpoint = session_->endpoint(), mid, fanout, source](transport::EgressWorker& worker) {
        worker.fillSlot(endpoint.get(), mid, fanout, source);
      }});
  return true;
}

int64_t Peer::firstMediaNs() const {
  int64_t first = 0;
  const auto consider = [&first](int64_t ns) {
    if (ns != 0 && (first == 0 || ns < first)) first = ns;
  };
  for (const auto& stream : streams_) consider(stream.output->counters.firstPacketNs);
  for (const auto& slot : slots_) consider(slot.counters->firstPacketNs);
  return first;
}

void Peer::close() {
  if (std::exchange(closed_, true) || !session_) return;
  session_->close();
  for (auto& s : streams_) s.output->remove();
  streams_.clear();
  if (!bin_) return;
  gst_element_set_locked_state(bin_.get(), TRUE);
  gst_bin_remove(GST_BIN(pipeline_.get()), bin_.get());
  // Stopping webrtcbin joins its threads: not on the control thread.
  runOnWorker([bin = bin_, session = session_]() mutable {
    session->settle();
    gst_element_set_state(bin.get(), GST_STATE_NULL);
    bin.reset();
    post([session = std::move(session)] {});  // Its last reference goes on the control thread.
  });
}

}  // namespace parlour::peer
