// parlour-wire: a bad cable between two network namespaces, without the kernel's netem.
//
//   ns "one"  [tun device] <- this process: one Impairment per direction -> [tun device]  ns "two"
//
// Lines on standard input change it while it runs ("forth loss=5", "back delay=40", "both ...");
// end of input, SIGINT or SIGTERM end it. Prints "ready", and the counts as JSON when it ends.
#include <fcntl.h>
#include <glib.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/clock.hpp"
#include "wire/impairment.hpp"

using namespace parlour;
using namespace parlour::wire;

namespace {

constexpr size_t kMaxPacket = 65536;

struct End {
  std::string network, device;
  int fd = -1;
};

struct Wire {
  std::array<End, 2> ends;
  std::array<Impairment, 2> ways{Impairment(1), Impairment(2)};  ///< [0]: from ends[0] to ends[1].
};

/// Makes the device inside the namespace and comes back. The device goes with this process.
bool open(End& end) {
  const int home = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  const int there = ::open(("/run/netns/" + end.network).c_str(), O_RDONLY | O_CLOEXEC);
  const bool inside = there >= 0 && setns(there, CLONE_NEWNET) == 0;
  if (inside) {
    end.fd = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    ifreq request{};
    std::strncpy(request.ifr_name, end.device.c_str(), IFNAMSIZ - 1);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (end.fd >= 0 && ioctl(end.fd, TUNSETIFF, &request) != 0) {
      const int why = errno;
      close(std::exchange(end.fd, -1));
      errno = why;
    }
  }
  if (end.fd < 0)
    std::fprintf(stderr, "parlour-wire: device %s in namespace %s: %s\n", end.device.c_str(),
                 end.network.c_str(), std::strerror(errno));
  if (inside && setns(home, CLONE_NEWNET) != 0) std::abort();
  if (there >= 0) close(there);
  close(home);
  return end.fd >= 0;
}

/// "forth|back|both QUALITIES". Says on stderr what is wrong with it.
bool command(Wire& wire, const std::string& line) {
  const size_t space = line.find(' ');
  const std::string way = line.substr(0, space);
  const std::string rest = space == std::string::npos ? "" : line.substr(space);
  if (way != "forth" && way != "back" && way != "both") {
    std::fprintf(stderr, "parlour-wire: '%s' is none of forth, back, both\n", way.c_str());
    return false;
  }
  for (size_t i = 0; i < 2; ++i) {
    if (way == (i == 0 ? "back" : "forth")) continue;
    Qualities qualities = wire.ways[i].qualities();
    if (const auto wrong = qualities.set(rest)) {
      std::fprintf(stderr, "parlour-wire: %s\n", wrong->c_str());
      return false;
    }
    wire.ways[i].setQualities(qualities);
  }
  return true;
}

void receive(Wire& wire, size_t from, int64_t nowNs) {
  static std::array<uint8_t, kMaxPacket> bytes;
  for (ssize_t got; (got = read(wire.ends[from].fd, bytes.data(), bytes.size())) > 0;)
    wire.ways[from].put(Packet(bytes.begin(), bytes.begin() + got), nowNs);
}

/// What has arrived goes out; what the other end cannot take is lost, as on any line.
void deliver(Wire& wire, int64_t nowNs) {
  for (size_t from = 0; from < 2; ++from)
    while (const auto packet = wire.ways[from].take(nowNs))
      (void)!write(wire.ends[1 - from].fd, packet->data(), packet->size());
}

timespec waitOf(const Wire& wire, int64_t nowNs) {
  int64_t waitNs = kNsPerSecond;
  for (const auto& way : wire.ways)
    if (const auto next = way.nextNs()) waitNs = std::min(waitNs, std::max<int64_t>(0, *next - nowNs));
  return {waitNs / kNsPerSecond, waitNs % kNsPerSecond};
}

void run(Wire& wire, int signals) {
  std::string input;
  for (bool open = true; open;) {
    std::array<pollfd, 4> fds{{{wire.ends[0].fd, POLLIN, 0},
                               {wire.ends[1].fd, POLLIN, 0},
                               {signals, POLLIN, 0},
                               {STDIN_FILENO, POLLIN, 0}}};
    const timespec wait = waitOf(wire, SystemClock().nowNs());
    ppoll(fds.data(), fds.size(), &wait, nullptr);
    const int64_t nowNs = SystemClock().nowNs();
    for (size_t i = 0; i < 2; ++i)
      if (fds[i].revents) receive(wire, i, nowNs);
    deliver(wire, nowNs);
    if (fds[2].revents) open = false;
    if (fds[3].revents) {
      std::array<char, 512> some;
      const ssize_t got = read(STDIN_FILENO, some.data(), some.size());
      if (got <= 0) break;
      input.append(some.data(), static_cast<size_t>(got));
      for (size_t end; (end = input.find('\n')) != std::string::npos; input.erase(0, end + 1))
        if (command(wire, input.substr(0, end))) std::puts("ok");
      std::fflush(stdout);
    }
  }
}

int quality(const gchar* way, const gchar* text, Wire& wire) {
  return text == nullptr || command(wire, std::string(way) + " " + text) ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  gchar *one = nullptr, *two = nullptr, *forth = nullptr, *back = nullptr, *both = nullptr;
  const GOptionEntry entries[] = {
      {"one", 0, 0, G_OPTION_ARG_STRING, &one, "Namespace and device of one end", "NS:DEV"},
      {"two", 0, 0, G_OPTION_ARG_STRING, &two, "Namespace and device of the other", "NS:DEV"},
      {"forth", 0, 0, G_OPTION_ARG_STRING, &forth, "Qualities from one to two, e.g. 'delay=40 loss=5'", "Q"},
      {"back", 0, 0, G_OPTION_ARG_STRING, &back, "Qualities from two to one", "Q"},
      {"both", 0, 0, G_OPTION_ARG_STRING, &both, "Qualities both ways", "Q"},
      {}};
  GOptionContext* context = g_option_context_new("- a bad cable between two network namespaces");
  g_option_context_add_main_entries(context, entries, nullptr);
  GError* error = nullptr;
  if (!g_option_context_parse(context, &argc, &argv, &error) || !one || !two) {
    std::fprintf(stderr, "parlour-wire: %s\n", error ? error->message : "--one and --two are needed");
    return 2;
  }
  g_option_context_free(context);
  Wire wire;
  const std::array<std::string, 2> names{one, two};
  for (size_t i = 0; i < 2; ++i) {
    const size_t colon = names[i].find(':');
    if (colon == std::string::npos) {
      std::fprintf(stderr, "parlour-wire: '%s' is not NAMESPACE:DEVICE\n", names[i].c_str());
      return 2;
    }
    wire.ends[i] = {names[i].substr(0, colon), names[i].substr(colon + 1), -1};
  }
  for (const auto& [way, text] : {std::pair("both", both), {"forth", forth}, {"back", back}})
    if (const int code = quality(way, text, wire)) return code;
  if (!open(wire.ends[0]) || !open(wire.ends[1])) return 1;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  const int signals = signalfd(-1, &set, SFD_CLOEXEC);
  std::puts("ready");
  std::fflush(stdout);
  run(wire, signals);
  for (size_t i = 0; i < 2; ++i) {
    const auto& c = wire.ways[i].counts();
    std::printf("{\"way\":\"%s\",\"in\":%" G_GUINT64_FORMAT ",\"out\":%" G_GUINT64_FORMAT
                ",\"lost\":%" G_GUINT64_FORMAT ",\"overflowed\":%" G_GUINT64_FORMAT "}\n",
                i == 0 ? "forth" : "back", c.in, c.out, c.lost, c.overflowed);
  }
  return 0;
}
