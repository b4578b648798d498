#include "transport/ice_agent.hpp"

#include "transport/endpoint.hpp"
#include "transport/lite_elements.hpp"

using parlour::transport::Endpoint;

// --- transport ---

typedef struct _ParlourIceTransport {
  GstWebRTCICETransport parent;
} ParlourIceTransport;
typedef struct _ParlourIceTransportClass {
  GstWebRTCICETransportClass parent_class;
} ParlourIceTransportClass;

static GType parlour_ice_transport_get_type();
G_DEFINE_TYPE(ParlourIceTransport, parlour_ice_transport, GST_TYPE_WEBRTC_ICE_TRANSPORT)

static gboolean parlour_ice_transport_gather(GstWebRTCICETransport*) { return TRUE; }

static void parlour_ice_transport_dispose(GObject* object) {
  auto* transport = GST_WEBRTC_ICE_TRANSPORT(object);
  gst_clear_object(&transport->src);
  gst_clear_object(&transport->sink);
  G_OBJECT_CLASS(parlour_ice_transport_parent_class)->dispose(object);
}

static void parlour_ice_transport_init(ParlourIceTransport*) {}
static void parlour_ice_transport_class_init(ParlourIceTransportClass* klass) {
  G_OBJECT_CLASS(klass)->dispose = parlour_ice_transport_dispose;
  GST_WEBRTC_ICE_TRANSPORT_CLASS(klass)->gather_candidates = parlour_ice_transport_gather;
}

// --- stream ---

typedef struct _ParlourIceStream {
  GstWebRTCICEStream parent;
  std::shared_ptr<Endpoint>* endpoint;
  GWeakRef transport;
} ParlourIceStream;
typedef struct _ParlourIceStreamClass {
  GstWebRTCICEStreamClass parent_class;
} ParlourIceStreamClass;

static GType parlour_ice_stream_get_type();
G_DEFINE_TYPE(ParlourIceStream, parlour_ice_stream, GST_TYPE_WEBRTC_ICE_STREAM)

/// One transport object per stream (RTP and RTCP share it by rtcp-mux), a full reference each call.
static GstWebRTCICETransport* parlour_ice_stream_find_transport(GstWebRTCICEStream* stream,
                                                                GstWebRTCICEComponent) {
  auto* self = reinterpret_cast<ParlourIceStream*>(stream);
  if (gpointer known = g_weak_ref_get(&self->transport)) return GST_WEBRTC_ICE_TRANSPORT(known);
  auto* transport =
      GST_WEBRTC_ICE_TRANSPORT(g_object_new(parlour_ice_transport_get_type(), nullptr));
  gst_object_ref_sink(transport);
  transport->component = GST_WEBRTC_ICE_COMPONENT_RTP;
  transport->src = GST_ELEMENT(
      gst_object_ref_sink(parlour::transport::parlour_lite_src_new(*self->endpoint)));
  transport->sink = GST_ELEMENT(
      gst_object_ref_sink(parlour::transport::parlour_lite_sink_new(*self->endpoint)));
  (*self->endpoint)->setDtlsInput(transport->src);
  g_weak_ref_set(&self->transport, transport);
  return transport;
}

static gboolean parlour_ice_stream_gather(GstWebRTCICEStream*) { return TRUE; }

static void parlour_ice_stream_finalize(GObject* object) {
  auto* self = reinterpret_cast<ParlourIceStream*>(object);
  g_weak_ref_clear(&self->transport);
  delete self->endpoint;
  G_OBJECT_CLASS(parlour_ice_stream_parent_class)->finalize(object);
}

static void parlour_ice_stream_init(ParlourIceStream* self) {
  self->endpoint = new std::shared_ptr<Endpoint>;
  g_weak_ref_init(&self->transport, nullptr);
}
static void parlour_ice_stream_class_init(ParlourIceStreamClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = parlour_ice_stream_finalize;
  auto* stream = GST_WEBRTC_ICE_STREAM_CLASS(klass);
  stream->find_transport = parlour_ice_stream_find_transport;
  stream->gather_candidates = parlour_ice_stream_gather;
}

// --- agent ---

struct IceAgentPrivate {
  std::shared_ptr<Endpoint> endpoint;
  GstWebRTCICEOnCandidateFunc onCandidate = nullptr;
  gpointer onCandidateData = nullptr;
  GDestroyNotify onCandidateNotify = nullptr;
};

typedef struct _ParlourIceAgent {
  GstWebRTCICE parent;
  /// Owned here, webrtcbin only borrows it. There is one: BUNDLE and a one-m-line description.
  GstWebRTCICEStream* stream;
  IceAgentPrivate* priv;
} ParlourIceAgent;
typedef struct _ParlourIceAgentClass {
  GstWebRTCICEClass parent_class;
} ParlourIceAgentClass;

static GType parlour_ice_agent_get_type();
G_DEFINE_TYPE(ParlourIceAgent, parlour_ice_agent, GST_TYPE_WEBRTC_ICE)
#define SELF(x) reinterpret_cast<ParlourIceAgent*>(x)

static GstWebRTCICEStream* parlour_ice_agent_add_stream(GstWebRTCICE* ice, guint sessionId) {
  auto* self = SELF(ice);
  auto* stream =
      reinterpret_cast<ParlourIceStream*>(g_object_new(parlour_ice_stream_get_type(), nullptr));
  gst_object_ref_sink(stream);
  stream->parent.stream_id = sessionId;
  *stream->endpoint = self->priv->endpoint;
  if (self->stream) gst_object_unref(self->stream);
  self->stream = GST_WEBRTC_ICE_STREAM(stream);
  return self->stream;
}

static GstWebRTCICETransport* parlour_ice_agent_find_transport(GstWebRTCICE*,
                                                               GstWebRTCICEStream* stream,
                                                               GstWebRTCICEComponent component) {
  return gst_webrtc_ice_stream_find_transport(stream, component);
}

/// Gathering is instant: the candidates are the server's, known since start.
static gboolean parlour_ice_agent_gather(GstWebRTCICE*, GstWebRTCICEStream* stream) {
  auto* transport = gst_webrtc_ice_stream_find_transport(stream, GST_WEBRTC_ICE_COMPONENT_RTP);
  gst_webrtc_ice_transport_gathering_state_change(transport,
                                                  GST_WEBRTC_ICE_GATHERING_STATE_GATHERING);
  gst_webrtc_ice_transport_gathering_state_change(transport,
                                                  GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE);
  gst_object_unref(transport);
  return TRUE;
}

#if GST_CHECK_VERSION(1, 24, 0)
static void parlour_ice_agent_add_candidate(GstWebRTCICE*, GstWebRTCICEStream*, const gchar*,
                                            GstPromise* promise) {
  if (promise) gst_promise_reply(promise, nullptr);
}
#else
static void parlour_ice_agent_add_candidate(GstWebRTCICE*, GstWebRTCICEStream*, const gchar*) {}
#endif
static gboolean parlour_ice_agent_set_credentials(GstWebRTCICE*, GstWebRTCICEStream*, const gchar*,
                                                  const gchar*) {
  return TRUE;
}
static gboolean parlour_ice_agent_add_turn_server(GstWebRTCICE*, const gchar*) { return FALSE; }
static void parlour_ice_agent_set_flag(GstWebRTCICE*, gboolean) {}
static gboolean parlour_ice_agent_is_controller(GstWebRTCICE*) { return FALSE; }
static void parlour_ice_agent_set_uri(GstWebRTCICE*, const gchar*) {}
static gchar* parlour_ice_agent_get_uri(GstWebRTCICE*) { return nullptr; }
static void parlour_ice_agent_set_tos(GstWebRTCICE*, GstWebRTCICEStream*, guint) {}

static void parlour_ice_agent_set_on_candidate(GstWebRTCICE* ice, GstWebRTCICEOnCandidateFunc func,
                                               gpointer data, GDestroyNotify notify) {
  auto& priv = *SELF(ice)->priv;
  if (priv.onCandidateNotify) priv.onCandidateNotify(priv.onCandidateData);
  priv.onCandidate = func;
  priv.onCandidateData = data;
  priv.onCandidateNotify = notify;
}

static GstWebRTCICECandidateStats** parlour_ice_agent_candidates(GstWebRTCICE*,
                                                                 GstWebRTCICEStream*) {
  return g_new0(GstWebRTCICECandidateStats*, 1);
}
static gboolean parlour_ice_agent_selected_pair(GstWebRTCICE*, GstWebRTCICEStream*,
                                                GstWebRTCICECandidateStats**,
                                                GstWebRTCICECandidateStats**) {
  return FALSE;
}
#if GST_CHECK_VERSION(1, 28, 0)
static void parlour_ice_agent_close(GstWebRTCICE*, GstPromise* promise) {
  if (promise) gst_promise_reply(promise, nullptr);
}
#endif

static void parlour_ice_agent_finalize(GObject* object) {
  auto* self = SELF(object);
  auto& priv = *self->priv;
  if (priv.onCandidateNotify) priv.onCandidateNotify(priv.onCandidateData);
  if (self->stream) gst_object_unref(self->stream);
  delete self->priv;
  G_OBJECT_CLASS(parlour_ice_agent_parent_class)->finalize(object);
}

static void parlour_ice_agent_init(ParlourIceAgent* self) {
  self->priv = new IceAgentPrivate;
}

/// webrtcbin asserts that every one of these is there.
static void parlour_ice_agent_class_init(ParlourIceAgentClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = parlour_ice_agent_finalize;
  auto* ice = GST_WEBRTC_ICE_CLASS(klass);
  ice->add_stream = parlour_ice_agent_add_stream;
  ice->find_transport = parlour_ice_agent_find_transport;
  ice->gather_candidates = parlour_ice_agent_gather;
  ice->add_candidate = parlour_ice_agent_add_candidate;
  ice->set_local_credentials = parlour_ice_agent_set_credentials;
  ice->set_remote_credentials = parlour_ice_agent_set_credentials;
  ice->add_turn_server = parlour_ice_agent_add_turn_server;
  ice->set_is_controller = parlour_ice_agent_set_flag;
  ice->get_is_controller = parlour_ice_agent_is_controller;
  ice->set_force_relay = parlour_ice_agent_set_flag;
  ice->set_stun_server = parlour_ice_agent_set_uri;
  ice->get_stun_server = parlour_ice_agent_get_uri;
  ice->set_turn_server = parlour_ice_agent_set_uri;
  ice->get_turn_server = parlour_ice_agent_get_uri;
  ice->set_http_proxy = parlour_ice_agent_set_uri;
  ice->get_http_proxy = parlour_ice_agent_get_uri;
  ice->set_tos = parlour_ice_agent_set_tos;
  ice->set_on_ice_candidate = parlour_ice_agent_set_on_candidate;
  ice->get_local_candidates = parlour_ice_agent_candidates;
  ice->get_remote_candidates = parlour_ice_agent_candidates;
  ice->get_selected_pair = parlour_ice_agent_selected_pair;
#if GST_CHECK_VERSION(1, 28, 0)
  ice->close = parlour_ice_agent_close;
#endif
}

namespace parlour::transport {

GstWebRTCICE* parlour_ice_agent_new(const std::shared_ptr<Endpoint>& endpoint) {
  auto* self =
      reinterpret_cast<ParlourIceAgent*>(g_object_new(parlour_ice_agent_get_type(), nullptr));
  gst_object_ref_sink(self);
  self->priv->endpoint = endpoint;
  return GST_WEBRTC_ICE(self);
}

void parlour_ice_agent_connected(GstWebRTCICE* agent) {
  GstWebRTCICEStream* stream = SELF(agent)->stream;
  if (!stream) return;
  auto* transport = gst_webrtc_ice_stream_find_transport(stream, GST_WEBRTC_ICE_COMPONENT_RTP);
  if (transport->state == GST_WEBRTC_ICE_CONNECTION_STATE_NEW) {
    gst_webrtc_ice_transport_connection_state_change(transport,
                                                     GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING);
    gst_webrtc_ice_transport_connection_state_change(transport,
                                                     GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED);
  }
  gst_object_unref(transport);
}

}  // namespace parlour::transport
