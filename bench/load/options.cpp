#include "load/options.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace parlour::bench {
namespace {

constexpr const char* kSummary =
    "Many light WebRTC participants in one process: some publish synthetic VP8- or Opus-shaped\n"
    "packets that carry their time and number, the others receive them and report loss, delay and\n"
    "how long it took to join. Ends with 3 where the run is invalid because this program itself\n"
    "was the bottleneck.\n\n"
    "\"parlour-load run SCENARIO\" plays a whole scenario instead: see parlour-load run --help.";
constexpr uint32_t kMostAudioSlots = 3, kMostVideoSlots = 49;

/// GOption writes into C variables.
struct Raw {
  char *server = nullptr, *url = nullptr, *room = nullptr;
  int publishers, subscribers, audioSlots = -1, videoSlots = -1;
  int packet, audioPacket, burst, fps, threads, serverPid = 0;
  double seconds, settle, joinRate;
  gboolean meeting = FALSE, video = FALSE, audio = FALSE, json = FALSE, version = FALSE;
  ~Raw() {
    g_free(server);
    g_free(url);
    g_free(room);
  }
};

Error badOption(std::string message) {
  return invalid("bad_option", std::move(message));
}

/// One number with its bounds, of which a wrong one is told by name.
struct Number {
  const char* name;
  double value, least, most;
};

Result<void> checkNumbers(const Raw& raw) {
  const std::array numbers = {Number{"publishers", double(raw.publishers), 1, 2000},
                              Number{"subscribers", double(raw.subscribers), 0, 20000},
                              Number{"audio-slots", double(raw.audioSlots), -1, 100},
                              Number{"video-slots", double(raw.videoSlots), -1, 1000},
                              Number{"packet", double(raw.packet), 64, 1400},
                              Number{"audio-packet", double(raw.audioPacket), 64, 1400},
                              Number{"burst", double(raw.burst), 1, 100},
                              Number{"fps", double(raw.fps), 1, 240},
                              Number{"threads", double(raw.threads), 1, 64},
                              Number{"seconds", raw.seconds, 0.5, 86400},
                              Number{"settle", raw.settle, 0, 3600},
                              Number{"join-rate", raw.joinRate, 0.1, 1000}};
  for (const Number& n : numbers)
    if (!(n.value >= n.least && n.value <= n.most))
      return badOption(
          fmt::format("--{} is {}; it can be {} to {}.", n.name, n.value, n.least, n.most));
  if (raw.meeting && raw.publishers < 2) return badOption("--meeting needs 2 --publishers.");
  return {};
}

uint32_t slotsOf(int given, bool wanted, uint32_t others, uint32_t most) {
  if (given >= 0) return static_cast<uint32_t>(given);
  return wanted ? std::min(others, most) : 0;
}

Result<LoadOptions> optionsOf(const Raw& raw) {
  if (auto checked = checkNumbers(raw); !checked) return checked.error();
  LoadOptions options;
  if (raw.server) {
    const std::string server = raw.server;
    if (server != "parlour" && server != "janus")
      return badOption("--server is " + server + "; it can be parlour or janus.");
    if (server == "janus") options.server = Server::kJanus;
  }
  if (raw.url) options.url = raw.url;
  if (raw.room) options.room = raw.room;
  while (options.url.ends_with('/')) options.url.pop_back();
  if (!g_uri_is_valid(options.url.c_str(), G_URI_FLAGS_NONE, nullptr))
    return badOption("--url is no URL: " + options.url);
  options.publishers = static_cast<uint32_t>(raw.publishers);
  options.subscribers = static_cast<uint32_t>(raw.subscribers);
  options.meeting = raw.meeting;
  options.audio = raw.audio;
  options.video = raw.video || !raw.audio;
  const uint32_t others = options.publishers - (options.meeting ? 1 : 0);
  options.audioSlots = slotsOf(raw.audioSlots, options.audio, others, kMostAudioSlots);
  options.videoSlots = slotsOf(raw.videoSlots, options.video, others, kMostVideoSlots);
  options.packetBytes = static_cast<uint32_t>(raw.packet);
  options.audioPacketBytes = static_cast<uint32_t>(raw.audioPacket);
  options.burst = static_cast<uint32_t>(raw.burst);
  options.framesPerSecond = static_cast<uint32_t>(raw.fps);
  options.threads = static_cast<uint32_t>(raw.threads);
  options.serverPid = raw.serverPid;
  options.seconds = raw.seconds;
  options.settleSeconds = raw.settle;
  options.joinRate = raw.joinRate;
  options.json = raw.json;
  return options;
}

}  // namespace

Result<LoadOptions> readLoadOptions(int argc, char** argv) {
  const LoadOptions standard;
  Raw raw;
  raw.publishers = static_cast<int>(standard.publishers);
  raw.subscribers = static_cast<int>(standard.subscribers);
  raw.packet = static_cast<int>(standard.packetBytes);
  raw.audioPacket = static_cast<int>(standard.audioPacketBytes);
  raw.burst = static_cast<int>(standard.burst);
  raw.fps = static_cast<int>(standard.framesPerSecond);
  raw.threads = static_cast<int>(standard.threads);
  raw.seconds = standard.seconds;
  raw.settle = standard.settleSeconds;
  raw.joinRate = standard.joinRate;
  const GOptionEntry entries[] = {
      {"server", 0, 0, G_OPTION_ARG_STRING, &raw.server,
       "parlour, or janus: its VideoRoom by WebSocket, ICE lite (parlour)", "KIND"},
      {"url", 0, 0, G_OPTION_ARG_STRING, &raw.url, "Server (http://127.0.0.1:8080)", "URL"},
      {"room", 0, 0, G_OPTION_ARG_STRING, &raw.room, "Room (load)", "NAME"},
      {"publishers", 0, 0, G_OPTION_ARG_INT, &raw.publishers, "Who only publishes (1)", "N"},
      {"subscribers", 0, 0, G_OPTION_ARG_INT, &raw.subscribers, "Who only receives (10)", "N"},
      {"meeting", 0, 0, G_OPTION_ARG_NONE, &raw.meeting,
       "Publishers receive each other; no subscribers", nullptr},
      {"video", 0, 0, G_OPTION_ARG_NONE, &raw.video, "Publish video (default)", nullptr},
      {"audio", 0, 0, G_OPTION_ARG_NONE, &raw.audio, "Publish audio", nullptr},
      {"video-slots", 0, 0, G_OPTION_ARG_INT, &raw.videoSlots,
       "Video receive slots (one per other publisher, 49 at most)", "N"},
      {"audio-slots", 0, 0, G_OPTION_ARG_INT, &raw.audioSlots,
       "Audio receive slots (one per other publisher, 3 at most)", "N"},
      {"packet", 0, 0, G_OPTION_ARG_INT, &raw.packet, "Video RTP packet in clear (1100)", "BYTES"},
      {"burst", 0, 0, G_OPTION_ARG_INT, &raw.burst, "Packets of a picture (5)", "N"},
      {"fps", 0, 0, G_OPTION_ARG_INT, &raw.fps, "Pictures a second (30)", "N"},
      {"audio-packet", 0, 0, G_OPTION_ARG_INT, &raw.audioPacket, "Audio RTP packet in clear (100)",
       "BYTES"},
      {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &raw.seconds, "Time measured (10)", "S"},
      {"settle", 0, 0, G_OPTION_ARG_DOUBLE, &raw.settle, "Pause between joins and measuring (1)",
       "S"},
      {"join-rate", 0, 0, G_OPTION_ARG_DOUBLE, &raw.joinRate, "Joins a second (50)", "N"},
      {"threads", 0, 0, G_OPTION_ARG_INT, &raw.threads, "Threads that receive (1)", "N"},
      {"server-pid", 0, 0, G_OPTION_ARG_INT, &raw.serverPid, "Measure this process too", "PID"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &raw.json, "Print JSON", nullptr},
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
    std::puts("parlour-load " PARLOUR_VERSION);
    std::exit(0);
  }
  return optionsOf(raw);
}

}  // namespace parlour::bench
