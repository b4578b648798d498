// WsChannel: a TextChannel over libsoup's WebSocket, with the limits that libsoup lacks.
//
//   SoupWebsocketConnection ─ guard stream with a meter per direction ─ the stolen HTTP stream
//
// The meters know the size of a message in fragments before it is collected, the control frames,
// and what is still queued. Thread: control.
#pragma once

#include <libsoup/soup.h>

#include <memory>
#include <string>

#include "base/ref.hpp"
#include "signalling/connections.hpp"
#include "signalling/frame_meter.hpp"
#include "signalling/guard_stream.hpp"
#include "signalling/text_channel.hpp"

namespace parlour::signalling {

/// Who hears what arrives. Thread: control.
class ChannelListener {
 public:
  virtual ~ChannelListener() = default;
  virtual void onText(std::string_view text) = 0;
  virtual void onBinary() = 0;
  virtual void onOversized() = 0;
  virtual void onPong() = 0;
  virtual void onDisconnected() = 0;
};

class WsChannel final : public TextChannel {
 public:
  /// `stream` has just answered the handshake. `connection` is where deadlines are kept.
  WsChannel(GIOStream* stream, uint64_t maxMessageBytes, uint32_t pingIntervalS,
            std::shared_ptr<Readiness> readiness, Connections& connections, uint64_t connection);
  ~WsChannel() override;
  /// Set once, before the main loop runs again.
  void listen(std::unique_ptr<ChannelListener> listener) { listener_ = std::move(listener); }

  void send(std::string_view text) override;
  uint64_t pendingBytes() const override;
  uint64_t controlFrames() const override;
  void close(uint16_t code, std::string_view reason) override;
  void abort() override;

 private:
  class Meter;
  static void onMessage(SoupWebsocketConnection*, int type, GBytes* message,
                        gpointer data) noexcept;
  static void onPong(SoupWebsocketConnection*, GBytes*, gpointer data) noexcept;
  static void onError(SoupWebsocketConnection*, GError* error, gpointer data) noexcept;
  static void onClosed(SoupWebsocketConnection*, gpointer data) noexcept;

  Connections& connections_;
  const uint64_t connection_;
  std::shared_ptr<Meter> meter_;
  Ref<SoupWebsocketConnection> socket_;
  std::unique_ptr<ChannelListener> listener_;
  uint64_t queuedBytes_ = 0;
};

}  // namespace parlour::signalling
