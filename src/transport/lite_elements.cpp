#include "transport/lite_elements.hpp"

#include <cstring>

#include "transport/endpoint.hpp"
#include "transport/stun.hpp"

using parlour::transport::Endpoint;

namespace {

constexpr guint kMaxQueuedBytes = 256 * 1024;

GST_DEBUG_CATEGORY_STATIC(lite_debug);
#define GST_CAT_DEFAULT lite_debug

void initDebug() {
  static const bool once = [] {
    GST_DEBUG_CATEGORY_INIT(lite_debug, "parlourlite", 0, "Parlour's transport ends");
    return true;
  }();
  (void)once;
}

}  // namespace

// --- litesrc ---

struct LiteSrcPrivate {
  std::shared_ptr<Endpoint> endpoint;
  bool started = false;  // I/O thread.
  GWeakRef queue;
};

typedef struct _ParlourLiteSrc {
  GstElement parent;
  GstPad* pad;
  LiteSrcPrivate* priv;
} ParlourLiteSrc;
typedef struct _ParlourLiteSrcClass {
  GstElementClass parent_class;
} ParlourLiteSrcClass;

static GType parlour_lite_src_get_type();
G_DEFINE_TYPE(ParlourLiteSrc, parlour_lite_src, GST_TYPE_ELEMENT)

static GstStaticPadTemplate srcTemplate =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("application/x-rtp"));

static gboolean parlour_lite_src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) == GST_QUERY_LATENCY) {
    gst_query_set_latency(query, TRUE, 0, GST_CLOCK_TIME_NONE);
    return TRUE;
  }
  return gst_pad_query_default(pad, parent, query);
}

static void parlour_lite_src_init(ParlourLiteSrc* self) {
  self->priv = new LiteSrcPrivate;
  g_weak_ref_init(&self->priv->queue, nullptr);
  self->pad = gst_pad_new_from_static_template(&srcTemplate, "src");
  gst_pad_set_query_function(self->pad, parlour_lite_src_query);
  gst_element_add_pad(GST_ELEMENT(self), self->pad);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SOURCE);
}

static void parlour_lite_src_finalize(GObject* object) {
  auto* self = reinterpret_cast<ParlourLiteSrc*>(object);
  g_weak_ref_clear(&self->priv->queue);
  delete self->priv;
  G_OBJECT_CLASS(parlour_lite_src_parent_class)->finalize(object);
}

static void parlour_lite_src_class_init(ParlourLiteSrcClass* klass) {
  initDebug();
  G_OBJECT_CLASS(klass)->finalize = parlour_lite_src_finalize;
  gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(klass), &srcTemplate);
  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "Lite transport source",
                                        "Source/Network", "DTLS packets of one peer",
                                        "The Parlour authors");
}

// --- litesink ---

typedef struct _ParlourLiteSink {
  GstElement parent;
  GstPad* pad;
  std::shared_ptr<Endpoint>* endpoint;
} ParlourLiteSink;
typedef struct _ParlourLiteSinkClass {
  GstElementClass parent_class;
} ParlourLiteSinkClass;

static GType parlour_lite_sink_get_type();
G_DEFINE_TYPE(ParlourLiteSink, parlour_lite_sink, GST_TYPE_ELEMENT)

static GstStaticPadTemplate sinkTemplate =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static void sendBuffer(ParlourLiteSink* self, GstBuffer* buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
  if (map.size > 0 && parlour::transport::looksLikeDtls(map.data[0]) && *self->endpoint)
    (*self->endpoint)->sendDtls(map.data, map.size);
  gst_buffer_unmap(buffer, &map);
}

static GstFlowReturn parlour_lite_sink_chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  sendBuffer(reinterpret_cast<ParlourLiteSink*>(parent), buffer);
  gst_buffer_unref(buffer);
  return GST_FLOW_OK;
}

static GstFlowReturn parlour_lite_sink_chain_list(GstPad*, GstObject* parent, GstBufferList* list) {
  for (guint i = 0; i < gst_buffer_list_length(list); ++i)
    sendBuffer(reinterpret_cast<ParlourLiteSink*>(parent), gst_buffer_list_get(list, i));
  gst_buffer_list_unref(list);
  return GST_FLOW_OK;
}

static gboolean parlour_lite_sink_event(GstPad*, GstObject*, GstEvent* event) {
  gst_event_unref(event);  // A sink that takes whatever comes, in any state of its stream.
  return TRUE;
}

static void parlour_lite_sink_init(ParlourLiteSink* self) {
  self->endpoint = new std::shared_ptr<Endpoint>;
  self->pad = gst_pad_new_from_static_template(&sinkTemplate, "sink");
  gst_pad_set_chain_function(self->pad, parlour_lite_sink_chain);
  gst_pad_set_chain_list_function(self->pad, parlour_lite_sink_chain_list);
  gst_pad_set_event_function(self->pad, parlour_lite_sink_event);
  gst_element_add_pad(GST_ELEMENT(self), self->pad);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SINK);
}

static void parlour_lite_sink_finalize(GObject* object) {
  delete reinterpret_cast<ParlourLiteSink*>(object)->endpoint;
  G_OBJECT_CLASS(parlour_lite_sink_parent_class)->finalize(object);
}

static void parlour_lite_sink_class_init(ParlourLiteSinkClass* klass) {
  initDebug();
  G_OBJECT_CLASS(klass)->finalize = parlour_lite_sink_finalize;
  gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(klass), &sinkTemplate);
  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "Lite transport sink",
                                        "Sink/Network", "DTLS packets to one peer",
                                        "The Parlour authors");
}

namespace parlour::transport {

GstElement* parlour_lite_src_new(const std::shared_ptr<Endpoint>& endpoint) {
  auto* self = static_cast<ParlourLiteSrc*>(
      g_object_new(parlour_lite_src_get_type(), "name", "litesrc", nullptr));
  self->priv->endpoint = endpoint;
  return GST_ELEMENT(self);
}

GstElement* parlour_lite_sink_new(const std::shared_ptr<Endpoint>& endpoint) {
  auto* self = static_cast<ParlourLiteSink*>(
      g_object_new(parlour_lite_sink_get_type(), "name", "litesink", nullptr));
  *self->endpoint = endpoint;
  return GST_ELEMENT(self);
}

void parlour_lite_src_set_queue(GstElement* litesrc, GstElement* queue) {
  g_weak_ref_set(&reinterpret_cast<ParlourLiteSrc*>(litesrc)->priv->queue, queue);
}

static bool queueIsFull(LiteSrcPrivate& priv) {
  auto* queue = static_cast<GObject*>(g_weak_ref_get(&priv.queue));
  if (!queue) return false;
  guint bytes = 0;
  g_object_get(queue, "current-level-bytes", &bytes, nullptr);
  g_object_unref(queue);
  return bytes > kMaxQueuedBytes;
}

void parlour_lite_src_push(GstElement* litesrc, const uint8_t* data, size_t size) {
  auto* self = reinterpret_cast<ParlourLiteSrc*>(litesrc);
  if (!gst_pad_is_linked(self->pad) || queueIsFull(*self->priv)) return;
  if (!self->priv->started) {
    self->priv->started = true;
    gst_pad_push_event(self->pad, gst_event_new_stream_start("parlour-transport"));
    GstCaps* caps = gst_caps_new_empty_simple("application/x-rtp");
    gst_pad_push_event(self->pad, gst_event_new_caps(caps));
    gst_caps_unref(caps);
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(self->pad, gst_event_new_segment(&segment));
  }
  GstBuffer* buffer = gst_buffer_new_memdup(data, size);
  const GstFlowReturn flow = gst_pad_push(self->pad, buffer);
  if (flow != GST_FLOW_OK) GST_DEBUG_OBJECT(self, "push: %s", gst_flow_get_name(flow));
}

}  // namespace parlour::transport
