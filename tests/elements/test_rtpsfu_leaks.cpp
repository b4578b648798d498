// Nothing is alive after an rtpsfu is gone, by GStreamer's leaks tracer.
#include "rtpsfu_fixture.hpp"

using namespace parlour;
using namespace parlour::testing;

namespace {

/// What is alive by the leaks tracer, but for what GStreamer keeps as long as the process lives.
guint liveObjects() {
  guint count = 0;
  GList* tracers = gst_tracing_get_active_tracers();
  for (GList* l = tracers; l; l = l->next) {
    if (!g_str_equal(G_OBJECT_TYPE_NAME(l->data), "GstLeaksTracer")) continue;
    GstStructure* live = nullptr;
    g_signal_emit_by_name(l->data, "get-live-objects", &live);
    const GValue* list = gst_structure_get_value(live, "live-objects-list");
    for (guint i = 0; i < gst_value_list_get_size(list); ++i) {
      const auto* s =
          static_cast<const GstStructure*>(g_value_get_boxed(gst_value_list_get_value(list, i)));
      const GValue* object = gst_structure_get_value(s, "object");
      const gchar* type = g_type_name(G_VALUE_TYPE(object));
      if (g_str_has_suffix(type, "Factory") || g_str_has_suffix(type, "PadTemplate") ||
          g_str_equal(type, "GstPlugin") || g_str_equal(type, "GstCaps") ||
          g_str_equal(type, "GstSystemClock") || g_str_has_suffix(type, "TaskPool") ||
          g_str_has_suffix(type, "TracerRecord"))
        continue;
      g_printerr("alive: %s\n", type);
      ++count;
    }
    gst_structure_free(live);
  }
  g_list_free_full(tracers, gst_object_unref);
  return count;
}

}  // namespace

START_TEST(nothing_is_alive_afterwards) {
  GList* tracers = gst_tracing_get_active_tracers();
  ck_assert_msg(tracers != nullptr, "GST_TRACERS=leaks is not in effect");
  g_list_free_full(tracers, gst_object_unref);
  {
    Sfu sfu;
    auto lasting = sfu.sink(0);
    auto out = sfu.src(0, 1);
    transport::RtpBufferPool pool(4, 0);
    for (uint16_t visit = 0; visit < 50; ++visit) {
      auto in = sfu.sink(1);
      auto other = sfu.src(1, visit % 2 ? 1u : 2u);
      push(lasting, {.sequence = visit, .key = true});
      pull(out);
      gst_harness_push(in.get(), pooled(pool, {.sequence = visit, .key = true}, visit));
      if (visit % 3) pull(other);
    }
    // Queued packets, a route and a request are still there when all of it goes.
    sfu.route(0, 2);
    sfu.requestKeyFrame(1);
  }
  ck_assert_uint_eq(liveObjects(), 0);
}
END_TEST

int main() {
  return runTests("rtpsfu_leaks", {NAMED(nothing_is_alive_afterwards)});
}
