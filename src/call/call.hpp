// Call: a running room: carries out on the pipeline what room::Room decides, and feeds the room
// with what the media shows. Thread: control.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "call/census.hpp"
#include "call/member.hpp"
#include "call/sfu.hpp"
#include "call/traffic.hpp"
#include "room/room.hpp"

namespace parlour::call {

/// What all calls of the server share.
struct CallContext {
  transport::Hub& hub;
  const peer::Certificate& certificate;
  const Clock& clock;
  room::Policy policy;
  sdp::Policy sdpPolicy;
  sdp::Limits sdpLimits;
  LivenessLimits liveness;
  int64_t resumeNs = 30'000'000'000;
  peer::DataLimits dataLimits;
  /// An element of the room itself failed: the room is to be closed. Not called by a room's method.
  std::function<void(const std::string& room)> onBroken;
  JoinHistograms& joins;
  LeaveCounts& leaves;
  int64_t connectNs = 30'000'000'000;  ///< For ICE and DTLS of a new peer.
};

class Call final : public room::Outputs {
 public:
  static Result<std::unique_ptr<Call>> create(const CallContext& context, const std::string& name);
  ~Call() override;

  Result<Joined> join(const JoinRequest& request, room::ParticipantId id,
                      std::weak_ptr<Listener> listener);
  Result<Joined> resume(Member& member, std::weak_ptr<Listener> listener);
  Result<std::string> offer(const room::ParticipantId& id, const Offer& offer);
  void detach(const room::ParticipantId& id);
  void leave(const room::ParticipantId& id, room::LeaveReason reason);
  void heard(const room::ParticipantId& id);
  /// Everybody hears `ended` and leaves.
  void end(room::LeaveReason reason, const std::string& message);
  void tellAll(const room::Event& event);

  /// Speakers and automatic slots, every 100 ms.
  void tickAudio();
  /// Which layers flow and how large they are, every 100 ms.
  void tickLayers();
  /// How far those who join have got, every 100 ms.
  void tickJoins();
  /// Liveness, quality, second chances, once a second.
  void tickSecond();

  room::Room& room() { return *room_; }
  std::map<room::ParticipantId, std::unique_ptr<Member>>& members() { return members_; }
  std::string dot() const { return sfu_->dot(); }
  std::vector<ParticipantStats> stats() const;
  RoomStats roomStats() const;
  int64_t emptySinceNs() const { return emptySinceNs_; }
  void addTo(Census& census) const;

 private:
  Call(const CallContext& context, const std::string& name);

  // room::Outputs
  void tell(const room::ParticipantId& to, const room::Event& event) override;
  void fillSlot(const room::ParticipantId& viewer, const std::string& mid, room::TrackId fanout,
                uint32_t csrc) override;
  void gateTrack(const room::ParticipantId& publisher, room::TrackId track, bool open) override;
  void evict(const room::ParticipantId& id, room::LeaveReason reason,
             const std::string& message) override;

  Member* find(const room::ParticipantId& id);
  Result<sdp::Offer> read(const Offer& offer, const Member& member) const;
  Result<void> startMedia(Member& member);
  Result<std::string> negotiate(Member& member, const sdp::Offer& sdp,
                                const std::vector<Publish>& publish);
  void unlink(Member& member, const peer::PublishedStream& stream);
  Result<void> link(Member& member, const peer::PublishedStream& stream, const sdp::Offer& sdp);
  void nameTracks(Member& member, const sdp::Offer& sdp, const std::vector<Publish>& publish);
  void showTracks(Member& member);
  void showSlots(Member& member);
  void onCodec(const room::ParticipantId& id, const std::string& mid, const room::Codec& codec);
  void onDataMessage(const room::ParticipantId& id, const std::string& text);
  void onPeerFailed(const room::ParticipantId& id, const std::string& why);
  void onPipelineFailed(const std::string& why);
  void checkLiveness(Member& member, int64_t nowNs);
  void checkQuality(Member& member);
  static Traffic trafficOf(const Member& member);
  static void readRates(Member& member, int64_t nowNs);
  SlotStats statsOf(const Member& member, const peer::ReceiveSlot& slot) const;
  void setTimes(Member& member, const JoinTimes& times);
  bool measureLayers(room::Track& track);
  void park(Member& member, int64_t nowNs);
  bool unpark(Member& member);
  void dropMedia(Member& member);
  void erase(const room::ParticipantId& id, room::LeaveReason reason);

  const CallContext& context_;
  const std::string name_;
  std::unique_ptr<Sfu> sfu_;
  std::unique_ptr<room::Room> room_;
  std::map<room::ParticipantId, std::unique_ptr<Member>> members_;
  static constexpr uint32_t kFadeTicks = 50;  ///< Of tickAudio, after the last sound.
  bool audible_ = false;
  uint32_t silentTicks_ = 0;
  int64_t emptySinceNs_ = 0;
  Traffic gone_;  ///< Of streams, slots and members that are no more.
  uint32_t seconds_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< For what is posted.
  bool broken_ = false;
};

}  // namespace parlour::call
