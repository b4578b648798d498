// The vocabulary of a room: participants, tracks, slots, views and what happens to them.
// Plain values; no GStreamer, no I/O. Thread: any (values), control (where they live).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace parlour::room {

using ParticipantId = std::string;  ///< Server-made, unique for the process, e.g. "p_Zx81…".
using TrackId = uint32_t;           ///< Server-made, unique for the process; 0 is none.

enum class Kind { kAudio, kVideo };
enum class Source { kMicrophone, kCamera, kScreen, kScreenAudio };
/// How a participant came in; only browsers have signalling of their own.
enum class Via { kWebSocket, kWhip, kWhep, kIngress };
enum class Connection { kConnecting, kConnected, kReconnecting };

/// What a token allows (docs/protocol.md, "Tokens").
struct Grants {
  bool canPublish = true;
  bool canSubscribe = true;
  bool canChat = true;
  bool hidden = false;     ///< Not in anyone's participant list, publishes nothing.
  bool moderator = false;  ///< May mute, remove and lock.
  bool recorder = false;
};

/// A codec with what decides whether a receiver can decode it.
struct Codec {
  std::string name;     ///< As in rtpmap, e.g. "VP8", "H264", "opus".
  uint32_t clockRate = 90000;
  std::string profile;  ///< H.264: normalised profile ("42e0", packetization-mode appended as "/1"),
                        ///< VP9/AV1: profile number; else empty.
  bool operator==(const Codec&) const = default;
};

/// One encoding of a published track: the whole of it, or one simulcast rid.
struct Layer {
  std::string rid;      ///< Empty where there is no simulcast.
  TrackId fanout = 0;   ///< What a slot is switched to (call/ makes it).
  uint32_t width = 0;   ///< Pixels, 0 while unknown. Layers are ordered from small to large.
  uint32_t height = 0;
  bool flowing = true;  ///< False while its publisher leaves it out (bandwidth, processor).
  bool operator==(const Layer&) const = default;
};

struct Track {
  TrackId id = 0;
  Source source = Source::kCamera;
  Kind kind = Kind::kVideo;
  std::string mid;          ///< m-line of the publisher it comes on.
  Codec codec;              ///< Of what is being received.
  bool muted = false;       ///< The publisher says so.
  bool mutedByHost = false; ///< A moderator said so: its media stops at the server.
  std::vector<Layer> layers;
};

struct Participant {
  ParticipantId id;
  std::string identity;  ///< From the token; two with one identity cannot be in a room.
  std::string name;      ///< As shown to people.
  Via via = Via::kWebSocket;
  Grants grants;
  Connection connection = Connection::kConnecting;
  int64_t joinedAtNs = 0;  ///< Wall clock.
  bool handRaised = false;
  std::vector<Track> tracks;
};

/// A receive slot that a subscriber offered: one m-line, one constant SSRC.
struct Slot {
  std::string mid;
  Kind kind = Kind::kVideo;
  std::vector<Codec> decodable;  ///< What its viewer can decode there.
};

/// What a viewer wants in a slot.
struct View {
  std::string mid;
  bool automatic = true;                ///< By who speaks; else `participant` and `source`.
  ParticipantId participant;            ///< Empty and not automatic: the slot stays empty.
  Source source = Source::kCamera;
  uint32_t width = 0;                   ///< Pixels the viewer shows, 0 is unknown.
  uint32_t height = 0;
};

/// Why a slot shows what it shows.
enum class SlotReason { kShown, kEmpty, kMuted, kUndecodable, kGone };

/// Who is in a slot, as told to its viewer.
struct SlotState {
  std::string mid;
  SlotReason reason = SlotReason::kEmpty;
  ParticipantId participant;   ///< Empty with kEmpty.
  Source source = Source::kCamera;
  TrackId track = 0;           ///< 0 with nothing flowing.
  uint32_t csrc = 0;           ///< Named in the packets; per participant, constant for its stay.
  bool operator==(const SlotState&) const = default;
};

struct ChatMessage {
  std::string id;     ///< Unique; ordered as `sequence` says.
  uint64_t sequence = 0;
  ParticipantId from;
  std::string fromName;
  ParticipantId to;   ///< Empty: everybody.
  std::string text;
  int64_t timeNs = 0; ///< Wall clock.
};

enum class LeaveReason { kLeft, kRemoved, kReplaced, kTimedOut, kFailed, kServerStopping };

// --- What a room tells its participants. signalling/ turns these into messages. ---
struct ParticipantJoined { Participant participant; };
struct ParticipantUpdated { Participant participant; };
struct ParticipantLeft { ParticipantId id; LeaveReason reason; };
struct SlotsChanged { std::vector<SlotState> slots; };  ///< Only the slots that changed.
struct SpeakersChanged {
  struct Speaker { ParticipantId id; uint8_t level; };  ///< -dBov, 0 is loudest.
  std::vector<Speaker> speakers;                        ///< Loudest first.
};
struct ChatPosted { ChatMessage message; };
struct RoomUpdated { bool locked; };
struct QualityChanged {
  ParticipantId id;
  uint8_t score;  ///< 0 lost, 1 poor, 2 fair, 3 good.
};
struct DataReceived { ParticipantId from; ParticipantId to; std::string payload; };
struct Draining { uint32_t deadlineMs; };
/// The last thing its receiver hears: why the server ends its stay.
struct Ended { LeaveReason reason; std::string message; };

using Event = std::variant<ParticipantJoined, ParticipantUpdated, ParticipantLeft, SlotsChanged,
                           SpeakersChanged, ChatPosted, RoomUpdated, QualityChanged, DataReceived,
                           Draining, Ended>;

}  // namespace parlour::room
