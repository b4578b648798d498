// parlourctl kick, mute, unmute, lock, unlock.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "parlourctl/access.hpp"
#include "parlourctl/command.hpp"
#include "parlourctl/json_view.hpp"

namespace parlour::ctl {
namespace {

constexpr std::array<std::string_view, 4> kSources = {"microphone", "camera", "screen",
                                                      "screenAudio"};

struct Act {
  const char* command;
  const char* act;  ///< As the API names it.
  const char* about;
  const char* done;  ///< "{0}" is the room, "{1}" the participant.
  bool participant;  ///< Needs one; else it is about the room.
  bool source;       ///< May be about one source.
};

/// The id of the participant with this id or, when no id is so, this identity; empty when none is.
std::string idOf(const JsonView& room, const std::string& wanted) {
  const auto entries = room.items("participants");
  for (const char* key : {"id", "identity"})
    for (const JsonView& entry : entries)
      if (entry.member("participant").text(key) == wanted)
        return entry.member("participant").text("id");
  return {};
}

int run(const Act& act, int argc, char** argv) {
  Options options(act.command, act.participant ? "ROOM PARTICIPANT" : "ROOM", act.about);
  AccessOptions accessOptions;
  std::string source;
  accessOptions.addTo(options);
  if (act.source)
    options.text("source", "SOURCE", "Only this: microphone, camera, screen or screenAudio",
                 source);
  const size_t count = act.participant ? 2 : 1;
  if (!options.parse(argc, argv, count, count)) return kWrongUsage;
  if (!source.empty() && !std::ranges::count(kSources, source))
    return options.wrong("--source is microphone, camera, screen or screenAudio");
  const auto access = Access::from(accessOptions);
  if (!access) return options.wrong(access.error().message);

  const std::string& room = options.arguments()[0];
  std::string body = fmt::format("{{\"act\":\"{}\"", act.act);
  if (act.participant) {
    const auto found = access->ask("GET", roomPath(room));
    if (!found || found->status != 200) return explain(act.command, *access, found);
    const auto json = JsonView::parse(found->body);
    const std::string id = json ? idOf(*json, options.arguments()[1]) : "";
    if (id.empty()) {
      fmt::print(stderr, "parlourctl {}: nobody in {} has the id or identity {}\n", act.command,
                 room, options.arguments()[1]);
      return kNotFound;
    }
    body += ",\"participant\":" + jsonText(id);
  }
  if (!source.empty()) body += ",\"source\":" + jsonText(source);
  const auto answer = access->ask("POST", roomPath(room, "/moderate"), body + "}");
  if (!answer || answer->status != 200) return explain(act.command, *access, answer);
  fmt::print(fmt::runtime(act.done), room, act.participant ? options.arguments()[1] : "");
  return kDone;
}

}  // namespace

int runKick(int argc, char** argv) {
  return run({"kick", "remove", "Removes a participant, by id or identity. It can join again.",
              "{1} was removed from {0}.\n", true, false},
             argc, argv);
}
int runMute(int argc, char** argv) {
  return run({"mute", "mute",
              "Stops a participant's media, by id or identity, at the server: all, or one source.",
              "{1} is muted in {0}.\n", true, true},
             argc, argv);
}
int runUnmute(int argc, char** argv) {
  return run({"unmute", "unmute", "Lets a participant's media through again.",
              "{1} is no longer muted in {0}.\n", true, true},
             argc, argv);
}
int runLock(int argc, char** argv) {
  return run({"lock", "lock", "Lets nobody but moderators into a room any more.",
              "{0} is locked.\n", false, false},
             argc, argv);
}
int runUnlock(int argc, char** argv) {
  return run({"unlock", "unlock", "Lets people into a room again.", "{0} is open.\n", false, false},
             argc, argv);
}

}  // namespace parlour::ctl
