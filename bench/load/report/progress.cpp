#include "load/report/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace parlour::bench {
namespace {

constexpr unsigned kPlainEverySeconds = 5;

}  // namespace

std::string progressLine(const Moment& moment, const char* phase) {
  const auto value = [&moment](const char* name) {
    const auto found = moment.values.find(name);
    return found == moment.values.end() ? 0 : found->second;
  };
  std::string line = fmt::format(
      "{:.0f} s {}: {:.0f} people, {:.1f} Mbit/s received, {:.0f} packets/s, {:.0f} lost/s, "
      "{:.0f} freezes, load {:.0f} %",
      moment.atSeconds, phase, value("people"), value("receivedMbit"), value("receivedPackets"),
      value("lostPackets"), value("freezes"), value("loadCpuShare") * 100);
  if (moment.values.contains("serverCpuShare"))
    line +=
        fmt::format("; server {:.0f} % CPU, {:.0f} MiB, {:.0f} threads",
                    value("serverCpuShare") * 100, value("serverRssMiB"), value("serverThreads"));
  return line;
}

Progress::Progress(std::FILE* out) : out_(out), terminal_(isatty(fileno(out)) == 1) {}

void Progress::second(const Moment& moment, const char* phase) {
  const bool changed = phase_ != phase;
  phase_ = phase;
  if (terminal_)
    fmt::print(out_, "\r\033[K{}", progressLine(moment, phase));
  else if (seconds_++ % kPlainEverySeconds == 0 || changed)
    fmt::print(out_, "{}\n", progressLine(moment, phase));
  std::fflush(out_);
}

void Progress::done() {
  if (terminal_) fmt::print(out_, "\r\033[K");
}

}  // namespace parlour::bench
