#include "signalling/graph_drawing.hpp"

#include <gio/gio.h>

#include <memory>

#include "base/loop.hpp"
#include "base/ref.hpp"

namespace parlour::signalling {
namespace {

unsigned running = 0;  // Control thread.

struct Drawing {
  std::function<void(Result<std::string>)> done;
  Ref<GSubprocess> process;
  Timer deadline;
  bool late = false;
};

Result<std::string> outcomeOf(const Drawing& drawing, bool communicated, gchar* svg) {
  if (drawing.late)
    return unavailable("graph_timeout", "dot did not finish in time; ask for the DOT text.");
  if (!communicated || !svg || !g_subprocess_get_successful(drawing.process.get()))
    return failed("graph_failed", "dot failed to draw the graph");
  return std::string(svg);
}

void onDrawn(GObject* process, GAsyncResult* result, gpointer data) noexcept {
  const std::unique_ptr<Drawing> drawing(static_cast<Drawing*>(data));
  gchar* svg = nullptr;
  GError* error = nullptr;
  const bool ok = g_subprocess_communicate_utf8_finish(G_SUBPROCESS(process), result, &svg, nullptr,
                                                       &error);
  --running;
  drawing->deadline.stop();
  auto outcome = outcomeOf(*drawing, ok, svg);
  g_free(svg);
  g_clear_error(&error);
  drawing->done(std::move(outcome));
}

Result<Ref<GSubprocess>> startDot() {
  GError* error = nullptr;
  const char* arguments[] = {"dot", "-Tsvg", nullptr};
  const auto flags = GSubprocessFlags(G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                      G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                      G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  auto process = Ref<GSubprocess>::adopt(g_subprocess_newv(arguments, flags, &error));
  if (process) return process;
  const std::string message = error->message;
  g_error_free(error);
  return invalid("not_acceptable", "SVG needs Graphviz on the server (" + message +
                                       "); ask for text/vnd.graphviz.");
}

}  // namespace

void drawGraph(const std::string& dot, std::function<void(Result<std::string>)> done) {
  if (running >= kMaxDrawings)
    return post([done = std::move(done)] {
      done(unavailable("too_many", "Graphs are being drawn; try again in a moment."));
    });
  auto process = startDot();
  if (!process)
    return post([done = std::move(done), error = process.error()] { done(error); });
  ++running;
  auto* drawing = new Drawing{std::move(done), *process, {}, false};
  drawing->deadline = Timer::once(kDrawDeadlineMs, [drawing] {
    drawing->late = true;
    g_subprocess_force_exit(drawing->process.get());
  });
  g_subprocess_communicate_utf8_async(drawing->process.get(), dot.c_str(), nullptr, onDrawn,
                                      drawing);
}

}  // namespace parlour::signalling
