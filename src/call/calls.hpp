// Calls: every call of the server, behind the interface that signalling talks to.
// Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/loop.hpp"
#include "call/call.hpp"

namespace parlour::call {

struct CallsOptions {
  room::Policy policy;
  sdp::Policy sdpPolicy;
  sdp::Limits sdpLimits;
  LivenessLimits liveness;
  int64_t resumeNs = 30'000'000'000;
  peer::DataLimits dataLimits;
  int64_t emptyTimeoutNs = 30'000'000'000;
  uint32_t maxRooms = 1000;
};

class Calls final : public Service {
 public:
  /// Makes the certificate and warms DTLS up on a worker; ready() follows.
  /// Error (failed): certificate_failed, missing_plugin.
  static Result<std::unique_ptr<Calls>> create(transport::Hub& hub, const Clock& clock,
                                               CallsOptions options);
  ~Calls() override;

  Result<Joined> join(const JoinRequest& request, std::weak_ptr<Listener> listener) override;
  Result<Joined> resume(const std::string& resumeToken,
                        std::weak_ptr<Listener> listener) override;
  Result<std::string> offer(const ParticipantId& id, const Offer& offer) override;
  void detach(const ParticipantId& id) override;
  void leave(const ParticipantId& id) override;
  void heard(const ParticipantId& id) override;
  room::Room* roomOf(const ParticipantId& id) override;
  room::Room* findRoom(const std::string& name) override;
  std::vector<room::Room*> rooms() override;
  void closeRoom(const std::string& name, const std::string& message) override;
  Result<std::string> graph(const std::string& room) override;
  Result<std::vector<ParticipantStats>> stats(const std::string& room) override;
  RoomStats roomStats(const std::string& room) override;
  bool ready() const override { return warm_ && !draining_; }
  void drain(uint32_t deadlineMs) override;

  /// Ends every call; what is left stops on workers (drainWorkers()).
  void stop();
  size_t participants() const;
  Census census() const;
  const JoinHistograms& joins() const { return joins_; }
  const LeaveCounts& leaves() const { return leaves_; }
  /// Null where no call is running in that room.
  Call* find(const std::string& room);
  /// One round of the clockwork, as the timers run it; tests call it.
  void tickAudio();
  void tickSecond();

 private:
  Calls(transport::Hub& hub, const Clock& clock, CallsOptions options,
        peer::Certificate certificate);
  void watchMedia();
  Call* callOf(const ParticipantId& id);
  Result<Call*> open(const std::string& name);
  void close(const std::string& name, room::LeaveReason reason, const std::string& message);
  Result<std::vector<room::View>> viewsOf(Call& call, const JoinRequest& request) const;

  const peer::Certificate certificate_;
  CallsOptions options_;
  JoinHistograms joins_;
  LeaveCounts leaves_{};
  CallContext context_;
  std::map<std::string, std::unique_ptr<Call>> calls_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unordered_map<ParticipantId, std::string> homes_;  ///< Rooms; who left may still be in it.
  bool warm_ = false;
  bool draining_ = false;
  uint32_t quietTicks_ = 0;   ///< Of the audio timer, without any packet.
  uint64_t received_ = 0;     ///< As of its last tick.
  Timer audioTimer_, secondTimer_;
};

}  // namespace parlour::call
