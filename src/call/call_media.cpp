// The media half of Call: offers answered, streams linked, tracks and slots shown to the room.
#include <algorithm>

#include "base/log.hpp"
#include "call/call.hpp"

namespace parlour::call {
namespace {

constexpr log::Topic kTopic{"call"};

room::TrackId nextTrackId() {
  static room::TrackId last = 0;  // Control thread.
  return ++last;
}

const sdp::Media* mediaOf(const sdp::Offer& offer, const std::string& mid) {
  for (const auto& m : offer.media)
    if (m.mid == mid) return &m;
  return nullptr;
}

}  // namespace

Result<sdp::Offer> Call::read(const Offer& offer, const Member& member) const {
  sdp::Policy policy = context_.sdpPolicy;
  const auto& grants = member.participant.grants;
  // WHIP and WHEP are one way each, whatever a client's m-lines say.
  const auto via = member.participant.via;
  policy.publishAllowed = grants.canPublish && !grants.hidden && via != room::Via::kWhep;
  policy.subscribeAllowed = grants.canSubscribe && via != room::Via::kWhip;
  return sdp::readOffer(offer.sdp, policy, context_.sdpLimits);
}

Result<std::string> Call::offer(const room::ParticipantId& id, const Offer& offer) {
  Member* member = find(id);
  if (!member) return unavailable("not_joined", "You are not in the room.");
  if (member->times.answerNs == 0) member->times.offerNs = context_.clock.nowNs();
  auto sdp = read(offer, *member);
  if (!sdp) return sdp.error();
  if (!member->peer)
    if (auto started = startMedia(*member); !started) return started.error();
  return negotiate(*member, *sdp, offer.publish);
}

Result<void> Call::startMedia(Member& member) {
  const auto id = member.participant.id;
  auto peer = peer::Peer::create(
      context_.hub, context_.certificate, sfu_->pipeline(), id, name_, context_.dataLimits,
      {.onConnected =
           [this, id] {
             log::info(kTopic, {.room = name_, .peer = id}, "media connected");
             if (Member* m = find(id); m && m->parkedNs == 0)
               room_->setConnection(id, room::Connection::kConnected);
           },
       .onFailed = [this, id](const std::string& why) { onPeerFailed(id, why); },
       .onMessage = [this, id](const std::string& text) { onDataMessage(id, text); },
       .onCodec = [this, id](const std::string& mid,
                             const room::Codec& codec) { onCodec(id, mid, codec); }});
  if (!peer) return peer.error();
  member.peer = std::move(*peer);
  return {};
}

Result<std::string> Call::negotiate(Member& member, const sdp::Offer& sdp,
                                    const std::vector<Publish>& publish) {
  const Traffic before = trafficOf(member);
  auto negotiated = member.peer->negotiate(sdp);
  if (!negotiated) return negotiated.error();
  for (const auto& stream : negotiated->removed) {
    unlink(member, stream);
    stream.output->remove();
  }
  for (const auto& stream : negotiated->added)
    if (auto linked = link(member, stream, sdp); !linked) return linked.error();
  nameTracks(member, sdp, publish);
  showTracks(member);
  showSlots(member);
  gone_ += before.missingIn(trafficOf(member));
  if (member.times.answerNs == 0) {
    JoinTimes times = member.times;
    times.answerNs = context_.clock.nowNs();
    if (!member.tracks.empty() && times.wantedNs == 0) times.wantedNs = times.answerNs;
    setTimes(member, times);
  }
  return std::move(negotiated->answer);
}

Result<void> Call::link(Member& member, const peer::PublishedStream& stream,
                        const sdp::Offer& sdp) {
  const sdp::Media* media = mediaOf(sdp, stream.mid);
  auto fanout = sfu_->link(member.participant.id, stream, media->primary().codec);
  if (!fanout) return fanout.error();
  auto& track = member.tracks[stream.mid];
  if (track.id == 0) {
    track.id = nextTrackId();
    track.mid = stream.mid;
    track.kind = stream.kind;
    track.codec = media->primary().codec;
  }
  track.layers.push_back({stream.rid, *fanout, 0, 0});
  return {};
}

void Call::unlink(Member& member, const peer::PublishedStream& stream) {
  const auto it = member.tracks.find(stream.mid);
  if (it == member.tracks.end()) return;
  auto& layers = it->second.layers;
  for (const auto& layer : layers)
    if (layer.rid == stream.rid) sfu_->unlink(layer.fanout);
  std::erase_if(layers, [&](const auto& layer) { return layer.rid == stream.rid; });
  if (layers.empty()) member.tracks.erase(it);
}

/// What each published m-line is: as the client says, else by its kind.
void Call::nameTracks(Member& member, const sdp::Offer& sdp, const std::vector<Publish>& publish) {
  for (auto& [mid, track] : member.tracks) {
    const auto said = std::find_if(publish.begin(), publish.end(),
                                   [&, m = mid](const Publish& p) { return p.mid == m; });
    const bool video = track.kind == room::Kind::kVideo;
    track.source = video ? room::Source::kCamera : room::Source::kMicrophone;
    if (said == publish.end()) continue;
    const bool saidVideo =
        said->source == room::Source::kCamera || said->source == room::Source::kScreen;
    if (saidVideo == video) track.source = said->source;
    track.muted = said->muted;
  }
}

void Call::showTracks(Member& member) {
  std::vector<room::Track> tracks;
  for (const auto& [mid, track] : member.tracks) tracks.push_back(track);
  room_->setTracks(member.participant.id, std::move(tracks));
}

void Call::showSlots(Member& member) {
  std::vector<room::Slot> slots;
  for (const auto& s : member.peer->slots()) slots.push_back({s.mid, s.kind, s.decodable});
  std::erase_if(member.filled, [&](const auto& f) {
    return std::none_of(slots.begin(), slots.end(), [&](const auto& s) { return s.mid == f.first; });
  });
  room_->setSlots(member.participant.id, std::move(slots));
  if (member.views.empty()) return;
  if (auto set = room_->setView(member.participant.id, member.views); !set)
    log::warning(kTopic, {.room = name_, .peer = member.participant.id}, "view: {}",
                 set.error().message);
}

/// The publisher sends another codec of those negotiated: slots are matched anew.
void Call::onCodec(const room::ParticipantId& id, const std::string& mid,
                   const room::Codec& codec) {
  Member* member = find(id);
  if (!member) return;
  const auto it = member->tracks.find(mid);
  if (it == member->tracks.end() || it->second.codec == codec) return;
  log::info(kTopic, {.room = name_, .peer = id}, "m-line {} now carries {}", mid, codec.name);
  it->second.codec = codec;
  for (const auto& layer : it->second.layers)
    if (LinkedStream* linked = sfu_->find(layer.fanout)) linked->codec = codec;
  if (member->parkedNs == 0) room_->updateTrack(id, it->second);
}

void Call::onPeerFailed(const room::ParticipantId& id, const std::string& why) {
  Member* member = find(id);
  if (!member) return;
  log::warning(kTopic, {.room = name_, .peer = id}, "media failed: {}", why);
  if (auto listener = member->listener.lock())
    listener->onEvent(room::Ended{room::LeaveReason::kFailed,
                                  "Your media connection failed. Join again."});
  leave(id, room::LeaveReason::kFailed);
}

void Call::dropMedia(Member& member) {
  if (!member.peer) return;
  for (auto& [mid, track] : member.tracks)
    for (const auto& layer : track.layers) sfu_->unlink(layer.fanout);
  member.tracks.clear();
  gone_ += trafficOf(member);
  member.peer->close();
}

}  // namespace parlour::call
