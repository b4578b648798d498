// FakeCalls: call::Service over real rooms and no media, for tests of signalling.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "call/service.hpp"
#include "room/room.hpp"

namespace parlour::test {

/// What the fake answers an offer with; its ufrag ends with a counter, so a restart changes it.
std::string answerWithUfrag(const std::string& ufrag);

class FakeCalls final : public call::Service, public room::Outputs {
 public:
  explicit FakeCalls(const Clock& clock, room::Policy policy = {})
      : clock_(clock), policy_(std::move(policy)) {}

  // ---- call::Service; an SDP with "bad" is a bad_offer, one with "unsupported" unsupported ----
  Result<call::Joined> join(const call::JoinRequest& request,
                            std::weak_ptr<call::Listener> listener) override;
  Result<call::Joined> resume(const std::string& resumeToken,
                              std::weak_ptr<call::Listener> listener) override;
  Result<std::string> offer(const call::ParticipantId& id, const call::Offer& offer) override;
  void detach(const call::ParticipantId& id) override;
  void leave(const call::ParticipantId& id) override;
  void heard(const call::ParticipantId&) override { ++heardCount; }
  room::Room* roomOf(const call::ParticipantId& id) override;
  room::Room* findRoom(const std::string& name) override;
  std::vector<room::Room*> rooms() override;
  void closeRoom(const std::string& name, const std::string& message) override;
  Result<std::string> graph(const std::string& room) override;
  Result<std::vector<call::ParticipantStats>> stats(const std::string& room) override;
  call::RoomStats roomStats(const std::string&) override {
    return {1, 2, 3, 1000, 900000, 3000, 2700000, 0.25, 0.5};
  }
  bool ready() const override { return isReady; }
  void drain(uint32_t deadlineMs) override;

  // ---- what tests look at and turn ----
  bool isReady = true;
  bool draining = false;
  unsigned heardCount = 0;
  std::vector<call::ParticipantId> detached, left;
  std::vector<call::JoinRequest> joins;   ///< `offer` is null in these copies.
  std::vector<call::Offer> offers;
  std::string graphText = "digraph pipeline { a -> b }";

  /// Tells somebody as its room would.
  void tell(const room::ParticipantId& to, const room::Event& event) override;
  /// Makes somebody publish a camera (and thereby be worth watching).
  void publishCamera(const room::ParticipantId& id);

 private:
  struct Member {
    std::string room, resumeToken;
    std::weak_ptr<call::Listener> listener;
  };
  void fillSlot(const room::ParticipantId&, const std::string&, room::TrackId, uint32_t) override {}
  void gateTrack(const room::ParticipantId&, room::TrackId, bool) override {}
  void evict(const room::ParticipantId& id, room::LeaveReason reason,
             const std::string& message) override;
  Result<std::string> answer(const call::Offer& offer);

  const Clock& clock_;
  room::Policy policy_;
  std::map<std::string, std::unique_ptr<room::Room>> rooms_;
  std::map<call::ParticipantId, Member> members_;
  unsigned made_ = 0, answered_ = 0;
};

}  // namespace parlour::test
