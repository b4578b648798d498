#include "floor/transmit.hpp"

#include <netinet/udp.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace parlour::bench {
namespace {

constexpr int kSendBytes = 4 << 20;
constexpr size_t kControlBytes = CMSG_SPACE(sizeof(uint16_t));

uint32_t limitOf(Way way, uint32_t burst, uint32_t batch) {
  if (way == Way::kSendto) return 1;
  if (way == Way::kSegments) return burst;
  return std::max(burst, batch / burst * burst);
}

}  // namespace

const char* nameOf(Way way) {
  switch (way) {
    case Way::kSendto:
      return "sendto";
    case Way::kSendmmsg:
      return "sendmmsg";
    case Way::kSegments:
      return "gso";
    case Way::kSegmentsInBatch:
      return "gso+sendmmsg";
  }
  return "";
}

Transmit::Transmit(Way way, const std::vector<sockaddr_in>& destinations, uint32_t burst)
    : way_(way),
      destinations_(destinations),
      limit_(limitOf(way, burst, kBatch)),
      fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
      buffer_((limit_ + 1) * kRoomBytes),
      headers_(kBatch),
      vectors_(kBatch),
      controls_(kBatch * kControlBytes) {
  setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &kSendBytes, sizeof kSendBytes);
}

Transmit::~Transmit() {
  close(fd_);
}

void Transmit::add(uint32_t destination, size_t size) {
  const uint8_t* data = buffer_.data() + used_;
  const bool segments = way_ == Way::kSegments || way_ == Way::kSegmentsInBatch;
  // All packets have one size, so every burst to one destination is a run.
  if (segments && !messages_.empty() && messages_.back().destination == destination) {
    messages_.back().size += static_cast<uint32_t>(size);
    ++messages_.back().packets;
  } else {
    messages_.push_back({destination, static_cast<uint32_t>(size), 1, data});
  }
  used_ += size;
  if (++packets_ >= limit_) flush();
}

size_t Transmit::fill(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const Message& m = messages_[i];
    msghdr& h = headers_[i].msg_hdr;
    h = {};
    h.msg_name = const_cast<sockaddr_in*>(&destinations_[m.destination]);
    h.msg_namelen = sizeof(sockaddr_in);
    vectors_[i] = {const_cast<uint8_t*>(m.data), m.size};
    h.msg_iov = &vectors_[i];
    h.msg_iovlen = 1;
    if (m.packets == 1) continue;
    h.msg_control = controls_.data() + i * kControlBytes;
    h.msg_controllen = kControlBytes;
    cmsghdr* c = CMSG_FIRSTHDR(&h);
    c->cmsg_level = SOL_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    const auto segment = static_cast<uint16_t>(m.size / m.packets);
    std::memcpy(CMSG_DATA(c), &segment, sizeof segment);
  }
  return count;
}

void Transmit::flush() {
  const size_t count = messages_.size();
  size_t taken = 0;
  if (count == 0) return;
  if (way_ == Way::kSendto) {
    const Message& m = messages_[0];
    const auto* to = reinterpret_cast<const sockaddr*>(&destinations_[m.destination]);
    taken = sendto(fd_, m.data, m.size, 0, to, sizeof(sockaddr_in)) < 0 ? 0 : 1;
  } else if (way_ == Way::kSegments) {
    fill(1);
    taken = sendmsg(fd_, &headers_[0].msg_hdr, 0) < 0 ? 0 : 1;
  } else {
    const int sent = sendmmsg(fd_, headers_.data(), static_cast<unsigned>(fill(count)), 0);
    taken = sent < 0 ? 0 : static_cast<size_t>(sent);
  }
  for (size_t i = 0; i < count; ++i) (i < taken ? sent_ : refused_) += messages_[i].packets;
  messages_.clear();
  used_ = packets_ = 0;
}

}  // namespace parlour::bench
