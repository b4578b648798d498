#include "load/scenario/bad_line.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <glib.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <utility>
#include <vector>

namespace parlour::bench {
namespace {

constexpr int kAnswerMs = 5000;

Error noLine(std::string why) {
  return failed("no_line", std::move(why));
}

Result<void> ip(const std::string& arguments) {
  gchar* errors = nullptr;
  gint status = 0;
  GError* error = nullptr;
  const std::string command = "ip " + arguments;
  const bool ran = g_spawn_command_line_sync(command.c_str(), nullptr, &errors, &status, &error);
  const std::string why = ran ? errors : error->message;
  g_free(errors);
  g_clear_error(&error);
  if (ran && g_spawn_check_wait_status(status, nullptr)) return {};
  return noLine(fmt::format("\"{}\": {}", command, why));
}

std::string wireProgram() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "wire" /
          "parlour-wire")
      .string();
}

}  // namespace

Result<std::unique_ptr<BadLine>> BadLine::open(pid_t server) {
  if (geteuid() != 0)
    return refused("no_root", "a bad line is made of network namespaces, and that needs root");
  if (server == 0)
    return refused("no_root", "a bad line needs --server-pid: it ends in the server's namespace");
  std::unique_ptr<BadLine> line(new BadLine);
  if (auto prepared = line->prepare(server); !prepared) return prepared.error();
  return line;
}

Result<void> BadLine::prepare(pid_t server) {
  const auto mark = static_cast<unsigned>(getpid()) % 16000;
  const std::string device = fmt::format("load{}", mark);
  const std::string here = fmt::format("plrl{}here", mark),
                    there = fmt::format("plrl{}there", mark);
  // 10.200/16, a /30 of its own for each process.
  const auto address = [mark](unsigned host) {
    return fmt::format("10.200.{}.{}", mark / 64, mark % 64 * 4 + host);
  };
  serverAddress_ = address(1);
  if (auto made = ip("netns add " + here); !made) return made;
  here_ = here;
  if (auto made = ip(fmt::format("netns attach {} {}", there, server)); !made) return made;
  there_ = there;
  if (auto started = startWire(device); !started) return started;
  const std::string setup[] = {
      fmt::format("-n {} link set lo up", here),
      fmt::format("-n {} address add {}/30 dev {}", there, address(1), device),
      fmt::format("-n {} address add {}/30 dev {}", here, address(2), device),
      fmt::format("-n {} link set {} up", there, device),
      fmt::format("-n {} link set {} up", here, device)};
  for (const std::string& step : setup)
    if (auto done = ip(step); !done) return done;
  home_ = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  const int fd = ::open(("/run/netns/" + here).c_str(), O_RDONLY | O_CLOEXEC);
  const bool inside = fd >= 0 && setns(fd, CLONE_NEWNET) == 0;
  if (fd >= 0) close(fd);
  if (!inside) return noLine("cannot enter the namespace " + here);
  return {};
}

Result<void> BadLine::startWire(const std::string& device) {
  const std::string program = wireProgram();
  const std::string one = there_ + ":" + device, two = here_ + ":" + device;
  const char* arguments[] = {program.c_str(), "--one", one.c_str(), "--two", two.c_str(), nullptr};
  GError* error = nullptr;
  if (!g_spawn_async_with_pipes(nullptr, const_cast<gchar**>(arguments), nullptr,
                                G_SPAWN_DO_NOT_REAP_CHILD, nullptr, nullptr, &wire_, &input_,
                                &output_, nullptr, &error)) {
    const Error why = noLine(error->message);
    g_error_free(error);
    return why;
  }
  return expect("ready");
}

Result<void> BadLine::expect(const std::string& wanted) {
  std::string line;
  for (;;) {
    pollfd waiting{output_, POLLIN, 0};
    char c = 0;
    if (poll(&waiting, 1, kAnswerMs) <= 0 || read(output_, &c, 1) != 1)
      return noLine("parlour-wire does not answer");
    if (c != '\n') {
      line += c;
      continue;
    }
    if (line == wanted) return {};
    return noLine("parlour-wire says " + line);
  }
}

Result<void> BadLine::change(const LineStage& s) {
  const std::string command = fmt::format("both delay={} jitter={} loss={} rate={}\n", s.delayMs,
                                          s.jitterMs, s.lossPercent, s.rateKbit);
  if (write(input_, command.data(), command.size()) != static_cast<ssize_t>(command.size()))
    return noLine("parlour-wire has ended");
  return expect("ok");
}

BadLine::~BadLine() {
  if (home_ >= 0) {
    setns(home_, CLONE_NEWNET);
    close(home_);
  }
  if (input_ >= 0) close(input_);  // Its end of input ends it.
  if (wire_ > 0) {
    kill(wire_, SIGTERM);
    waitpid(wire_, nullptr, 0);
  }
  if (output_ >= 0) close(output_);
  for (const std::string& name : {here_, there_})
    if (!name.empty())
      if (auto removed = ip("netns delete " + name); !removed)
        g_printerr("parlour-load: %s\n", removed.error().message.c_str());
}

}  // namespace parlour::bench
