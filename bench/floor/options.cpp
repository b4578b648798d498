#include "floor/options.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace parlour::bench {
namespace {

constexpr const char* kSummary =
    "The least a forwarded packet can cost on this machine: for every subscriber a header is\n"
    "copied, the payload encrypted with SRTP contexts that are kept, and the result sent to a\n"
    "socket that another process reads. Prints microseconds of this process's CPU per packet for\n"
    "sendto, sendmmsg, segment runs (UDP_SEGMENT) by sendmsg, and segment runs inside sendmmsg.";

/// GOption writes into C variables.
struct Raw {
  int subscribers, packet, sources, rate, burst, receiverCpu;
  double seconds;
  char* profile = nullptr;
  gboolean json = FALSE, version = FALSE;
  ~Raw() { g_free(profile); }
};

struct Number {
  const char* name;
  int value, least, most;
};

Result<FloorOptions> optionsOf(const Raw& raw) {
  const std::array numbers = {Number{"subscribers", raw.subscribers, 1, 4000},
                              Number{"packet", raw.packet, 32, 1400},
                              Number{"sources", raw.sources, 1, 100},
                              Number{"rate", raw.rate, 1, 1000},
                              Number{"burst", raw.burst, 1, 40},
                              Number{"receiver-cpu", raw.receiverCpu, -1, 1023}};
  for (const Number& n : numbers)
    if (n.value < n.least || n.value > n.most)
      return invalid("bad_option", fmt::format("--{} is {}; it can be {} to {}.", n.name, n.value,
                                               n.least, n.most));
  if (!(raw.seconds >= 0.1 && raw.seconds <= 3600))
    return invalid("bad_option", "--seconds can be 0.1 to 3600.");
  FloorOptions options;
  options.subscribers = static_cast<uint32_t>(raw.subscribers);
  options.packetBytes = static_cast<uint32_t>(raw.packet);
  options.sources = static_cast<uint32_t>(raw.sources);
  options.rate = static_cast<uint32_t>(raw.rate);
  options.burst = static_cast<uint32_t>(raw.burst);
  options.receiverCpu = raw.receiverCpu;
  options.seconds = raw.seconds;
  options.json = raw.json;
  const std::string_view profile = raw.profile ? raw.profile : "cm";
  if (profile == "gcm")
    options.profile = transport::SrtpProfile::kAeadAes128Gcm;
  else if (profile != "cm")
    return invalid("bad_option", "--profile is cm or gcm.");
  return options;
}

}  // namespace

Result<FloorOptions> readFloorOptions(int argc, char** argv) {
  const FloorOptions standard;
  Raw raw;
  raw.subscribers = static_cast<int>(standard.subscribers);
  raw.packet = static_cast<int>(standard.packetBytes);
  raw.sources = static_cast<int>(standard.sources);
  raw.rate = static_cast<int>(standard.rate);
  raw.burst = static_cast<int>(standard.burst);
  raw.receiverCpu = standard.receiverCpu;
  raw.seconds = standard.seconds;
  const GOptionEntry entries[] = {
      {"subscribers", 0, 0, G_OPTION_ARG_INT, &raw.subscribers, "How many are sent to (100)", "N"},
      {"packet", 0, 0, G_OPTION_ARG_INT, &raw.packet, "RTP packet in clear (1100)", "BYTES"},
      {"sources", 0, 0, G_OPTION_ARG_INT, &raw.sources, "Publishers (1)", "N"},
      {"rate", 0, 0, G_OPTION_ARG_INT, &raw.rate, "Bursts a second of each source (30)", "N"},
      {"burst", 0, 0, G_OPTION_ARG_INT, &raw.burst, "Packets of a burst (5)", "N"},
      {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &raw.seconds, "Time per way of sending (3)", "S"},
      {"receiver-cpu", 0, 0, G_OPTION_ARG_INT, &raw.receiverCpu,
       "Core of the process that reads (any)", "CORE"},
      {"profile", 0, 0, G_OPTION_ARG_STRING, &raw.profile,
       "cm (AES-128-CM HMAC-SHA1-80) or gcm (AES-128-GCM)", "NAME"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &raw.json, "Print JSON", nullptr},
      {"version", 0, 0, G_OPTION_ARG_NONE, &raw.version, "Print the version", nullptr},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  const std::unique_ptr<GOptionContext, void (*)(GOptionContext*)> context(
      g_option_context_new(nullptr), g_option_context_free);
  g_option_context_set_summary(context.get(), kSummary);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  GError* error = nullptr;
  if (!g_option_context_parse(context.get(), &argc, &argv, &error)) {
    const Error bad = invalid("bad_option", error->message);
    g_error_free(error);
    return bad;
  }
  if (argc > 1) return invalid("bad_option", fmt::format("unexpected argument \"{}\"", argv[1]));
  if (raw.version) {
    std::puts("parlour-floor " PARLOUR_VERSION);
    std::exit(0);
  }
  return optionsOf(raw);
}

}  // namespace parlour::bench
