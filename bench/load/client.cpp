#include "load/client.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/clock.hpp"
#include "transport/stun.hpp"

namespace parlour::bench {
namespace {

constexpr int64_t kCheckAgainNs = 50 * kNsPerMs;  ///< Until the first answer.
constexpr int64_t kConsentNs = 2500 * kNsPerMs;   ///< As Chromium does.
constexpr int64_t kReportNs = kNsPerSecond;
constexpr int kReceiveBytes = 1 << 20;
constexpr size_t kHistory = 512;  ///< Packets of a track that can be asked for again.
constexpr size_t kControlBytes = CMSG_SPACE(sizeof(timespec)) + CMSG_SPACE(sizeof(uint32_t));

/// RFC 5761 section 4.
bool isRtcp(std::span<const uint8_t> packet) {
  return packet.size() > 1 && packet[1] >= 192 && packet[1] <= 223;
}

struct Ancillary {
  int64_t realtimeNs = 0;
  std::optional<uint32_t> overflowed;
};

Ancillary readAncillary(msghdr& header) {
  Ancillary found;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET) continue;
    if (c->cmsg_type == SCM_TIMESTAMPNS) {
      timespec at;
      std::memcpy(&at, CMSG_DATA(c), sizeof at);
      found.realtimeNs = at.tv_sec * kNsPerSecond + at.tv_nsec;
    } else if (c->cmsg_type == SO_RXQ_OVFL) {
      uint32_t count = 0;
      std::memcpy(&count, CMSG_DATA(c), sizeof count);
      found.overflowed = count;
    }
  }
  return found;
}

}  // namespace

void MediaScratch::resetCounts() {
  delays = {};
  slip = {};
  receivedBytes = sentBytes = repaired = 0;
  received = sent = refused = overflowed = malformed = keyFrameRequests = nacks = 0;
}

Client::Client(const ClientSpec& spec, const Remote& remote, MediaScratch& scratch)
    : spec_(spec),
      remote_(remote),
      scratch_(scratch),
      reception_(remote_, spec.watch),
      reportSsrc_(spec.publish.empty() ? spec.index + 1 : spec.publish.front().ssrc) {}

Client::~Client() {
  close();
}

void Client::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<void> Client::connect() {
  const int family = remote_.address.isIpv4() ? AF_INET : AF_INET6;
  fd_ = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_storage name{};
  const socklen_t length = remote_.address.toSockaddr(family, name);
  if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&name), length) != 0)
    return failed("cannot_open",
                  fmt::format("UDP socket to {}: {}", remote_.address.text(), strerror(errno)));
  constexpr int kOn = 1;
  setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &kReceiveBytes, sizeof kReceiveBytes);
  setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &kOn, sizeof kOn);
  setsockopt(fd_, SOL_SOCKET, SO_RXQ_OVFL, &kOn, sizeof kOn);
  ice_.emplace(spec_.offer.transport, remote_);
  dtls_.emplace(scratch_.identity, remote_.fingerprint,
                [this](std::span<const uint8_t> flight) { send(flight); });
  lastCheckNs_ = SystemClock().nowNs();
  send(ice_->check());
  return {};
}

void Client::send(std::span<const uint8_t> packet) {
  if (::send(fd_, packet.data(), packet.size(), MSG_DONTWAIT) < 0) ++scratch_.refused;
  scratch_.sentBytes += packet.size();
}

void Client::tell(ClientNews::Kind kind, std::string why) {
  scratch_.tell(spec_.index, {kind, SystemClock().nowNs(), std::move(why)});
}

void Client::onReadable() {
  std::array<mmsghdr, MediaScratch::kBatch> headers;
  std::array<iovec, MediaScratch::kBatch> vectors;
  alignas(cmsghdr) std::array<std::array<uint8_t, kControlBytes>, MediaScratch::kBatch> controls;
  for (size_t i = 0; i < headers.size(); ++i) {
    vectors[i] = {scratch_.buffers[i].data(), MediaScratch::kMtu};
    headers[i] = {};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
    headers[i].msg_hdr.msg_control = controls[i].data();
    headers[i].msg_hdr.msg_controllen = kControlBytes;
  }
  const int got = recvmmsg(fd_, headers.data(), headers.size(), MSG_DONTWAIT, nullptr);
  const int64_t nowNs = SystemClock().nowNs();
  for (int i = 0; i < got; ++i) {
    const Ancillary ancillary = readAncillary(headers[i].msg_hdr);
    if (ancillary.overflowed) {
      scratch_.overflowed += *ancillary.overflowed - overflowed_;
      overflowed_ = *ancillary.overflowed;
    }
    const int64_t arrivalNs =
        ancillary.realtimeNs == 0 ? nowNs : ancillary.realtimeNs - scratch_.realtimeOffsetNs;
    onDatagram({scratch_.buffers[i].data(), headers[i].msg_len}, arrivalNs, nowNs);
  }
}

void Client::onDatagram(std::span<uint8_t> packet, int64_t arrivalNs, int64_t nowNs) {
  if (packet.empty() || failed_) return;
  scratch_.receivedBytes += packet.size();
  if (transport::looksLikeStun(packet[0])) {
    if (const auto answer = ice_->answer(packet); !answer.empty()) return send(answer);
    if (!ice_->accepts(packet) || checked_) return;
    checked_ = true;
    tell(ClientNews::Kind::kChecked);
    onDtls(dtls_->start());
  } else if (transport::looksLikeDtls(packet[0])) {
    onDtls(dtls_->feed(packet));
  } else if (receiver_ && transport::looksLikeRtp(packet[0])) {
    if (isRtcp(packet)) return onRtcp(packet, nowNs);
    size_t size = packet.size();
    if (receiver_->unprotect(packet.data(), size) != transport::SrtpStatus::kOk) {
      ++scratch_.malformed;
      return;
    }
    ++scratch_.received;
    const unsigned pictures =
        reception_.onRtp(packet.first(size), arrivalNs, nowNs, scratch_.delays, &scratch_.sources);
    if (!std::exchange(gotPacket_, true)) tell(ClientNews::Kind::kFirstPacket);
    if (pictures > 0 && !std::exchange(gotPicture_, true)) tell(ClientNews::Kind::kFirstPicture);
  }
}

void Client::onRtcp(std::span<uint8_t> packet, int64_t nowNs) {
  size_t size = packet.size();
  if (receiver_->unprotectRtcp(packet.data(), size) != transport::SrtpStatus::kOk) {
    ++scratch_.malformed;
    return;
  }
  rtp::RtcpReader reader(packet.first(size));
  for (rtp::RtcpPacket each; reader.next(each);) {
    rtp::SenderReport report;
    if (each.kind == rtp::RtcpKind::kNack) {
      ++scratch_.nacks;
      if (spec_.watch.repair) sendAgain(each);
    }
    if (rtp::readSenderReport(each, report)) reception_.onSenderReport(report, nowNs);
    if (each.kind != rtp::RtcpKind::kPli && each.kind != rtp::RtcpKind::kFir) continue;
    ++scratch_.keyFrameRequests;
    // A layer is asked for by its own SSRC; FIR names it elsewhere and is for all here.
    for (Track& track : tracks_)
      if (each.kind == rtp::RtcpKind::kFir || spec_.offer.rids.empty() ||
          track.publication.spec().ssrc == each.mediaSsrc)
        track.publication.requestKeyFrame();
  }
}

void Client::onDtls(ClientDtls::State state) {
  if (state == ClientDtls::State::kFailed) {
    failed_ = true;
    return tell(ClientNews::Kind::kFailed, "the DTLS handshake failed");
  }
  if (state != ClientDtls::State::kSecured || sender_) return;
  sender_.emplace(dtls_->sendKeys());
  receiver_.emplace(dtls_->receiveKeys());
  tell(ClientNews::Kind::kSecured);
  startPublishing(SystemClock().nowNs());
}

// --- publishing ---

void Client::startPublishing(int64_t nowNs) {
  for (const Publication::Spec& spec : spec_.publish) {
    Publication publication(spec);
    const int64_t period = publication.periodNs();
    const auto phase = static_cast<int64_t>(spec_.phase * static_cast<double>(period));
    const int64_t due = (nowNs / period + 1) * period + phase;
    tracks_.push_back({std::move(publication), due, {}});
    if (spec_.watch.repair) tracks_.back().history.resize(kHistory);
  }
  if (level_) setLevel(*level_);
}

void Client::setLevel(uint8_t level) {
  level_ = level;
  for (Track& track : tracks_)
    if (!track.publication.spec().video) track.publication.setLevel(level);
}

int64_t Client::dueNs() const {
  int64_t due = INT64_MAX;
  for (const Track& track : tracks_) due = std::min(due, track.dueNs);
  return due;
}

void Client::publish(int64_t nowNs) {
  for (Track& track : tracks_)
    if (track.dueNs <= nowNs) sendFrame(track, nowNs);
}

void Client::sendFrame(Track& track, int64_t nowNs) {
  scratch_.slip.add(nowNs - track.dueNs);
  track.dueNs += track.publication.periodNs();
  track.publication.begin();
  for (uint32_t i = 0; i < track.publication.spec().burst; ++i) {
    const auto packet = track.publication.packet(out_, SystemClock().nowNs(), transportSequence_++);
    const size_t size = sender_->protect(packet, out_);
    if (size == 0) {
      ++scratch_.malformed;
      continue;
    }
    send({out_.data(), size});
    ++scratch_.sent;
    if (!track.history.empty()) remember(track, {out_.data(), size});
  }
  scratch_.sources.setSent(track.publication.spec().source, track.publication.sent());
}

void Client::remember(Track& track, std::span<const uint8_t> packet) {
  const uint16_t sequence = rtp::read16(&packet[2]);
  Sent& sent = track.history[sequence % kHistory];
  sent.first = sequence;
  sent.second.assign(packet.begin(), packet.end());
}

/// The same bytes once more: who lost them has not seen their sequence number.
void Client::sendAgain(const rtp::RtcpPacket& nack) {
  for (Track& track : tracks_) {
    if (track.publication.spec().ssrc != nack.mediaSsrc || track.history.empty()) continue;
    rtp::NackReader reader(nack);
    for (uint16_t sequence; reader.next(sequence);) {
      const Sent& sent = track.history[sequence % kHistory];
      if (sent.first != sequence || sent.second.empty()) continue;
      send(sent.second);
      ++scratch_.repaired;
    }
  }
}

// --- keep-alives and reports ---

void Client::onTick(int64_t nowNs) {
  if (!ice_ || failed_) return;
  if (nowNs - lastCheckNs_ >= (checked_ ? kConsentNs : kCheckAgainNs)) {
    lastCheckNs_ = nowNs;
    send(ice_->check());
  }
  if (checked_ && !sender_) onDtls(dtls_->onTick());
  if (!sender_) return;
  sendRtcp(reception_.writeTransportFeedback(
      {out_.data(), out_.size() - transport::kSrtcpMaxOverhead}, reportSsrc_));
  if (nowNs - lastReportNs_ < kReportNs) return;
  lastReportNs_ = nowNs;
  sendReports(nowNs);
}

void Client::askAgain(int64_t nowNs) {
  if (!spec_.watch.repair || !sender_ || failed_) return;
  sendRtcp(reception_.writeRepair({out_.data(), out_.size() - transport::kSrtcpMaxOverhead},
                                  reportSsrc_, nowNs));
}

void Client::sendReports(int64_t nowNs) {
  const std::span<uint8_t> room(out_.data(), out_.size() - transport::kSrtcpMaxOverhead);
  const std::string& cname = spec_.offer.cname;
  sendRtcp(reception_.writeReport(room, reportSsrc_, cname, nowNs));
  for (const Track& track : tracks_) {
    if (track.publication.sent() == 0) continue;
    const rtp::SenderReport report = track.publication.report(SystemClock().wallNs());
    const size_t size = rtp::writeSenderReport(room, report, {});
    sendRtcp(size + rtp::writeSdesCname(room.subspan(size), report.ssrc, cname));
  }
}

void Client::sendRtcp(size_t size) {
  if (size == 0) return;
  const size_t secured = sender_->protectRtcp(out_.data(), size, out_.size());
  if (secured != 0) send({out_.data(), secured});
}

}  // namespace parlour::bench
