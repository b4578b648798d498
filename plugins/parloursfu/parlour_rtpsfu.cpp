/**
 * SECTION:element-rtpsfu
 * @title: rtpsfu
 * @short_description: forwards RTP streams to outputs, selectively
 *
 * rtpsfu is the middle of a room: published RTP streams come in on its sink pads, and each source
 * pad gives out one continuous RTP stream made of whichever published track it is switched to.
 * Nothing is decoded, and packets are not copied on their way in.
 *
 * A source pad's stream has one SSRC; sequence numbers, timestamps and VP8/VP9 picture ids go on
 * without a jump over every switch, so a depayloader or a browser never notices. Video changes over
 * at a key frame, which is asked for (an upstream GstForceKeyUnit event, repeated until it comes);
 * the old track goes on until then. The track that a packet comes from is its CSRC.
 *
 * Each sink pad runs on its own upstream thread and takes no lock that another sink pad takes; each
 * source pad has a bounded queue and a task, so that what is slow or stuck behind it drops its own
 * packets only. Pads come and go in any state. Beside source pads, a sink pad gives its packets to
 * a `fanout`, the way by which a server's own transport takes part.
 *
 * Pads of one `track` with different `layer` are its simulcast layers: outputs take the largest one
 * that is alive.
 *
 * The element message `rtpsfu-speakers` tells who speaks by RFC 6464 audio levels: `tracks`, an
 * array of guint with the dominant speaker first, and `levels`, theirs in -dBov.
 *
 * Caveats: input must be `application/x-rtp` with `extmap-<id>` fields for header extensions to be
 * understood. RTX and FEC streams are not repaired here. EOS of one stream does not end an output;
 * with `forward-eos` the end of all does. Before a source pad is released, what is behind it must
 * not be blocked (flush or stop it first, as with every element that pushes).
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 rtpsfu name=sfu forward-eos=true sink_0::track=1 sink_1::track=2 src_0::source=2
 *   videotestsrc num-buffers=150 ! vp8enc deadline=1 keyframe-max-dist=30 ! rtpvp8pay ! sfu.sink_0
 *   videotestsrc num-buffers=150 pattern=ball ! vp8enc deadline=1 ! rtpvp8pay ! sfu.sink_1
 *   sfu.src_0 ! rtpvp8depay ! vp8dec ! videoconvert ! autovideosink
 * ]| Two published pictures, of which the second one is watched.
 */
#include "parlour_rtpsfu.hpp"

#include <gst/video/video.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "routes.hpp"
#include "speaker_watch.hpp"

GST_DEBUG_CATEGORY(parlour_rtp_sfu_debug);
#define GST_CAT_DEFAULT parlour_rtp_sfu_debug

using namespace parlour;
using namespace parlour::sfu;

namespace {

enum Property : guint { PROP_0, PROP_SPEAKERS, PROP_FORWARD_EOS };

GstStaticPadTemplate sinkTemplate = GST_STATIC_PAD_TEMPLATE(
    "sink_%u", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS("application/x-rtp"));
GstStaticPadTemplate srcTemplate = GST_STATIC_PAD_TEMPLATE("src_%u", GST_PAD_SRC, GST_PAD_REQUEST,
                                                           GST_STATIC_CAPS("application/x-rtp"));

struct State {
  std::shared_ptr<Housekeeping> housekeeping = std::make_shared<Housekeeping>();
  Routes routes{housekeeping};
  SpeakerWatch speakerWatch;  // Housekeeping thread.
  std::atomic<bool> speakers{true};
  std::atomic<bool> forwardEos{false};
};

}  // namespace

struct _ParlourRtpSfu {
  GstElement parent;
  State* d;
};

static void parlour_rtp_sfu_child_proxy_init(gpointer iface, gpointer);

G_DEFINE_TYPE_WITH_CODE(ParlourRtpSfu, parlour_rtp_sfu, GST_TYPE_ELEMENT,
                        G_IMPLEMENT_INTERFACE(GST_TYPE_CHILD_PROXY,
                                              parlour_rtp_sfu_child_proxy_init))

namespace {

ParlourRtpSfu* self_of(gpointer object) {
  return PARLOUR_RTP_SFU(object);
}

// --- housekeeping thread ---

bool sendDueRequests(const std::vector<Routes::Member>& members, int64_t nowNs) {
  bool again = false;
  for (const Routes::Member& member : members) {
    if (member.source->takeDueRequest(nowNs)) {
      // Not all headers: a PLI rather than a FIR.
      GST_LOG_OBJECT(member.pad.get(), "asking for a key frame");
      gst_pad_push_event(member.pad.get(), gst_video_event_new_upstream_force_key_unit(
                                               GST_CLOCK_TIME_NONE, FALSE, 0));
    }
    again = again || member.source->wantsKeyFrame();
  }
  return again;
}

bool watchSpeakers(ParlourRtpSfu* self, const std::vector<Routes::Member>& members, int64_t nowNs) {
  State& d = *self->d;
  if (!d.speakers) return false;
  const bool again = d.speakerWatch.onTick(members, nowNs);
  if (GstStructure* speakers = d.speakerWatch.takeAnnouncement())
    gst_element_post_message(GST_ELEMENT(self),
                             gst_message_new_element(GST_OBJECT(self), speakers));
  return again;
}

bool tick(ParlourRtpSfu* self, int64_t nowNs) {
  State& d = *self->d;
  // Before levels are looked at: one that comes in between is not slept through.
  d.housekeeping->wakeOnAudio = d.speakers.load();
  const bool layers = d.routes.watchLayers();
  const auto members = d.routes.sources();
  const bool speakers = watchSpeakers(self, members, nowNs);
  const bool requests = sendDueRequests(members, nowNs);
  if (speakers) d.housekeeping->wakeOnAudio = false;
  return layers || speakers || requests;
}

// --- pads ---

GstPad* newSink(State& d, GstPadTemplate* templ, const gchar* asked) {
  guint number = 0;
  if (!asked || std::sscanf(asked, "sink_%u", &number) != 1) number = d.routes.nextSource();
  gchar* name = g_strdup_printf("sink_%u", number);
  auto* pad = parlour_rtp_sfu_sink_pad_new(templ, name, d.housekeeping);
  g_free(name);
  if (d.routes.addSource(number, GST_PAD(pad), parlour_rtp_sfu_sink_pad_source(pad)))
    return GST_PAD(pad);
  gst_object_unref(gst_object_ref_sink(pad));
  return nullptr;
}

GstPad* newSrc(State& d, GstPadTemplate* templ, const gchar* asked) {
  guint number = 0;
  if (!asked || std::sscanf(asked, "src_%u", &number) != 1) number = d.routes.nextOutput();
  gchar* name = g_strdup_printf("src_%u", number);
  auto* pad = parlour_rtp_sfu_src_pad_new(templ, name);
  g_free(name);
  if (d.routes.addOutput(number, parlour_rtp_sfu_src_pad_output(pad))) return GST_PAD(pad);
  gst_object_unref(gst_object_ref_sink(pad));
  return nullptr;
}

GstPad* requestNewPad(GstElement* element, GstPadTemplate* templ, const gchar* name,
                      const GstCaps*) {
  auto* self = self_of(element);
  const bool sink = GST_PAD_TEMPLATE_DIRECTION(templ) == GST_PAD_SINK;
  GstPad* pad = sink ? newSink(*self->d, templ, name) : newSrc(*self->d, templ, name);
  if (!pad) {
    GST_WARNING_OBJECT(self, "there is a pad %s already", GST_STR_NULL(name));
    return nullptr;
  }
  gst_element_add_pad(element, pad);
  gst_child_proxy_child_added(GST_CHILD_PROXY(self), G_OBJECT(pad), GST_PAD_NAME(pad));
  return pad;
}

void releasePad(GstElement* element, GstPad* pad) {
  auto* self = self_of(element);
  State& d = *self->d;
  // Waits for the packet that is on its way through.
  gst_pad_set_active(pad, FALSE);
  if (PARLOUR_IS_RTP_SFU_SINK_PAD(pad))
    d.routes.removeSource(*parlour_rtp_sfu_sink_pad_source(PARLOUR_RTP_SFU_SINK_PAD(pad)));
  else
    d.routes.removeOutput(*parlour_rtp_sfu_src_pad_output(PARLOUR_RTP_SFU_SRC_PAD(pad)));
  gst_child_proxy_child_removed(GST_CHILD_PROXY(self), G_OBJECT(pad), GST_PAD_NAME(pad));
  gst_element_remove_pad(element, pad);
  parlour_rtp_sfu_sink_eos_changed(self);
}

// --- element ---

// Action signal "route".
gboolean route(ParlourRtpSfu* self, guint output, guint track) {
  gchar* name = g_strdup_printf("src_%u", output);
  const auto pad = Ref<GstPad>::adopt(gst_element_get_static_pad(GST_ELEMENT(self), name));
  g_free(name);
  if (pad) g_object_set(pad.get(), "source", track, nullptr);
  return pad ? TRUE : FALSE;
}

// Action signal "request-key-frame".
gboolean requestKeyFrame(ParlourRtpSfu* self, guint track) {
  bool found = false;
  for (const Routes::Member& member : self->d->routes.sources()) {
    if (member.source->track != track) continue;
    member.source->requestKeyFrame();
    found = true;
  }
  return found;
}

GstStateChangeReturn changeState(GstElement* element, GstStateChange transition) {
  auto* self = self_of(element);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    self->d->housekeeping->start([self](int64_t nowNs) { return tick(self, nowNs); });
  GstStateChangeReturn result =
      GST_ELEMENT_CLASS(parlour_rtp_sfu_parent_class)->change_state(element, transition);
  if (result == GST_STATE_CHANGE_FAILURE) return result;
  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      self->d->housekeeping->kick();
      return GST_STATE_CHANGE_NO_PREROLL;  // An output has nothing before its source is chosen.
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      return GST_STATE_CHANGE_NO_PREROLL;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      self->d->housekeeping->stop();
      break;
    default:
      break;
  }
  return result;
}

gboolean setClock(GstElement* element, GstClock* clock) {
  self_of(element)->d->housekeeping->setClock(clock);
  return GST_ELEMENT_CLASS(parlour_rtp_sfu_parent_class)->set_clock(element, clock);
}

void setProperty(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& d = *self_of(object)->d;
  switch (id) {
    case PROP_SPEAKERS:
      d.speakers = g_value_get_boolean(value);
      d.housekeeping->kick();
      break;
    case PROP_FORWARD_EOS:
      d.forwardEos = g_value_get_boolean(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void getProperty(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  const State& d = *self_of(object)->d;
  switch (id) {
    case PROP_SPEAKERS:
      g_value_set_boolean(value, d.speakers);
      break;
    case PROP_FORWARD_EOS:
      g_value_set_boolean(value, d.forwardEos);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void dispose(GObject* object) {
  State& d = *self_of(object)->d;
  d.housekeeping->stop();
  d.routes.clear();
  G_OBJECT_CLASS(parlour_rtp_sfu_parent_class)->dispose(object);
}

void finalize(GObject* object) {
  delete self_of(object)->d;
  G_OBJECT_CLASS(parlour_rtp_sfu_parent_class)->finalize(object);
}

// --- child proxy: pads' properties in launch lines ---

GObject* childByName(GstChildProxy* proxy, const gchar* name) {
  return G_OBJECT(gst_element_get_static_pad(GST_ELEMENT(proxy), name));
}

GObject* childByIndex(GstChildProxy* proxy, guint index) {
  GST_OBJECT_LOCK(proxy);
  auto* pad = static_cast<GObject*>(g_list_nth_data(GST_ELEMENT(proxy)->pads, index));
  if (pad) g_object_ref(pad);
  GST_OBJECT_UNLOCK(proxy);
  return pad;
}

guint childrenCount(GstChildProxy* proxy) {
  GST_OBJECT_LOCK(proxy);
  const guint count = GST_ELEMENT(proxy)->numpads;
  GST_OBJECT_UNLOCK(proxy);
  return count;
}

void installSignals(ParlourRtpSfuClass* klass) {
  const auto flags = static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION);
  /**
   * ParlourRtpSfu::route:
   * @output: number of a source pad
   * @track: what it is to output, 0 for nothing
   *
   * The same as setting the pad's property `source`. Returns: whether there is such a pad.
   */
  g_signal_new_class_handler("route", G_TYPE_FROM_CLASS(klass), flags, G_CALLBACK(route), nullptr,
                             nullptr, nullptr, G_TYPE_BOOLEAN, 2, G_TYPE_UINT, G_TYPE_UINT);
  /**
   * ParlourRtpSfu::request-key-frame:
   * @track: whose
   *
   * Asks for a key frame of every layer of a track. Returns: whether there is such a track.
   */
  g_signal_new_class_handler("request-key-frame", G_TYPE_FROM_CLASS(klass), flags,
                             G_CALLBACK(requestKeyFrame), nullptr, nullptr, nullptr, G_TYPE_BOOLEAN,
                             1, G_TYPE_UINT);
}

void installProperties(GObjectClass* object) {
  const auto live = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      object, PROP_SPEAKERS,
      g_param_spec_boolean("speakers", "Speakers",
                           "Find out who speaks and post rtpsfu-speakers messages", TRUE, live));
  g_object_class_install_property(
      object, PROP_FORWARD_EOS,
      g_param_spec_boolean("forward-eos", "Forward EOS",
                           "End the outputs when every sink pad has ended", FALSE, live));
}

}  // namespace

void parlour_rtp_sfu_rematch(ParlourRtpSfu* element) {
  element->d->routes.rematch();
}

void parlour_rtp_sfu_sink_eos_changed(ParlourRtpSfu* element) {
  if (element->d->forwardEos) element->d->routes.endIfAllEnded();
}

void parlour_rtp_sfu_answer_latency(ParlourRtpSfu* element, GstQuery* query) {
  // Any source may become any output's: the least that all of them can keep.
  GstClockTime least = 0;
  for (const Routes::Member& member : element->d->routes.sources()) {
    GstQuery* upstream = gst_query_new_latency();
    if (gst_pad_peer_query(member.pad.get(), upstream)) {
      gboolean live = FALSE;
      GstClockTime min = 0, max = GST_CLOCK_TIME_NONE;
      gst_query_parse_latency(upstream, &live, &min, &max);
      if (live) least = std::max(least, min);
    }
    gst_query_unref(upstream);
  }
  // An output's queue leaks instead of stopping its sources, whatever a sink waits for.
  gst_query_set_latency(query, TRUE, least, GST_CLOCK_TIME_NONE);
}

static void parlour_rtp_sfu_child_proxy_init(gpointer iface, gpointer) {
  auto* proxy = static_cast<GstChildProxyInterface*>(iface);
  proxy->get_child_by_name = childByName;
  proxy->get_child_by_index = childByIndex;
  proxy->get_children_count = childrenCount;
}

static void parlour_rtp_sfu_class_init(ParlourRtpSfuClass* klass) {
  GObjectClass* object = G_OBJECT_CLASS(klass);
  object->set_property = setProperty;
  object->get_property = getProperty;
  object->dispose = dispose;
  object->finalize = finalize;
  installProperties(object);
  installSignals(klass);

  GstElementClass* element = GST_ELEMENT_CLASS(klass);
  element->request_new_pad = requestNewPad;
  element->release_pad = releasePad;
  element->change_state = changeState;
  element->set_clock = setClock;
  gst_element_class_add_static_pad_template_with_gtype(element, &sinkTemplate,
                                                       PARLOUR_TYPE_RTP_SFU_SINK_PAD);
  gst_element_class_add_static_pad_template_with_gtype(element, &srcTemplate,
                                                       PARLOUR_TYPE_RTP_SFU_SRC_PAD);
  gst_element_class_set_static_metadata(element, "RTP selective forwarding unit",
                                        "Filter/Network/RTP",
                                        "Forwards published RTP streams to outputs that switch "
                                        "between them without a jump",
                                        "The Parlour authors");
}

static void parlour_rtp_sfu_init(ParlourRtpSfu* self) {
  self->d = new State();
}
