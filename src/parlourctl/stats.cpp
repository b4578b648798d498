// parlourctl stats.
#include <fmt/format.h>

#include "parlourctl/command.hpp"
#include "parlourctl/lookup.hpp"
#include "parlourctl/table.hpp"

namespace parlour::ctl {
namespace {

/// "1280x720"; nothing while it is unknown.
std::string sizeOf(const JsonView& flow) {
  if (flow.number("height") == 0) return {};
  return fmt::format("{:.0f}x{:.0f}", flow.number("width"), flow.number("height"));
}

/// Of a slot: "camera of p_1", or why there is nothing; of a published stream its source.
std::string whatOf(const JsonView& flow) {
  const std::string source = flow.text("source"), participant = flow.text("participant");
  const std::string reason = flow.text("reason");
  const std::string what = participant.empty() ? source : source + " of " + participant;
  return reason.empty() || reason == "shown" ? what : what.empty() ? reason : what + ": " + reason;
}

std::string count(const JsonView& track, const char* name) {
  return fmt::format("{:.0f}", track.number(name));
}

void addTracks(Table& table, const JsonView& participant, const char* direction) {
  for (const JsonView& track : participant.items(direction)) {
    const std::string rid = track.text("rid");
    table.row({participant.text("id"), direction,
               track.text("mid") + (rid.empty() ? "" : "/" + rid), track.text("codec"),
               count(track, "packets"), count(track, "bytes"), count(track, "lost"),
               count(track, "nacks"), count(track, "plis"), count(track, "retransmitted"),
               fmt::format("{:.1f}", track.number("jitterMs")),
               fmt::format("{:.0f}", track.number("bitsPerSecond") / 1000),
               fmt::format("{:.1f}", track.number("lossRatio") * 100), sizeOf(track),
               whatOf(track)});
  }
}

std::string statsTable(const JsonView& answer) {
  Table peers({"ID", "ADDRESS", "ICE", "DTLS", "RTT MS"});
  Table tracks({"ID", "WAY", "MID", "CODEC", "PACKETS", "BYTES", "LOST", "NACKS", "PLIS", "RESENT",
                "JITTER MS", "KBIT/S", "LOSS %", "SIZE", "WHAT"});
  for (const JsonView& participant : answer.items("participants")) {
    peers.row({participant.text("id"), participant.text("remoteAddress"),
               participant.text("iceState"), participant.text("dtlsState"),
               fmt::format("{:.1f}", participant.number("rttMs"))});
    addTracks(tracks, participant, "in");
    addTracks(tracks, participant, "out");
  }
  if (peers.empty()) return "Nobody is in the room.\n";
  return peers.text() + (tracks.empty() ? "" : "\n" + tracks.text());
}

}  // namespace

int runStats(int argc, char** argv) {
  return runLookup(
      {"stats", "ROOM",
       "Shows the server's view of everybody's media: `in` is what it receives from them, `out` "
       "what it sends.",
       [](const auto& arguments) { return roomPath(arguments[0], "/stats"); }, statsTable},
      argc, argv);
}

}  // namespace parlour::ctl
