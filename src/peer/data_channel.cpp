#include "peer/data_channel.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/loop.hpp"

namespace parlour::peer {

/// What the SCTP thread touches.
struct DataChannel::Inbound {
  std::function<void(const std::string&)> onMessage;
  std::atomic<bool> closed{false};
  GWeakRef channel;
  const DataLimits limits;
  // SCTP thread:
  double tokens = limits.burst;
  int64_t refilledNs = 0;
  bool told = false;

  explicit Inbound(const DataLimits& of) : limits(of) { g_weak_ref_init(&channel, nullptr); }
  ~Inbound() { g_weak_ref_clear(&channel); }
  Inbound(const Inbound&) = delete;
  Inbound& operator=(const Inbound&) = delete;

  bool mayPass() {
    const int64_t now = SystemClock().nowNs();
    if (refilledNs != 0)
      tokens = std::min(limits.burst, tokens + limits.perSecond *
                                                   static_cast<double>(now - refilledNs) /
                                                   static_cast<double>(kNsPerSecond));
    refilledNs = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  }
};

namespace {

void freeInbound(gpointer data, GClosure*) {
  delete static_cast<std::shared_ptr<void>*>(data);
}

void sendNow(GstWebRTCDataChannel* channel, const char* text) {
  g_signal_emit_by_name(channel, "send-string", text);
}

}  // namespace

DataChannel::DataChannel(GstWebRTCDataChannel* channel, const DataLimits& limits,
                         std::function<void(const std::string&)> onMessage)
    : inbound_(std::make_shared<Inbound>(limits)),
      channel_(Ref<GstWebRTCDataChannel>::share(channel)) {
  inbound_->onMessage = std::move(onMessage);
  g_weak_ref_set(&inbound_->channel, channel);
  const auto onString = +[](GstWebRTCDataChannel* from, const gchar* text, gpointer data) {
    auto inbound = std::static_pointer_cast<Inbound>(*static_cast<std::shared_ptr<void>*>(data));
    if (!text || inbound->closed) return;
    const size_t size = strlen(text);
    if (size > kMaxMessageBytes) return sendNow(from, R"({"error":"too_large"})");
    if (!inbound->mayPass()) {
      // Told once per flood, not once per message.
      if (!std::exchange(inbound->told, true)) sendNow(from, R"({"error":"rate"})");
      return;
    }
    inbound->told = false;
    post([inbound, message = std::string(text, size)] {
      if (!inbound->closed) inbound->onMessage(message);
    });
  };
  onMessage_ = SignalConnection(
      channel, g_signal_connect_data(channel, "on-message-string", G_CALLBACK(onString),
                                     new std::shared_ptr<void>(inbound_), freeInbound,
                                     static_cast<GConnectFlags>(0)));
}

DataChannel::~DataChannel() { inbound_->closed = true; }

bool DataChannel::send(const std::string& text) {
  GstWebRTCDataChannelState state;
  guint64 buffered = 0;
  g_object_get(channel_.get(), "ready-state", &state, "buffered-amount", &buffered, nullptr);
  if (state != GST_WEBRTC_DATA_CHANNEL_STATE_OPEN) return false;
  if (buffered + text.size() > kMaxBufferedBytes) {
    slow_ = true;
    return false;
  }
  if (std::exchange(slow_, false)) sendNow(channel_.get(), R"({"error":"slow"})");
  sendNow(channel_.get(), text.c_str());
  return true;
}

}  // namespace parlour::peer
