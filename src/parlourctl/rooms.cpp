// parlourctl rooms, parlourctl room.
#include <fmt/format.h>

#include "parlourctl/command.hpp"
#include "parlourctl/lookup.hpp"
#include "parlourctl/table.hpp"

namespace parlour::ctl {
namespace {

std::string roomsTable(const JsonView& answer) {
  Table table({"ROOM", "PARTICIPANTS", "LOCKED"});
  for (const JsonView& room : answer.items("rooms"))
    table.row({room.text("name"), fmt::format("{:.0f}", room.number("participants")),
               room.flag("locked") ? "yes" : "no"});
  return table.empty() ? "There are no rooms.\n" : table.text();
}

/// "camera VP8, microphone opus (muted)".
std::string tracksOf(const JsonView& participant) {
  std::string all;
  for (const JsonView& track : participant.items("tracks")) {
    if (!all.empty()) all += ", ";
    all += track.text("source") + " " + track.text("codec");
    if (track.flag("mutedByHost"))
      all += " (muted by host)";
    else if (track.flag("muted"))
      all += " (muted)";
  }
  return all;
}

std::string roomTable(const JsonView& room) {
  Table table({"ID", "IDENTITY", "NAME", "VIA", "CONNECTION", "SINCE", "TRACKS"});
  for (const JsonView& entry : room.items("participants")) {
    const JsonView who = entry.member("participant");
    table.row({who.text("id"), who.text("identity"), who.text("name"), who.text("via"),
               who.text("connection"), who.text("joinedAt"), tracksOf(who)});
  }
  const std::string state = room.flag("locked") ? "The room is locked.\n" : "";
  return state + (table.empty() ? "Nobody is in the room.\n" : table.text());
}

}  // namespace

int runRooms(int argc, char** argv) {
  return runLookup({"rooms", "", "Lists the rooms of the server.",
                    [](const auto&) { return std::string("/v1/rooms"); }, roomsTable},
                   argc, argv);
}

int runRoom(int argc, char** argv) {
  return runLookup({"room", "ROOM", "Shows who is in a room and what they publish.",
                    [](const auto& arguments) { return roomPath(arguments[0]); }, roomTable},
                   argc, argv);
}

}  // namespace parlour::ctl
