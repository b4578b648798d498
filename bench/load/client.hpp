// Client: the media side of one light participant: its socket, ICE, DTLS, SRTP, what it publishes
// and what it receives. Thread: its media thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "load/client_dtls.hpp"
#include "load/client_ice.hpp"
#include "load/offer.hpp"
#include "load/publication.hpp"
#include "load/reception.hpp"
#include "load/sources.hpp"

namespace parlour::bench {

struct ClientSpec {
  uint32_t index = 0;
  OfferShape offer;
  std::vector<Publication::Spec> publish;
  double phase = 0;        ///< 0 to 1: where in a period its pictures and sounds lie.
  Reception::Watch watch;  ///< `repair` is about what it publishes, too.
};

/// What becomes of a client, told to whoever started it.
struct ClientNews {
  enum class Kind { kChecked, kSecured, kFirstPacket, kFirstPicture, kFailed };
  Kind kind;
  int64_t atNs;
  std::string why;  ///< Of kFailed.
};

/// What the clients of one thread share and add to.
struct MediaScratch {
  static constexpr size_t kBatch = 64, kMtu = 2048;

  const DtlsIdentity& identity;
  Sources& sources;
  std::function<void(uint32_t client, ClientNews)> tell;
  int64_t realtimeOffsetNs = 0;  ///< CLOCK_REALTIME − CLOCK_MONOTONIC.
  std::vector<std::array<uint8_t, kMtu>> buffers{kBatch};

  Delays delays;
  Histogram slip;  ///< How late pictures and sounds left, ns.
  uint64_t receivedBytes = 0, sentBytes = 0, repaired = 0;
  uint64_t received = 0, sent = 0, refused = 0, overflowed = 0, malformed = 0;
  uint64_t keyFrameRequests = 0, nacks = 0;
  void resetCounts();
};

class Client {
 public:
  Client(const ClientSpec& spec, const Remote& remote, MediaScratch& scratch);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Opens its socket and sends the first check. Error (kFailed): cannot_open.
  Result<void> connect();
  int fd() const { return fd_; }
  /// Nothing comes or goes any more.
  void close();
  bool removed() const { return fd_ < 0; }
  uint32_t index() const { return spec_.index; }

  void onReadable();
  /// Its handshake is over, for better or worse.
  bool settled() const { return sender_.has_value() || failed_; }
  /// Repeats, keep-alives, reports: every 10 ms or so until settled, then every 100.
  void onTick(int64_t nowNs);
  /// Asks for what is missing, where it repairs: every 10 ms or so.
  void askAgain(int64_t nowNs);

  /// When something is to be published next; INT64_MAX: never.
  int64_t dueNs() const;
  /// Publishes what is due.
  void publish(int64_t nowNs);
  void stopPublishing() { tracks_.clear(); }

  void beginWindow() { reception_.beginWindow(); }
  Reception::Totals totals() const { return reception_.totals(scratch_.sources); }
  Reception& reception() { return reception_; }
  /// What its microphone hears from now on, -dBov.
  void setLevel(uint8_t level);

 private:
  using Sent = std::pair<uint16_t, std::vector<uint8_t>>;  ///< RTP sequence, as it was sent.
  struct Track {
    Publication publication;
    int64_t dueNs;
    std::vector<Sent> history;  ///< A ring; empty where nothing is repaired.
  };
  void onDatagram(std::span<uint8_t> packet, int64_t arrivalNs, int64_t nowNs);
  void onRtcp(std::span<uint8_t> packet, int64_t nowNs);
  void onDtls(ClientDtls::State state);
  void startPublishing(int64_t nowNs);
  void sendFrame(Track& track, int64_t nowNs);
  void remember(Track& track, std::span<const uint8_t> packet);
  void sendAgain(const rtp::RtcpPacket& nack);
  void sendReports(int64_t nowNs);
  void sendRtcp(size_t size);
  void send(std::span<const uint8_t> packet);
  void tell(ClientNews::Kind kind, std::string why = {});

  const ClientSpec spec_;
  const Remote remote_;
  MediaScratch& scratch_;
  int fd_ = -1;
  std::optional<ClientIce> ice_;
  std::optional<ClientDtls> dtls_;
  std::optional<transport::SrtpSender> sender_;
  std::optional<transport::SrtpReceiver> receiver_;
  Reception reception_;
  std::vector<Track> tracks_;
  std::array<uint8_t, 1500> out_;
  uint16_t transportSequence_ = 0;
  uint32_t reportSsrc_;
  int64_t lastCheckNs_ = 0, lastReportNs_ = 0;
  uint32_t overflowed_ = 0;       ///< As the kernel counts it for this socket.
  std::optional<uint8_t> level_;  ///< Before it could publish.
  bool checked_ = false, gotPacket_ = false, gotPicture_ = false, failed_ = false;
};

}  // namespace parlour::bench
