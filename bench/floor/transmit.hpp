// Transmit: encrypted packets on their way into the kernel, by one of four ways.
// Thread: one at a time.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <span>
#include <vector>

namespace parlour::bench {

enum class Way : uint8_t {
  kSendto,
  kSendmmsg,
  kSegments,         ///< sendmsg with UDP_SEGMENT: one call per destination and burst.
  kSegmentsInBatch,  ///< Such runs inside sendmmsg.
};
constexpr Way kWays[] = {Way::kSendto, Way::kSendmmsg, Way::kSegments, Way::kSegmentsInBatch};
const char* nameOf(Way way);

class Transmit {
 public:
  Transmit(Way way, const std::vector<sockaddr_in>& destinations, uint32_t burst);
  ~Transmit();
  Transmit(const Transmit&) = delete;
  Transmit& operator=(const Transmit&) = delete;

  /// Where the next packet is written.
  std::span<uint8_t> room() { return {buffer_.data() + used_, kRoomBytes}; }
  /// `size` bytes at room() go to that destination, now or with what follows.
  void add(uint32_t destination, size_t size);
  /// Sends what is left.
  void flush();

  uint64_t sent() const { return sent_; }
  uint64_t refused() const { return refused_; }

 private:
  static constexpr size_t kRoomBytes = 2048;
  static constexpr size_t kBatch = 64;  ///< Packets sent at once at most.
  struct Message {
    uint32_t destination;
    uint32_t size;
    uint32_t packets;
    const uint8_t* data;
  };
  size_t fill(size_t count);

  const Way way_;
  const std::vector<sockaddr_in>& destinations_;
  const uint32_t limit_;  ///< Packets gathered before they are sent.
  int fd_;
  std::vector<uint8_t> buffer_;
  std::vector<Message> messages_;
  std::vector<mmsghdr> headers_;
  std::vector<iovec> vectors_;
  std::vector<uint8_t> controls_;
  size_t used_ = 0, packets_ = 0;
  uint64_t sent_ = 0, refused_ = 0;
};

}  // namespace parlour::bench
