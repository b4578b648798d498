// Session: one attempt of a participant to send, from pipeline to connection. A new attempt is a
// new session. Thread: main; webrtcbin's own callbacks are posted to it.
#pragma once

#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

#include <functional>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "base/ref.hpp"
#include "base/result.hpp"
#include "demo/media.hpp"

namespace parlour::demo {

class Session : public std::enable_shared_from_this<Session> {
 public:
  /// Each is called on the main thread, and never after the session was destroyed.
  struct Listener {
    std::function<void(const std::string& offer)> onOffer;  ///< Once, with its candidates.
    std::function<void()> onConnected;                      ///< Once.
    std::function<void(const std::string& why)> onEnded;    ///< Once, whatever else came.
  };

  /// Builds the pipeline and starts it. Error: bad_pipeline.
  static Result<std::shared_ptr<Session>> start(const Media& media, Listener listener);
  ~Session();

  /// Takes the answer to the offer. What is wrong with it ends the session.
  void answer(const std::string& sdp);
  void setSpeaking(bool speaking) { demo::setSpeaking(pipeline_.get(), speaking); }

 private:
  Session() = default;
  Result<void> build(const Media& media);
  void connectSignals();
  void watchReports();
  void prepareTransceivers();
  void createOffer();
  void takeOffer(GstWebRTCSessionDescription* offer);
  void gathered();
  void connectionChanged();
  void onBusMessage(GstMessage* message);
  void end(const std::string& why);

  Listener listener_;
  Ref<GstElement> pipeline_;
  Ref<GstElement> webrtc_;
  guint busWatch_ = 0;
  Timer gathering_;  ///< Bounds the wait for candidates.
  Timer silence_;    ///< Looks whether the server still reports.
  bool offering_ = false, offered_ = false, connected_ = false, ended_ = false;
};

}  // namespace parlour::demo
