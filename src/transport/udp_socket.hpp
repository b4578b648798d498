// UdpSocket: one UDP port for every peer of the process, IPv4 and IPv6.
//
// Batched receive with the local address of each packet (IP_PKTINFO), batched send from a given
// local address with runs of equal size handed to the kernel at once (UDP_SEGMENT, "GSO").
// Thread: receive() by one I/O thread; send() by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "transport/address.hpp"

namespace parlour::transport {

/// Bytes for one destination: one datagram, or several of `segment` bytes (the last may be
/// shorter) where `segment` is not 0.
struct Outgoing {
  const Flow* flow = nullptr;
  const uint8_t* data = nullptr;
  uint32_t size = 0;
  uint16_t segment = 0;
};

struct SendCounts {
  uint32_t sent = 0;     ///< Datagrams handed to the kernel.
  uint32_t dropped = 0;  ///< Datagrams the kernel would not take (full buffer, no route).
};

class UdpSocket {
 public:
  static constexpr size_t kBatch = 64;
  static constexpr size_t kMaxSegments = 44;  ///< Stays under 64 KiB with 1472-byte datagrams.

  struct Received {
    uint16_t size = 0;
    int64_t arrivalNs = 0;  ///< When the kernel had it, monotonic.
    Flow flow;
  };

  struct Options {
    std::string ip;         ///< "::" is dual-stack and falls back to 0.0.0.0 on hosts without IPv6.
    uint16_t port = 0;
    uint8_t index = 0;      ///< What Flow::socket says of it.
    bool shared = false;    ///< One of several on its port: the kernel gives each remote address
                            ///< to one of them, always the same (SO_REUSEPORT).
    int receiveBytes = 0, sendBytes = 0;  ///< Kernel buffers; 0: as they are.
  };
  /// Binds. Errors (failed): port_in_use, cannot_bind with the address and errno's text.
  static Result<std::unique_ptr<UdpSocket>> open(const Options& options);
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  int fd() const { return fd_; }
  const Address& bound() const { return bound_; }
  bool ipv4Only() const { return family_ == AF_INET; }

  /// Reads up to `buffers.size()` datagrams (kBatch at most), each into its buffer of `capacity`
  /// bytes, without waiting. Longer datagrams have size 0. Returns how many.
  size_t receive(std::span<uint8_t* const> buffers, size_t capacity, std::span<Received> out);

  /// Sends without waiting. What the kernel refuses is dropped and counted, never retried.
  SendCounts send(std::span<const Outgoing> messages);
  /// True while the kernel takes segment runs; false once it refused one.
  bool segmentation() const { return segmentation_.load(std::memory_order_relaxed); }

 private:
  UdpSocket(int fd, int family, uint8_t index, Address bound)
      : fd_(fd), family_(family), index_(index), bound_(bound) {}
  SendCounts sendSplit(const Outgoing& message);

  const int fd_;
  const int family_;
  const uint8_t index_;
  const Address bound_;
  std::atomic<bool> segmentation_{true};
};

}  // namespace parlour::transport
