// parlour-demo: synthetic participants, so that one person alone can see a call.
#include <glib-unix.h>
#include <gst/gst.h>

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "base/log.hpp"
#include "base/loop.hpp"
#include "demo/options.hpp"
#include "demo/publisher.hpp"

namespace parlour::demo {
namespace {

constexpr log::Topic kTopic{"demo"};
constexpr int kExitFailed = 1, kExitUsage = 2;
constexpr uint32_t kWorkersDrainMs = 5000;

/// All participants of this process, who speak by turns.
class Crowd {
 public:
  Crowd(const Options& options, GMainLoop* loop) : loop_(loop), turnMs_(options.turnMs) {
    for (uint32_t n = 0; n < options.participants; ++n) add(options, n);
  }

  void start() {
    for (const auto& publisher : publishers_) publisher->start();
    takeTurn();
    if (turnMs_) turns_ = Timer::every(turnMs_, [this] { return takeTurn(); });
  }

  void stop() {
    if (std::exchange(stopping_, true)) return g_main_loop_quit(loop_);  // Asked twice: now.
    turns_.stop();
    leaving_ = publishers_.size();
    for (const auto& publisher : publishers_)
      publisher->stop([this] {
        if (--leaving_ == 0) g_main_loop_quit(loop_);
      });
  }

  /// Everybody was in the room at some time, and nobody had to give up.
  bool succeeded() const {
    for (const auto& publisher : publishers_)
      if (!publisher->everLive()) return false;
    return givenUp_ == 0;
  }

 private:
  void add(const Options& options, uint32_t n) {
    Publisher::Settings settings;
    settings.token = options.token;
    settings.reconnect = options.reconnect;
    settings.media = options.media;
    settings.media.name = nameOf(options, n);
    settings.media.toneHz = toneHzOf(n);
    if (!options.patternGiven) settings.media.pattern = patternOf(n);
    gchar* room = g_uri_escape_string(options.room.c_str(), nullptr, FALSE);
    gchar* name = g_uri_escape_string(settings.media.name.c_str(), nullptr, FALSE);
    settings.url = fmt::format("{}/whip/{}?name={}", options.server, room, name);
    g_free(room);
    g_free(name);
    publishers_.push_back(std::make_unique<Publisher>(std::move(settings), [this] { giveUp(); }));
  }

  static std::string nameOf(const Options& options, uint32_t n) {
    if (options.name.empty()) return fmt::format("Demo {}", n + 1);
    return options.participants == 1 ? options.name : fmt::format("{} {}", options.name, n + 1);
  }

  /// Of one participant alone, every second turn is silence.
  bool takeTurn() {
    const size_t turns = std::max<size_t>(publishers_.size(), 2);
    for (size_t n = 0; n < publishers_.size(); ++n)
      publishers_[n]->setSpeaking(turnMs_ == 0 || n == turn_);
    turn_ = (turn_ + 1) % turns;
    return true;
  }

  void giveUp() {
    if (++givenUp_ == publishers_.size()) stop();
  }

  GMainLoop* loop_;
  const uint32_t turnMs_;
  std::vector<std::unique_ptr<Publisher>> publishers_;
  Timer turns_;
  size_t turn_ = 0, leaving_ = 0, givenUp_ = 0;
  bool stopping_ = false;
};

int checkInstalled(const Media& media) {
  const auto missing = missingElements(media);
  for (const std::string& element : missing)
    log::error(kTopic, {}, "the GStreamer element \"{}\" is not installed", element);
  return missing.empty() ? 0 : kExitFailed;
}

int run(const Options& options) {
  if (const int failed = checkInstalled(options.media)) return failed;
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  bool succeeded = false;
  {
    Crowd crowd(options, loop);
    const auto onSignal = [](gpointer data) -> gboolean {
      static_cast<Crowd*>(data)->stop();
      return G_SOURCE_CONTINUE;
    };
    const guint sources[] = {g_unix_signal_add(SIGINT, onSignal, &crowd),
                             g_unix_signal_add(SIGTERM, onSignal, &crowd)};
    Timer duration;
    if (options.durationS)
      duration = Timer::once(options.durationS * 1000, [&crowd] { crowd.stop(); });
    log::info(kTopic, {.room = options.room}, "{} join{} {}",
              options.participants == 1 ? "one participant"
                                        : fmt::format("{} participants", options.participants),
              options.participants == 1 ? "s" : "", options.server);
    crowd.start();
    g_main_loop_run(loop);
    succeeded = crowd.succeeded();
    for (const guint source : sources) g_source_remove(source);
  }
  if (!drainWorkers(kWorkersDrainMs)) log::warning(kTopic, {}, "a pipeline does not stop");
  g_main_loop_unref(loop);
  return succeeded ? 0 : kExitFailed;
}

}  // namespace
}  // namespace parlour::demo

int main(int argc, char** argv) {
  gst_init(nullptr, nullptr);
  parlour::claimControlThread();
  const auto options = parlour::demo::readOptions(argc, argv);
  if (!options) {
    std::fprintf(stderr, "parlour-demo: %s\n", options.error().message.c_str());
    return parlour::demo::kExitUsage;
  }
  const bool verbose = g_getenv("PARLOUR_DEMO_DEBUG") != nullptr;
  parlour::log::configure(parlour::log::Format::kAuto,
                          verbose ? parlour::log::Level::kDebug : parlour::log::Level::kInfo);
  // Their warnings are about a pipeline that a user of this program cannot change.
  if (!verbose && !g_getenv("GST_DEBUG")) gst_debug_set_default_threshold(GST_LEVEL_ERROR);
  return parlour::demo::run(*options);
}
