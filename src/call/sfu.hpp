// Sfu: a room's GstPipeline with its rtpsfu, and the links of published streams to it.
// Thread: control.
#pragma once

#include <gst/gst.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/ref.hpp"
#include "base/result.hpp"
#include "peer/peer.hpp"
#include "transport/hub.hpp"

namespace parlour::call {

/// A published stream on its way into rtpsfu.
struct LinkedStream {
  room::ParticipantId publisher;
  peer::PublishedStream stream;
  std::shared_ptr<transport::TrackFanout> fanout;
  Ref<GstPad> sfuPad;
  room::Codec codec;  ///< Of what arrives.
};

class Sfu {
 public:
  struct Callbacks {
    /// An element of that peer bin ("peer-<id>") posted an error.
    std::function<void(const std::string& binName, const std::string& why)> onPeerError;
    /// One of the room's own elements did. The Sfu must outlive the call.
    std::function<void(const std::string& why)> onError;
  };
  /// Makes and plays the pipeline "room-<name>". Error (failed): missing_plugin, pipeline_failed.
  static Result<std::unique_ptr<Sfu>> create(transport::Hub& hub, const std::string& room,
                                             Callbacks callbacks);
  ~Sfu();

  GstElement* pipeline() const { return pipeline_.get(); }
  /// Links a stream; its fan-out id is new for the process. Error (failed): pipeline_failed.
  Result<uint32_t> link(const room::ParticipantId& publisher, const peer::PublishedStream& stream,
                        const room::Codec& codec);
  /// Takes the stream's pad off rtpsfu; its subscribers' slots fall empty.
  void unlink(uint32_t fanout);
  LinkedStream* find(uint32_t fanout);
  std::map<uint32_t, LinkedStream>& streams() { return streams_; }
  /// Lets packets of a stream through, or drops them at the server.
  void gate(uint32_t fanout, bool open);
  /// Loudest RFC 6464 level (-dBov) of a stream since the last call; rtp::kSilence where nothing
  /// was heard.
  uint8_t takeLoudest(const LinkedStream& linked);
  /// The pipeline as it is now, in Graphviz' language.
  std::string dot() const;

 private:
  explicit Sfu(transport::Hub& hub) : hub_(hub) {}
  static GstBusSyncReply onBusMessage(GstBus*, GstMessage* message, gpointer data) noexcept;
  void onBusError(GstMessage* message);

  transport::Hub& hub_;
  Callbacks callbacks_;
  Ref<GstElement> pipeline_, rtpsfu_;
  std::map<uint32_t, LinkedStream> streams_;
  std::shared_ptr<Sfu*> self_ = std::make_shared<Sfu*>(this);
};

}  // namespace parlour::call
