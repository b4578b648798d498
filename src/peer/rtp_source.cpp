#include "peer/rtp_source.hpp"

#include <gst/video/video.h>

typedef struct _ParlourRtpSource {
  GstElement parent;
} ParlourRtpSource;
typedef struct _ParlourRtpSourceClass {
  GstElementClass parent_class;
} ParlourRtpSourceClass;

static GType parlour_rtp_source_get_type();
G_DEFINE_TYPE(ParlourRtpSource, parlour_rtp_source, GST_TYPE_ELEMENT)

static GstStaticPadTemplate padTemplate = GST_STATIC_PAD_TEMPLATE(
    "%s", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS("application/x-rtp"));

static void parlour_rtp_source_init(ParlourRtpSource* self) {
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SOURCE);
}

static GstStateChangeReturn parlour_rtp_source_change_state(GstElement* element,
                                                            GstStateChange transition) {
  const auto result =
      GST_ELEMENT_CLASS(parlour_rtp_source_parent_class)->change_state(element, transition);
  // A live source has nothing to show before PLAYING.
  if (result == GST_STATE_CHANGE_SUCCESS && (transition == GST_STATE_CHANGE_READY_TO_PAUSED ||
                                             transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED))
    return GST_STATE_CHANGE_NO_PREROLL;
  return result;
}

static void parlour_rtp_source_class_init(ParlourRtpSourceClass* klass) {
  auto* element = GST_ELEMENT_CLASS(klass);
  element->change_state = parlour_rtp_source_change_state;
  gst_element_class_add_static_pad_template(element, &padTemplate);
  gst_element_class_set_static_metadata(element, "Parlour RTP source", "Source/Network",
                                        "Decrypted RTP of one participant", "The Parlour authors");
}

namespace parlour::peer {
namespace {

GQuark padQuark() {
  static const GQuark quark = g_quark_from_static_string("parlour-rtp-pad");
  return quark;
}

/// What the pad's functions need; it outlives the RtpPad where the pad does.
struct PadLink {
  std::function<void()> wantKeyFrame;
};

void freePadLink(gpointer data) { delete static_cast<PadLink*>(data); }

gboolean onPadEvent(GstPad* pad, GstObject* parent, GstEvent* event) {
  if (gst_video_event_is_force_key_unit(event)) {
    if (auto* link = static_cast<PadLink*>(g_object_get_qdata(G_OBJECT(pad), padQuark())))
      link->wantKeyFrame();
    gst_event_unref(event);
    return TRUE;
  }
  return gst_pad_event_default(pad, parent, event);
}

gboolean onPadQuery(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) == GST_QUERY_LATENCY) {
    gst_query_set_latency(query, TRUE, 0, GST_CLOCK_TIME_NONE);
    return TRUE;
  }
  return gst_pad_query_default(pad, parent, query);
}

}  // namespace

GstElement* parlour_rtp_source_new() {
  return GST_ELEMENT(g_object_new(parlour_rtp_source_get_type(), "name", "rtp", nullptr));
}

RtpPad::RtpPad(GstElement* source, const std::string& name, GstCaps* caps, Callbacks callbacks)
    : source_(Ref<GstElement>::share(source)),
      callbacks_(std::move(callbacks)),
      caps_(Buf<GstCaps>::share(caps)) {
  GstPadTemplate* padTemplateOf = gst_static_pad_template_get(&padTemplate);
  pad_ = Ref<GstPad>::sink(gst_pad_new_from_template(padTemplateOf, name.c_str()));
  gst_object_unref(padTemplateOf);
  g_object_set_qdata_full(G_OBJECT(pad_.get()), padQuark(), new PadLink{callbacks_.wantKeyFrame},
                          freePadLink);
  gst_pad_set_event_function(pad_.get(), onPadEvent);
  gst_pad_set_query_function(pad_.get(), onPadQuery);
  gst_pad_use_fixed_caps(pad_.get());
  gst_pad_set_active(pad_.get(), TRUE);
  gst_element_add_pad(source, pad_.get());
}

RtpPad::~RtpPad() { remove(); }

void RtpPad::setFanout(std::shared_ptr<transport::TrackFanout> fanout) {
  Lock lock(mutex_);
  fanout_ = std::move(fanout);
}

void RtpPad::remove() {
  if (removed_.exchange(true)) return;
  gst_pad_set_active(pad_.get(), FALSE);
  gst_element_remove_pad(source_.get(), pad_.get());
}

void RtpPad::push(Buf<GstBuffer> buffer) noexcept {
  if (removed_) return;
  if (!started_) {
    started_ = true;
    gchar* id = gst_pad_create_stream_id(pad_.get(), source_.get(), GST_PAD_NAME(pad_.get()));
    gst_pad_push_event(pad_.get(), gst_event_new_stream_start(id));
    g_free(id);
    gst_pad_push_event(pad_.get(), gst_event_new_caps(caps_.get()));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(pad_.get(), gst_event_new_segment(&segment));
  }
  gst_pad_push(pad_.get(), buffer.release());
}

void RtpPad::onSenderClock(const transport::SenderClock& clock) noexcept {
  Lock lock(mutex_);
  if (fanout_) fanout_->setSenderClock(clock);
}

void RtpPad::onPayloadType(uint8_t payloadType) noexcept { callbacks_.onPayloadType(payloadType); }

}  // namespace parlour::peer
