// RawClient: a TCP or Unix connection on which a test writes what it likes, valid or not.
#pragma once

#include <glib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace parlour::test {

class RawClient {
 public:
  /// Connects to 127.0.0.1, or from another loopback address.
  explicit RawClient(uint16_t port, const char* from = "127.0.0.1");
  explicit RawClient(const std::string& unixPath);
  ~RawClient();

  void send(std::string_view bytes);
  /// As much as the socket takes now; how much that was.
  size_t sendSome(std::string_view bytes);
  /// Stops reading (a slow reader) or goes on.
  void setReading(bool reading);
  /// Everything received so far.
  const std::string& received() const { return received_; }
  void forgetReceived() { received_.clear(); }
  bool closed() const { return closed_; }
  void close();
  /// Says that it will send no more; it still reads.
  void endSending();
  /// Runs the loop until `text` has come, or the connection ended.
  bool waitFor(std::string_view text);
  bool waitClosed();

  // ---- WebSocket frames (RFC 6455), masked as a client's are ----
  /// Sends the handshake and waits for its answer; false unless it is 101.
  bool upgrade(const std::string& extraHeaders = "");
  void sendFrame(uint8_t opcode, std::string_view payload, bool fin = true);
  static std::string frame(uint8_t opcode, std::string_view payload, bool fin = true);
  /// Unmasked server frames received so far: payloads of text frames, joined by newlines.
  std::string texts() const;
  /// Close code received, 0 without.
  uint16_t closeCode() const;

 private:
  void watch();
  static gboolean onReadable(gint fd, GIOCondition, gpointer data) noexcept;

  int fd_ = -1;
  guint source_ = 0;
  std::string received_;
  bool closed_ = false;
};

/// Status code of a raw response, 0 if it is none.
unsigned statusOf(std::string_view response);

}  // namespace parlour::test
