#include "load/report/figures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parlour::bench {
namespace {

constexpr FigureKind kKinds[] = {
    {"joinedShare", "joins that came to media", 2, true, false},
    {"joinP50Ms", "join to media keys agreed, median, ms", 1},
    {"joinP99Ms", "join to media keys agreed, p99, ms", 1},
    {"firstPacketP99Ms", "join to first packet, p99, ms", 1},
    {"firstPictureP50Ms", "join to first decodable picture, median, ms", 1},
    {"firstPictureP99Ms", "join to first decodable picture, p99, ms", 1},
    {"iceP99Ms", "ICE: answer to checked, p99, ms", 1},
    {"dtlsP99Ms", "DTLS: checked to secured, p99, ms", 1},
    {"lossShare", "packets lost, after repair where the scenario repairs", 3, true},
    {"delayP99Ms", "publisher to viewer, p99, ms", 1},
    {"jitterP99Ms", "jitter of a stream (RFC 3550), p99, ms", 1},
    {"freezesPerMinute", "freezes in a minute of a watched picture", 3},
    {"frozenShare", "of the time watched that was frozen", 3, true},
    {"movingShare", "pictures that move at the end, of those that should", 2, true, false},
    {"signallingP50Ms", "request to reply, median, ms", 1},
    {"signallingP99Ms", "request to reply, p99, ms", 1},
    {"requestErrors", "requests answered with an error", 0},
    {"chatDeliveredShare", "chat messages that came, of those due", 2, true, false},
    {"chatP99Ms", "chat message sent to read, p99, ms", 1},
    {"messagesPerSecond", "chat messages sent in a second", 1, false, false},
    {"resumedShare", "dropped connections that were resumed", 2, true, false},
    {"unexpectedEnds", "stays that the server ended", 0},
    {"peopleMost", "most people at one time", 0, false, false},
    {"receivedKBytesPerPerson", "received by a participant in a second, KB", 1, false, false},
    {"serverCpuShare", "server CPU, of one core", 1, true},
    {"serverKiBPerPerson", "server memory by participant, KiB", 0},
    {"serverThreads", "server threads at the end", 0},
    {"serverDescriptors", "server descriptors at the end", 0},
    {"serverDropped", "packets the server dropped", 0},
    {"memoryGrowthShare", "server memory, last fifth of the run against the first", 2, true},
    {"threadGrowth", "server threads, last fifth against the first", 1},
    {"descriptorGrowth", "server descriptors, last fifth against the first", 1},
    {"loadCpuShare", "busiest thread of the load, of its core", 1, true},
};

}  // namespace

std::span<const FigureKind> figureKinds() {
  return kKinds;
}

const FigureKind* findFigure(std::string_view name) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [name](const FigureKind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

std::string figureNames() {
  std::string names;
  for (const FigureKind& kind : kKinds)
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

std::string figureText(const FigureKind& kind, double value) {
  return kind.share ? fmt::format("{:.{}f} %", value * 100, kind.decimals)
                    : fmt::format("{:.{}f}", value, kind.decimals);
}

}  // namespace parlour::bench
