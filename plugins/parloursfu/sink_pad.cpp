// Request pad sink_%u of rtpsfu: packets in.
#include "parlour_rtpsfu.hpp"

#include <algorithm>
#include <string>

using parlour::Buf;
using parlour::sfu::Housekeeping;
using parlour::sfu::Source;

namespace {

enum Property : guint {
  PROP_0,
  PROP_TRACK,
  PROP_LAYER,
  PROP_LABEL,
  PROP_GATE,
  PROP_FANOUT,
  PROP_KEY_FRAME_SOURCE,
  PROP_STATS,
};

guint signalTakeAudioLevel = 0;

struct SinkState {
  std::shared_ptr<Source> source =
      std::make_shared<Source>(std::make_shared<Housekeeping>());  // Until it has an element's.
  std::string label;                                               // Under the object lock.
  GstSegment segment;                                              // Streaming thread.
};

}  // namespace

struct _ParlourRtpSfuSinkPad {
  GstPad parent;
  SinkState* d;
};

G_DEFINE_TYPE(ParlourRtpSfuSinkPad, parlour_rtp_sfu_sink_pad, GST_TYPE_PAD)

namespace {

ParlourRtpSfuSinkPad* self_of(gpointer object) {
  return PARLOUR_RTP_SFU_SINK_PAD(object);
}

void withElement(GstPad* pad, void (*call)(ParlourRtpSfu*)) {
  if (GstElement* element = gst_pad_get_parent_element(pad)) {
    call(PARLOUR_RTP_SFU(element));
    gst_object_unref(element);
  }
}

GstStructure* makeStats(ParlourRtpSfuSinkPad* self) {
  const Source::Counters& c = self->d->source->counters;
  return gst_structure_new("rtpsfu-sink-stats", "packets", G_TYPE_UINT64, c.packets.load(), "bytes",
                           G_TYPE_UINT64, c.bytes.load(), "dropped-gate", G_TYPE_UINT64,
                           c.droppedGate.load(), "malformed", G_TYPE_UINT64, c.malformed.load(),
                           "key-frames", G_TYPE_UINT64, c.keyFrames.load(), "key-frame-asks",
                           G_TYPE_UINT64, c.requestsAsked.load(), "key-frame-requests",
                           G_TYPE_UINT64, c.requestsSent.load(), nullptr);
}

void setProperty(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  auto* self = self_of(object);
  Source& source = *self->d->source;
  switch (id) {
    case PROP_TRACK:
      source.track = g_value_get_uint(value);
      withElement(GST_PAD(self), parlour_rtp_sfu_rematch);
      break;
    case PROP_LAYER:
      source.layer = g_value_get_uint(value);
      withElement(GST_PAD(self), parlour_rtp_sfu_rematch);
      break;
    case PROP_LABEL: {
      const gchar* label = g_value_get_string(value);
      GST_OBJECT_LOCK(self);
      self->d->label = label ? label : "";
      GST_OBJECT_UNLOCK(self);
      break;
    }
    case PROP_GATE:
      source.setGate(g_value_get_boolean(value));
      break;
    case PROP_FANOUT:
      // The stream lock is held by the chain function, so nothing is being delivered to the old
      // one when this returns.
      GST_PAD_STREAM_LOCK(self);
      source.setFanout(static_cast<parlour::transport::PacketSink*>(g_value_get_pointer(value)));
      GST_PAD_STREAM_UNLOCK(self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void getProperty(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  auto* self = self_of(object);
  Source& source = *self->d->source;
  switch (id) {
    case PROP_TRACK:
      g_value_set_uint(value, source.track);
      break;
    case PROP_LAYER:
      g_value_set_uint(value, source.layer);
      break;
    case PROP_LABEL:
      GST_OBJECT_LOCK(self);
      g_value_set_string(value, self->d->label.c_str());
      GST_OBJECT_UNLOCK(self);
      break;
    case PROP_GATE:
      g_value_set_boolean(value, source.gateOpen());
      break;
    case PROP_KEY_FRAME_SOURCE:
      g_value_set_pointer(value, static_cast<parlour::transport::KeyFrameSource*>(&source));
      break;
    case PROP_STATS:
      g_value_take_boxed(value, makeStats(self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

// Action signal "take-audio-level".
guint takeAudioLevel(ParlourRtpSfuSinkPad* self) {
  const auto level = self->d->source->takeLoudness();
  return level.loudest | (level.voice ? 0x80u : 0u) | guint{level.mean} << 8 |
         std::min<guint>(level.packets, 0xffff) << 16;
}

void takeBuffer(ParlourRtpSfuSinkPad* self, GstBuffer* buffer) {
  GstClockTime time = GST_CLOCK_TIME_NONE;
  const GstSegment& segment = self->d->segment;
  if (GST_BUFFER_PTS_IS_VALID(buffer) && segment.format == GST_FORMAT_TIME)
    time = gst_segment_to_running_time(&segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  self->d->source->onBuffer(Buf<GstBuffer>::adopt(buffer), time);
}

GstFlowReturn chain(GstPad* pad, GstObject*, GstBuffer* buffer) {
  takeBuffer(self_of(pad), buffer);
  return GST_FLOW_OK;
}

GstFlowReturn chainList(GstPad* pad, GstObject*, GstBufferList* list) {
  for (guint i = 0; i < gst_buffer_list_length(list); ++i)
    takeBuffer(self_of(pad), gst_buffer_ref(gst_buffer_list_get(list, i)));
  gst_buffer_list_unref(list);
  return GST_FLOW_OK;
}

void setEos(ParlourRtpSfuSinkPad* self, bool eos) {
  if (self->d->source->ended.exchange(eos) != eos)
    withElement(GST_PAD(self), parlour_rtp_sfu_sink_eos_changed);
}

// Nothing goes through to the outputs: theirs are streams of their own.
gboolean onEvent(GstPad* pad, GstObject*, GstEvent* event) {
  auto* self = self_of(pad);
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_CAPS: {
      GstCaps* caps = nullptr;
      gst_event_parse_caps(event, &caps);
      self->d->source->setFormat(parlour::sfu::streamFormatOf(caps));
      break;
    }
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment(event, &self->d->segment);
      break;
    case GST_EVENT_STREAM_START:
      setEos(self, false);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_segment_init(&self->d->segment, GST_FORMAT_UNDEFINED);
      setEos(self, false);
      break;
    case GST_EVENT_EOS:
      setEos(self, true);
      break;
    default:
      break;
  }
  gst_event_unref(event);
  return TRUE;
}

gboolean onQuery(GstPad* pad, GstObject* parent, GstQuery* query) {
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_ALLOCATION:
      // Any memory is welcome, and none needs to be ours.
      return TRUE;
    case GST_QUERY_DRAIN:
      // Outputs have queues of their own; nothing of upstream's memory is waited for.
      return TRUE;
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

void finalize(GObject* object) {
  delete self_of(object)->d;
  G_OBJECT_CLASS(parlour_rtp_sfu_sink_pad_parent_class)->finalize(object);
}

void installProperties(GObjectClass* object) {
  const auto live = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  const auto read = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  const auto write = static_cast<GParamFlags>(G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      object, PROP_TRACK,
      g_param_spec_uint("track", "Track", "Id of the published track; 0 is none", 0, G_MAXUINT, 0,
                        live));
  g_object_class_install_property(
      object, PROP_LAYER,
      g_param_spec_uint(
          "layer", "Layer",
          "Of several pads with one track, source pads take the largest that is alive", 0,
          G_MAXUINT, 0, live));
  g_object_class_install_property(
      object, PROP_LABEL,
      g_param_spec_string("label", "Label", "What it is, for people who look at the graph", "",
                          live));
  g_object_class_install_property(
      object, PROP_GATE,
      g_param_spec_boolean("gate", "Gate",
                           "FALSE drops and counts every packet; opened again, video begins at a "
                           "key frame",
                           TRUE, live));
  g_object_class_install_property(
      object, PROP_FANOUT,
      g_param_spec_pointer("fanout", "Fan-out",
                           "parlour::transport::PacketSink* that is given every packet, or NULL. "
                           "Setting it waits for a packet that is being delivered",
                           write));
  g_object_class_install_property(
      object, PROP_KEY_FRAME_SOURCE,
      g_param_spec_pointer("key-frame-source", "Key-frame source",
                           "parlour::transport::KeyFrameSource* of this stream, for as long as the "
                           "pad lives",
                           read));
  g_object_class_install_property(
      object, PROP_STATS,
      g_param_spec_boxed("stats", "Statistics", "What came in and what became of it",
                         GST_TYPE_STRUCTURE, read));
}

}  // namespace

static void parlour_rtp_sfu_sink_pad_class_init(ParlourRtpSfuSinkPadClass* klass) {
  GObjectClass* object = G_OBJECT_CLASS(klass);
  object->set_property = setProperty;
  object->get_property = getProperty;
  object->finalize = finalize;
  installProperties(object);
  /**
   * ParlourRtpSfuSinkPad::take-audio-level:
   *
   * Returns and resets what RFC 6464 levels were heard since the last call: bits 0-6 the loudest
   * (-dBov, 127 for silence), bit 7 whether any had voice, bits 8-15 the mean, bits 16-31 the
   * number of packets.
   */
  signalTakeAudioLevel = g_signal_new_class_handler(
      "take-audio-level", G_TYPE_FROM_CLASS(klass),
      static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION), G_CALLBACK(takeAudioLevel),
      nullptr, nullptr, nullptr, G_TYPE_UINT, 0);
}

static void parlour_rtp_sfu_sink_pad_init(ParlourRtpSfuSinkPad* self) {
  self->d = new SinkState();
  gst_segment_init(&self->d->segment, GST_FORMAT_UNDEFINED);
}

ParlourRtpSfuSinkPad* parlour_rtp_sfu_sink_pad_new(GstPadTemplate* templ, const gchar* name,
                                                   std::shared_ptr<Housekeeping> housekeeping) {
  auto* self =
      PARLOUR_RTP_SFU_SINK_PAD(g_object_new(PARLOUR_TYPE_RTP_SFU_SINK_PAD, "name", name, "template",
                                            templ, "direction", GST_PAD_SINK, nullptr));
  self->d->source = std::make_shared<Source>(std::move(housekeeping));
  GstPad* pad = GST_PAD(self);
  gst_pad_set_chain_function(pad, chain);
  gst_pad_set_chain_list_function(pad, chainList);
  gst_pad_set_event_function(pad, onEvent);
  gst_pad_set_query_function(pad, onQuery);
  // The element never blocks upstream, and answers what depends on caps by itself.
  GST_PAD_SET_ACCEPT_TEMPLATE(pad);
  return self;
}

const std::shared_ptr<Source>& parlour_rtp_sfu_sink_pad_source(ParlourRtpSfuSinkPad* self) {
  return self->d->source;
}
