#include "demo/options.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace parlour::demo {
namespace {

constexpr const char* kSummary =
    "Joins synthetic participants to a Parlour server over WHIP: test pictures with a name and a\n"
    "running clock, and voices that take turns. Built on an unmodified webrtcbin.";

/// GOption writes into C variables.
struct Raw {
  char *server = nullptr, *room = nullptr, *token = nullptr, *name = nullptr;
  char *pattern = nullptr, *codec = nullptr, *sound = nullptr;
  int participants, duration, turn, width, height, fps, bitrate;
  gboolean noAudio = FALSE, noVideo = FALSE, noReconnect = FALSE, version = FALSE;
  ~Raw() {
    for (char* text : {server, room, token, name, pattern, codec, sound}) g_free(text);
  }
};

Error badOption(std::string message) {
  return invalid("bad_option", std::move(message));
}

void take(std::string& into, const char* text) {
  if (text) into = text;
}

/// One number with its bounds, of which a wrong one is told by name.
struct Number {
  const char* name;
  int value, least, most;
};

Result<void> checkNumbers(const Raw& raw) {
  const std::array numbers = {Number{"participants", raw.participants, 1, 100},
                              Number{"duration", raw.duration, 0, 1 << 30},
                              Number{"turn", raw.turn, 0, 1 << 20},
                              Number{"width", raw.width, 16, 4096},
                              Number{"height", raw.height, 16, 4096},
                              Number{"fps", raw.fps, 1, 120},
                              Number{"bitrate", raw.bitrate, 10, 100000}};
  for (const Number& n : numbers)
    if (n.value < n.least || n.value > n.most)
      return badOption(
          fmt::format("--{} is {}; it can be {} to {}.", n.name, n.value, n.least, n.most));
  return {};
}

Result<void> takeMedia(const Raw& raw, Media& media) {
  take(media.pattern, raw.pattern);
  const std::string_view codec = raw.codec ? raw.codec : "vp8";
  if (codec != "vp8" && codec != "h264") return badOption("--codec is vp8 or h264.");
  media.codec = codec == "vp8" ? VideoCodec::kVp8 : VideoCodec::kH264;
  const std::string_view sound = raw.sound ? raw.sound : "auto";
  if (sound != "auto" && sound != "speech" && sound != "tone")
    return badOption("--sound is auto, speech or tone.");
  media.sound =
      sound == "tone" || (sound == "auto" && !speechAvailable()) ? Sound::kTone : Sound::kSpeech;
  media.audio = !raw.noAudio;
  media.video = !raw.noVideo;
  if (!media.audio && !media.video)
    return badOption("With --no-audio and --no-video nothing is left.");
  media.width = static_cast<uint32_t>(raw.width);
  media.height = static_cast<uint32_t>(raw.height);
  media.fps = static_cast<uint32_t>(raw.fps);
  media.bitrateKbps = static_cast<uint32_t>(raw.bitrate);
  return {};
}

Result<Options> optionsOf(const Raw& raw) {
  Options options;
  if (auto checked = checkNumbers(raw); !checked) return checked.error();
  take(options.server, raw.server);
  take(options.room, raw.room);
  take(options.token, raw.token);
  take(options.name, raw.name);
  while (options.server.ends_with('/')) options.server.pop_back();
  if (!g_uri_is_valid(options.server.c_str(), G_URI_FLAGS_NONE, nullptr))
    return badOption("--server is no URL: " + options.server);
  if (options.room.empty()) return badOption("--room is empty.");
  options.participants = static_cast<uint32_t>(raw.participants);
  options.durationS = static_cast<uint32_t>(raw.duration);
  options.turnMs = static_cast<uint32_t>(raw.turn);
  options.reconnect = !raw.noReconnect;
  options.patternGiven = raw.pattern != nullptr;
  if (auto taken = takeMedia(raw, options.media); !taken) return taken.error();
  return options;
}

}  // namespace

Result<Options> readOptions(int argc, char** argv) {
  const Options standard;
  Raw raw;
  raw.participants = static_cast<int>(standard.participants);
  raw.duration = static_cast<int>(standard.durationS);
  raw.turn = static_cast<int>(standard.turnMs);
  raw.width = static_cast<int>(standard.media.width);
  raw.height = static_cast<int>(standard.media.height);
  raw.fps = static_cast<int>(standard.media.fps);
  raw.bitrate = static_cast<int>(standard.media.bitrateKbps);
  const GOptionEntry entries[] = {
      {"server", 0, 0, G_OPTION_ARG_STRING, &raw.server, "Server (http://127.0.0.1:8080)", "URL"},
      {"room", 0, 0, G_OPTION_ARG_STRING, &raw.room, "Room (demo)", "NAME"},
      {"token", 0, 0, G_OPTION_ARG_STRING, &raw.token, "Bearer token", "JWT"},
      {"participants", 0, 0, G_OPTION_ARG_INT, &raw.participants, "How many join (2)", "N"},
      {"name", 0, 0, G_OPTION_ARG_STRING, &raw.name,
       "Name shown and burnt in; of several, with a number", "NAME"},
      {"duration", 0, 0, G_OPTION_ARG_INT, &raw.duration, "Leave after so many seconds (0: never)",
       "S"},
      {"pattern", 0, 0, G_OPTION_ARG_STRING, &raw.pattern,
       "videotestsrc pattern of all (each another)", "NAME"},
      {"codec", 0, 0, G_OPTION_ARG_STRING, &raw.codec, "vp8 or h264 (vp8)", "NAME"},
      {"width", 0, 0, G_OPTION_ARG_INT, &raw.width, "Picture width (640)", "PX"},
      {"height", 0, 0, G_OPTION_ARG_INT, &raw.height, "Picture height (360)", "PX"},
      {"fps", 0, 0, G_OPTION_ARG_INT, &raw.fps, "Pictures per second (20)", "N"},
      {"bitrate", 0, 0, G_OPTION_ARG_INT, &raw.bitrate, "Video bit rate (500)", "KBIT/S"},
      {"sound", 0, 0, G_OPTION_ARG_STRING, &raw.sound, "speech, tone or auto (auto)", "KIND"},
      {"turn", 0, 0, G_OPTION_ARG_INT, &raw.turn,
       "Time one speaks before the next (4000; 0: all at once)", "MS"},
      {"no-audio", 0, 0, G_OPTION_ARG_NONE, &raw.noAudio, "Publish no sound", nullptr},
      {"no-video", 0, 0, G_OPTION_ARG_NONE, &raw.noVideo, "Publish no picture", nullptr},
      {"no-reconnect", 0, 0, G_OPTION_ARG_NONE, &raw.noReconnect, "End when the connection is lost",
       nullptr},
      {"version", 0, 0, G_OPTION_ARG_NONE, &raw.version, "Print the version", nullptr},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  const std::unique_ptr<GOptionContext, void (*)(GOptionContext*)> context(
      g_option_context_new(nullptr), g_option_context_free);
  g_option_context_set_summary(context.get(), kSummary);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  GError* error = nullptr;
  if (!g_option_context_parse(context.get(), &argc, &argv, &error)) {
    const Error bad = badOption(error->message);
    g_error_free(error);
    return bad;
  }
  if (argc > 1) return badOption(fmt::format("unexpected argument \"{}\"", argv[1]));
  if (raw.version) {
    std::puts("parlour-demo " PARLOUR_VERSION);
    std::exit(0);
  }
  return optionsOf(raw);
}

}  // namespace parlour::demo
