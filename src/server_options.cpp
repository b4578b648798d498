#include "server_options.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace parlour {
namespace {

bool isLoopback(const std::string& ip) {
  const auto address = transport::Address::parse(ip, 0);
  return ip == "localhost" || (address && address->isLoopback());
}

bool reachableFromElsewhere(const conf::Http& http) {
  return !http.trustedProxies.empty() ||
         !std::all_of(http.listen.begin(), http.listen.end(), isLoopback);
}

}  // namespace

transport::HubOptions hubOptions(const conf::Settings& settings) {
  transport::HubOptions o;
  const auto& media = settings.media;
  o.port = static_cast<uint16_t>(media.port);
  o.listen = media.listen;
  if (media.advertise != conf::Texts{"auto"}) o.advertise = media.advertise;
  o.loopbackToo = !reachableFromElsewhere(settings.http);
  o.threads = media.threads;
  o.receiveBytes = static_cast<int>(media.receiveBufferBytes);
  o.sendBytes = static_cast<int>(media.sendBufferBytes);
  o.consentNs = settings.timeouts.consentMs * kNsPerMs;
  return o;
}

call::CallsOptions callsOptions(const conf::Settings& settings) {
  call::CallsOptions o;
  const auto& rooms = settings.rooms;
  o.policy.maxParticipants = rooms.maxParticipants;
  o.policy.chatHistory = rooms.chatHistory;
  o.policy.chatMaxBytes = rooms.chatMaxBytes;
  o.policy.videoCodecs = rooms.codecs.video;
  o.sdpPolicy.videoCodecs = rooms.codecs.video;
  o.sdpPolicy.audioCodecs = rooms.codecs.audio;
  o.sdpPolicy.simulcast = rooms.simulcast;
  o.sdpPolicy.maxSlotsVideo = settings.limits.maxSlotsVideo;
  o.sdpLimits.maxBytes = settings.limits.maxOfferBytes;
  o.sdpLimits.maxMediaLines = settings.limits.maxMediaLines;
  o.liveness.reconnectingNs = settings.timeouts.reconnectingMs * kNsPerMs;
  o.liveness.goneNs = settings.timeouts.goneMs * kNsPerMs;
  o.resumeNs = settings.timeouts.resumeMs * kNsPerMs;
  o.dataLimits = {static_cast<double>(settings.limits.dataPerSecond),
                  static_cast<double>(settings.limits.dataBurst)};
  o.emptyTimeoutNs = rooms.emptyTimeoutS * kNsPerSecond;
  o.maxRooms = rooms.maxRooms;
  return o;
}

}  // namespace parlour
