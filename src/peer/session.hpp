// Session: one webrtcbin, told just enough to run ICE, DTLS and SCTP for a participant.
//
// It gets a one-m-line description once and is never renegotiated; what the client sees is written
// by sdp/. Its callbacks come on the control thread. Thread: control.
#pragma once

#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ref.hpp"
#include "peer/certificate.hpp"
#include "peer/dtls_guard.hpp"
#include "sdp/sdp.hpp"
#include "transport/hub.hpp"

namespace parlour::peer {

class DataChannel;
struct DataLimits;

class Session {
 public:
  struct Callbacks {
    std::function<void()> onConnected;                       ///< Keys are in, media may flow.
    std::function<void(const std::string& why)> onFailed;    ///< It will never connect, or broke.
    std::function<void()> onMoved;                           ///< The peer's address changed.
    std::function<void(const std::string& text)> onMessage;  ///< Of the data channel.
  };
  /// Makes the webrtcbin (named "webrtc", to be added to a bin) and its endpoint.
  /// Error (failed): missing_plugin.
  static Result<std::shared_ptr<Session>> create(transport::Hub& hub,
                                                 const Certificate& certificate, std::string id,
                                                 std::string room,
                                                 const DataLimits& dataLimits, Callbacks callbacks);
  ~Session();

  GstElement* element() const { return webrtcbin_.get(); }
  const std::shared_ptr<transport::Endpoint>& endpoint() const { return endpoint_; }
  /// Our setup role for an offer: passive unless the client insists on it.
  static sdp::Setup roleFor(const sdp::Offer& offer);

  /// Starts ICE, DTLS and SCTP for the first offer. The element's state must be READY or more.
  void start(const sdp::Offer& offer);
  /// Sends on the data channel. False where there is none, or it is closed or too slow.
  bool sendText(const std::string& text);
  bool connected() const { return connectedNs_ != 0; }
  /// Monotonic times of the first valid connectivity check and of the keys; 0: not yet.
  int64_t reachedNs() const { return reachedNs_; }
  int64_t connectedNs() const { return connectedNs_; }
  /// Detaches every callback and stops the traffic.
  void close();
  /// Waits (2 s at most) until webrtcbin is through with what it was asked for; its state may be
  /// changed after that. Needs close() first. Thread: a worker.
  void settle();

 private:
  struct Shared;
  Session() = default;
  void watchKeys(const sdp::Offer& offer);
  void listenForChannel();
  void describe(const sdp::Offer& offer);
  void onReachable();
  void onDescribed();
  void tellWebrtcbinReachable();

  transport::Hub* hub_ = nullptr;
  std::shared_ptr<Shared> shared_;
  std::string certificatePem_;
  Callbacks callbacks_;
  std::shared_ptr<transport::Endpoint> endpoint_;
  Ref<GstWebRTCICE> agent_;
  Ref<GstElement> webrtcbin_;
  std::shared_ptr<DataChannel> channel_;
  SignalConnection onDataChannel_;
  bool started_ = false, described_ = false;
  int64_t reachedNs_ = 0, connectedNs_ = 0;
  bool closed_ = false;
};

}  // namespace parlour::peer
