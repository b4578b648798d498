// parlour: reads its options, builds its parts, runs until it is told to stop.
#include <glib-unix.h>
#include <gst/gst.h>

#include <algorithm>
#include <cstdio>

#include "auth/auth.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "base/service_notify.hpp"
#include "call/calls.hpp"
#include "conf/command_line.hpp"
#include "server_metrics.hpp"
#include "server_options.hpp"
#include "signalling/server.hpp"
#include "transport/rtp_buffer.hpp"

namespace parlour {
namespace {

constexpr log::Topic kTopic{"main"};
constexpr int kExitFailed = 1;
constexpr int64_t kMediaStallNs = 10 * kNsPerSecond;
constexpr uint32_t kWorkersDrainMs = 5000;

int stop(const Error& error) {
  log::error(kTopic, {}, "{}", error.message);
  return kExitFailed;
}

/// Everything that runs, in the order it was made; it goes in the opposite one, however far the
/// start got: what workers still do (keys being warmed, elements stopping) is waited for.
struct Running {
  explicit Running(const conf::Settings& s) : settings(s) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  const conf::Settings& settings;
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  bool stopping = false;
  std::unique_ptr<transport::Hub> hub;
  std::unique_ptr<call::Calls> calls;
  std::unique_ptr<auth::Authenticator> auth;
  signalling::Metrics metrics;
  std::unique_ptr<signalling::Server> server;
  Timer watchdog, readiness;
};

void runPending() {
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
}

Running::~Running() {
  watchdog.stop();
  readiness.stop();
  server.reset();
  calls.reset();
  runPending();
  if (!drainWorkers(kWorkersDrainMs))
    log::warning(kTopic, {}, "some elements did not stop in time");
  runPending();
  if (hub) hub->stop();
  g_main_loop_unref(loop);
}

/// First signal: drain. Second: now.
gboolean onStopSignal(gpointer data) {
  auto& r = *static_cast<Running*>(data);
  if (std::exchange(r.stopping, true)) {
    g_main_loop_quit(r.loop);
    return G_SOURCE_CONTINUE;
  }
  const bool busy = r.calls->participants() > 0;
  const uint32_t deadlineMs = busy ? r.settings.timeouts.drainMs : 0;
  log::info(kTopic, {}, "stopping{}", busy ? ": clients are told; once more stops at once" : "");
  service::notifyStopping("draining");
  r.calls->drain(deadlineMs);
  const auto end = [&r] {
    r.calls->stop();
    r.server->stop(1000, [&r] { g_main_loop_quit(r.loop); });
  };
  if (!busy) {
    end();
    return G_SOURCE_CONTINUE;
  }
  const int64_t untilNs = SystemClock().nowNs() + deadlineMs * kNsPerMs;
  r.readiness = Timer::every(100, [&r, end, untilNs] {
    if (r.calls->participants() > 0 && SystemClock().nowNs() < untilNs) return true;
    end();
    return false;
  });
  return G_SOURCE_CONTINUE;
}

gboolean onReloadSignal(gpointer data) {
  auto& r = *static_cast<Running*>(data);
  if (auto reloaded = r.server->reload(); !reloaded)
    log::error(kTopic, {}, "reload: {}", reloaded.error().message);
  else
    log::info(kTopic, {}, "TLS certificate read again");
  return G_SOURCE_CONTINUE;
}

void startWatchdog(Running& r) {
  const uint32_t intervalMs = service::watchdogIntervalMs();
  if (intervalMs == 0) return;
  r.watchdog = Timer::every(intervalMs, [&r] {
    const int64_t silentNs = SystemClock().nowNs() - r.hub->aliveNs();
    if (silentNs < kMediaStallNs)
      service::notifyWatchdog();
    else
      log::error(kTopic, {}, "a media thread has not moved for {} ms", silentNs / kNsPerMs);
    return true;
  });
}

void announceWhenReady(Running& r, int64_t startedNs) {
  r.readiness = Timer::every(5, [&r, startedNs] {
    if (!r.calls->ready()) return true;
    for (const auto& url : r.server->urls())
      log::info(kTopic, {}, "ready at {} ({} ms)", url,
                (SystemClock().nowNs() - startedNs) / kNsPerMs);
    service::notifyReady("taking calls");
    return false;
  });
}

int run(const conf::Start& start, int64_t startedNs) {
  const conf::Settings& settings = start.settings;
  const SystemClock clock;
  if (auto enough = service::checkDescriptorLimit(settings.rooms.maxParticipants); !enough)
    return stop(enough.error());
  parlour_rtp_meta_get_info();  // Before a plug-in can race for it.
  for (const auto& path : start.pluginPaths) gst_registry_scan_path(gst_registry_get(), path.c_str());

  Running r{settings};
  auto hub = transport::Hub::start(hubOptions(settings));
  if (!hub) return stop(hub.error());
  r.hub = std::move(*hub);
  auto calls = call::Calls::create(*r.hub, clock, callsOptions(settings));
  if (!calls) return stop(calls.error());
  r.calls = std::move(*calls);
  auto auth = auth::Authenticator::create(settings.auth, settings.admin, clock);
  if (!auth) return stop(auth.error());
  r.auth = std::move(*auth);
  registerMetrics(r.metrics, *r.hub, *r.calls);
  auto server = signalling::Server::start({settings, *r.calls, *r.auth, r.metrics, clock});
  if (!server) return stop(server.error());
  r.server = std::move(*server);

  g_unix_signal_add(SIGINT, onStopSignal, &r);
  g_unix_signal_add(SIGTERM, onStopSignal, &r);
  g_unix_signal_add(SIGHUP, onReloadSignal, &r);
  startWatchdog(r);
  announceWhenReady(r, startedNs);
  g_main_loop_run(r.loop);

  return 0;
}

}  // namespace
}  // namespace parlour

int main(int argc, char** argv) {
  const int64_t startedNs = parlour::SystemClock().nowNs();
  parlour::claimControlThread();
  auto outcome = parlour::conf::readCommandLine(argc, argv);
  if (const auto* exit = std::get_if<parlour::conf::Exit>(&outcome)) return exit->code;
  const auto& start = std::get<parlour::conf::Start>(outcome);
  parlour::log::configure(start.settings.log.format, start.settings.log.level);
  const int code = parlour::run(start, startedNs);
  if (code == 0) parlour::log::info(parlour::kTopic, {}, "stopped");
  gst_deinit();  // GStreamer's leak tracer reports here.
  return code;
}
