#include "call/sfu.hpp"

#include <fmt/format.h>

#include <atomic>

#include "base/log.hpp"
#include "base/loop.hpp"

namespace parlour::call {
namespace {

constexpr log::Topic kTopic{"call"};

std::string elementName(const std::string& room) {
  std::string name = "room-" + room;
  for (char& c : name)
    if (!g_ascii_isalnum(c) && c != '-' && c != '_') c = '_';
  return name;
}

/// The bin below the pipeline that `object` is in, e.g. "peer-p_123"; empty for the pipeline.
std::string topBinOf(GstObject* object, GstElement* pipeline) {
  for (GstObject* o = object; o; o = GST_OBJECT_PARENT(o))
    if (GST_OBJECT_PARENT(o) == GST_OBJECT(pipeline)) return GST_OBJECT_NAME(o);
  return {};
}

bool isWithin(GstObject* object, GstElement* pipeline) {
  return object == GST_OBJECT(pipeline) ||
         gst_object_has_as_ancestor(object, GST_OBJECT(pipeline));
}

}  // namespace

Result<std::unique_ptr<Sfu>> Sfu::create(transport::Hub& hub, const std::string& room,
                                         Callbacks callbacks) {
  assertControlThread();
  std::unique_ptr<Sfu> sfu(new Sfu(hub));
  sfu->callbacks_ = std::move(callbacks);
  sfu->pipeline_ = Ref<GstElement>::sink(gst_pipeline_new(elementName(room).c_str()));
  GstElement* rtpsfu = gst_element_factory_make("rtpsfu", "rtpsfu");
  if (!rtpsfu)
    return failed("missing_plugin",
                  "GStreamer does not find rtpsfu: set GST_PLUGIN_PATH or --plugin-path to where "
                  "libgstparloursfu.so is");
  sfu->rtpsfu_ = Ref<GstElement>::sink(rtpsfu);
  // The room asks its pads for their levels: it knows who is muted, hidden or on hold.
  g_object_set(rtpsfu, "speakers", FALSE, nullptr);
  gst_bin_add(GST_BIN(sfu->pipeline_.get()), rtpsfu);
  GstBus* bus = gst_pipeline_get_bus(GST_PIPELINE(sfu->pipeline_.get()));
  gst_bus_set_sync_handler(bus, onBusMessage, new std::weak_ptr<Sfu*>(sfu->self_),
                           [](gpointer data) { delete static_cast<std::weak_ptr<Sfu*>*>(data); });
  gst_object_unref(bus);
  if (gst_element_set_state(sfu->pipeline_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    return failed("pipeline_failed", "the room's pipeline does not start");
  return sfu;
}

Sfu::~Sfu() {
  while (!streams_.empty()) unlink(streams_.begin()->first);
  if (pipeline_)
    runOnWorker([pipeline = pipeline_] { gst_element_set_state(pipeline.get(), GST_STATE_NULL); });
}

// A join posts hundreds of messages (states, threads, tags). Only errors are anybody's business; each
// of the others would cost a turn of the main loop, and a watch would cost every room a descriptor
// in each of its turns.
GstBusSyncReply Sfu::onBusMessage(GstBus*, GstMessage* message, gpointer data) noexcept {
  auto given = Buf<GstMessage>::adopt(message);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
    post([error = std::move(given), self = *static_cast<std::weak_ptr<Sfu*>*>(data)] {
      if (const auto alive = self.lock()) (*alive)->onBusError(error.get());
    });
  return GST_BUS_DROP;
}

void Sfu::onBusError(GstMessage* message) {
  GError* error = nullptr;
  gchar* debug = nullptr;
  gst_message_parse_error(message, &error, &debug);
  const std::string where = topBinOf(GST_MESSAGE_SRC(message), pipeline_.get());
  const std::string why = fmt::format("{}: {} ({})", GST_OBJECT_NAME(GST_MESSAGE_SRC(message)),
                                      error->message, debug ? debug : "no details");
  g_clear_error(&error);
  g_free(debug);
  if (where.starts_with("peer-"))
    callbacks_.onPeerError(where, why);
  else if (isWithin(GST_MESSAGE_SRC(message), pipeline_.get()))
    callbacks_.onError(why);
  else  // It was posted before its peer was taken out.
    log::debug(kTopic, {}, "an element that is gone: {}", why);
}

Result<uint32_t> Sfu::link(const room::ParticipantId& publisher,
                           const peer::PublishedStream& stream, const room::Codec& codec) {
  static std::atomic<uint32_t> nextFanout{0};
  const uint32_t id = ++nextFanout;
  LinkedStream linked{publisher, stream, nullptr, {}, codec};
  linked.fanout = hub_.addFanout(id, stream.kind == room::Kind::kVideo, codec.clockRate);
  GstPad* pad = gst_element_request_pad_simple(rtpsfu_.get(), "sink_%u");
  if (!pad) return failed("pipeline_failed", "rtpsfu gives no pad");
  linked.sfuPad = Ref<GstPad>::adopt(pad);
  const std::string label = publisher + "/" + stream.mid + (stream.rid.empty() ? "" : "/" + stream.rid);
  g_object_set(pad, "track", id, "label", label.c_str(), "fanout",
               static_cast<transport::PacketSink*>(linked.fanout.get()), nullptr);
  gpointer keyFrames = nullptr;
  g_object_get(pad, "key-frame-source", &keyFrames, nullptr);
  linked.fanout->setKeyFrameSource(static_cast<transport::KeyFrameSource*>(keyFrames));
  stream.output->setFanout(linked.fanout);
  if (gst_pad_link(stream.pad.get(), pad) != GST_PAD_LINK_OK) {
    streams_.emplace(id, std::move(linked));
    unlink(id);
    return failed("pipeline_failed", "a published stream cannot be linked to rtpsfu");
  }
  streams_.emplace(id, std::move(linked));
  return id;
}

void Sfu::unlink(uint32_t fanout) {
  auto node = streams_.extract(fanout);
  if (node.empty()) return;
  LinkedStream& linked = node.mapped();
  // From here on nothing is delivered; what is on its way keeps the fan-out alive.
  g_object_set(linked.sfuPad.get(), "fanout", nullptr, nullptr);
  linked.stream.output->setFanout(nullptr);
  hub_.removeFanout(linked.fanout);
  gst_pad_unlink(linked.stream.pad.get(), linked.sfuPad.get());
  gst_element_release_request_pad(rtpsfu_.get(), linked.sfuPad.get());
}

LinkedStream* Sfu::find(uint32_t fanout) {
  const auto it = streams_.find(fanout);
  return it == streams_.end() ? nullptr : &it->second;
}

void Sfu::gate(uint32_t fanout, bool open) {
  if (LinkedStream* linked = find(fanout))
    g_object_set(linked->sfuPad.get(), "gate", open ? TRUE : FALSE, nullptr);
}

uint8_t Sfu::takeLoudest(const LinkedStream& linked) {
  guint level = 0;
  g_signal_emit_by_name(linked.sfuPad.get(), "take-audio-level", &level);
  return level & 0x7f;
}

std::string Sfu::dot() const {
  gchar* data = gst_debug_bin_to_dot_data(GST_BIN(pipeline_.get()), GST_DEBUG_GRAPH_SHOW_ALL);
  std::string text = data ? data : "";
  g_free(data);
  return text;
}

}  // namespace parlour::call
