// Request pad src_%u of rtpsfu: one continuous stream out, pushed by a task of its own.
#include "parlour_rtpsfu.hpp"

#include <gst/video/video.h>

#include <atomic>
#include <utility>

using parlour::Buf;
using parlour::sfu::Item;
using parlour::sfu::Output;
using parlour::sfu::StreamFormat;

namespace {

enum Property : guint {
  PROP_0,
  PROP_SOURCE,
  PROP_SSRC,
  PROP_PT,
  PROP_CSRC,
  PROP_MAX_PACKETS,
  PROP_STATS,
};

struct SrcState {
  std::shared_ptr<Output> output = std::make_shared<Output>();

  // Task
  bool started = false;                        // stream-start and segment were pushed.
  std::shared_ptr<const StreamFormat> format;  // Of the caps that were pushed,
  guint ssrc = 0;                              // and what else they depend on.
  int payloadType = -1;
};

}  // namespace

struct _ParlourRtpSfuSrcPad {
  GstPad parent;
  SrcState* d;
};

G_DEFINE_TYPE(ParlourRtpSfuSrcPad, parlour_rtp_sfu_src_pad, GST_TYPE_PAD)

namespace {

ParlourRtpSfuSrcPad* self_of(gpointer object) {
  return PARLOUR_RTP_SFU_SRC_PAD(object);
}

GstStructure* makeStats(ParlourRtpSfuSrcPad* self) {
  const Output::Counters& c = self->d->output->counters;
  return gst_structure_new(
      "rtpsfu-src-stats", "packets", G_TYPE_UINT64, c.packets.load(), "bytes", G_TYPE_UINT64,
      c.bytes.load(), "dropped-full", G_TYPE_UINT64, c.droppedFull.load(), "dropped-waiting",
      G_TYPE_UINT64, c.droppedWaiting.load(), "dropped-downstream", G_TYPE_UINT64,
      c.droppedDownstream.load(), "switches", G_TYPE_UINT64, c.switches.load(), nullptr);
}

void setProperty(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  auto* self = self_of(object);
  Output& output = *self->d->output;
  switch (id) {
    case PROP_SOURCE:
      output.track = g_value_get_uint(value);
      if (GstElement* element = gst_pad_get_parent_element(GST_PAD(self))) {
        parlour_rtp_sfu_rematch(PARLOUR_RTP_SFU(element));
        gst_object_unref(element);
      }
      break;
    case PROP_SSRC:
      if (g_value_get_uint(value) != 0) output.ssrc = g_value_get_uint(value);
      break;
    case PROP_PT:
      output.payloadType = g_value_get_int(value);
      break;
    case PROP_CSRC:
      output.csrc = g_value_get_boolean(value);
      break;
    case PROP_MAX_PACKETS:
      output.maxPackets = g_value_get_uint(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void getProperty(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  auto* self = self_of(object);
  const Output& output = *self->d->output;
  switch (id) {
    case PROP_SOURCE:
      g_value_set_uint(value, output.track);
      break;
    case PROP_SSRC:
      g_value_set_uint(value, output.ssrc);
      break;
    case PROP_PT:
      g_value_set_int(value, output.payloadType);
      break;
    case PROP_CSRC:
      g_value_set_boolean(value, output.csrc);
      break;
    case PROP_MAX_PACKETS:
      g_value_set_uint(value, output.maxPackets);
      break;
    case PROP_STATS:
      g_value_take_boxed(value, makeStats(self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void pushStart(ParlourRtpSfuSrcPad* self) {
  GstPad* pad = GST_PAD(self);
  gchar* id = g_strdup_printf("%08x%08x/%s", g_random_int(), g_random_int(), GST_PAD_NAME(pad));
  GstEvent* start = gst_event_new_stream_start(id);
  gst_event_set_group_id(start, gst_util_group_id_next());
  gst_pad_push_event(pad, start);
  g_free(id);
}

// Caps when they changed; stream-start before and a segment after the first ones.
void pushCaps(ParlourRtpSfuSrcPad* self, const Item& item) {
  SrcState& d = *self->d;
  GstPad* pad = GST_PAD(self);
  const guint ssrc = d.output->ssrc;
  const int pt = d.output->payloadType;
  if (d.started && d.format == item.format && d.ssrc == ssrc && d.payloadType == pt) return;
  if (!d.started) pushStart(self);
  d.format = item.format;
  d.ssrc = ssrc;
  d.payloadType = pt;
  const Buf<GstCaps> caps = parlour::sfu::outputCaps(*item.format, ssrc, pt);
  GstCaps* before = gst_pad_get_current_caps(pad);
  if (!before || !gst_caps_is_equal(before, caps.get()))
    gst_pad_push_event(pad, gst_event_new_caps(caps.get()));
  gst_clear_caps(&before);
  if (!std::exchange(d.started, true)) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(pad, gst_event_new_segment(&segment));
  }
}

// Running time of a packet: its buffer's own, else the time of its arrival.
GstClockTime runningTimeOf(GstPad* pad, const Item& item, GstBuffer* out) {
  if (GST_CLOCK_TIME_IS_VALID(item.runningTime)) return item.runningTime;
  GstElement* element = gst_pad_get_parent_element(pad);
  if (!element) return GST_CLOCK_TIME_NONE;
  const GstClockTime now = gst_element_get_current_running_time(element);
  gst_object_unref(element);
  if (!GST_CLOCK_TIME_IS_VALID(now)) return now;
  const int64_t arrivalNs = parlour_buffer_get_rtp_meta(out)->packet.arrivalNs;
  const int64_t age = arrivalNs > 0 ? g_get_monotonic_time() * 1000 - arrivalNs : 0;
  return age > 0 && static_cast<GstClockTime>(age) <= now ? now - static_cast<GstClockTime>(age)
                                                          : now;
}

// GstTaskFunction
void loop(gpointer user) {
  auto* self = self_of(user);
  GstPad* pad = GST_PAD(self);
  Output& output = *self->d->output;
  Item item;
  if (!output.take(item)) {
    gst_pad_pause_task(pad);
    return;
  }
  if (!item.buffer) {
    if (!self->d->started) pushStart(self);
    gst_pad_push_event(pad, gst_event_new_eos());
    self->d->started = false;  // What comes after an end is a new stream.
    return;
  }
  Buf<GstBuffer> out = output.rewrite(item);
  if (!out) return;
  pushCaps(self, item);
  GST_BUFFER_PTS(out.get()) = runningTimeOf(pad, item, out.get());
  if (gst_pad_push(pad, out.release()) == GST_FLOW_OK) return;
  // Not linked, not yet active, at its end, or broken: that concerns this output alone, and one
  // that is linked again goes on. The task ends by take(), when the pad is deactivated.
  output.counters.droppedDownstream.fetch_add(1, std::memory_order_relaxed);
}

gboolean activateMode(GstPad* pad, GstObject*, GstPadMode mode, gboolean active) {
  auto* self = self_of(pad);
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  self->d->output->setFlushing(!active);
  if (!active) return gst_pad_stop_task(pad);
  self->d->started = false;
  return gst_pad_start_task(pad, loop, pad, nullptr);
}

gboolean onEvent(GstPad* pad, GstObject*, GstEvent* event) {
  auto* self = self_of(pad);
  // Everything else is about a stream of its own here: quality reports of one output must not
  // reach a publisher that others watch as well.
  if (gst_video_event_is_force_key_unit(event)) self->d->output->requestKeyFrame();
  gst_event_unref(event);
  return TRUE;
}

gboolean onQuery(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY || !parent)
    return gst_pad_query_default(pad, parent, query);
  parlour_rtp_sfu_answer_latency(PARLOUR_RTP_SFU(parent), query);
  return TRUE;
}

// Sources and outputs refer to each other.
void dispose(GObject* object) {
  self_of(object)->d->output->select(nullptr);
  G_OBJECT_CLASS(parlour_rtp_sfu_src_pad_parent_class)->dispose(object);
}

void finalize(GObject* object) {
  delete self_of(object)->d;
  G_OBJECT_CLASS(parlour_rtp_sfu_src_pad_parent_class)->finalize(object);
}

void installProperties(GObjectClass* object) {
  const auto live = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  const auto read = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      object, PROP_SOURCE,
      g_param_spec_uint("source", "Source",
                        "Track to output; 0 is none. Video changes over at the next key frame", 0,
                        G_MAXUINT, 0, live));
  g_object_class_install_property(
      object, PROP_SSRC,
      g_param_spec_uint("ssrc", "SSRC", "SSRC of the output; random at first", 0, G_MAXUINT, 0,
                        live));
  g_object_class_install_property(
      object, PROP_PT,
      g_param_spec_int("pt", "Payload type", "Payload type of the output; -1 keeps the input's", -1,
                       127, -1, live));
  g_object_class_install_property(
      object, PROP_CSRC,
      g_param_spec_boolean("csrc", "CSRC",
                           "Name the track that a packet comes from as its contributing source",
                           TRUE, live));
  g_object_class_install_property(
      object, PROP_MAX_PACKETS,
      g_param_spec_uint("max-packets", "Queue bound",
                        "Packets that wait for a slow element behind the pad; the oldest is "
                        "dropped",
                        1, G_MAXUINT, 512, live));
  g_object_class_install_property(
      object, PROP_STATS,
      g_param_spec_boxed("stats", "Statistics", "What went out and what was dropped",
                         GST_TYPE_STRUCTURE, read));
}

}  // namespace

static void parlour_rtp_sfu_src_pad_class_init(ParlourRtpSfuSrcPadClass* klass) {
  GObjectClass* object = G_OBJECT_CLASS(klass);
  object->set_property = setProperty;
  object->get_property = getProperty;
  object->dispose = dispose;
  object->finalize = finalize;
  installProperties(object);
}

static void parlour_rtp_sfu_src_pad_init(ParlourRtpSfuSrcPad* self) {
  self->d = new SrcState();
}

ParlourRtpSfuSrcPad* parlour_rtp_sfu_src_pad_new(GstPadTemplate* templ, const gchar* name) {
  auto* self =
      PARLOUR_RTP_SFU_SRC_PAD(g_object_new(PARLOUR_TYPE_RTP_SFU_SRC_PAD, "name", name, "template",
                                           templ, "direction", GST_PAD_SRC, nullptr));
  GstPad* pad = GST_PAD(self);
  gst_pad_set_activatemode_function(pad, activateMode);
  gst_pad_set_event_function(pad, onEvent);
  gst_pad_set_query_function(pad, onQuery);
  return self;
}

const std::shared_ptr<Output>& parlour_rtp_sfu_src_pad_output(ParlourRtpSfuSrcPad* self) {
  return self->d->output;
}
