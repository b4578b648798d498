#include "raw_client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "loop.hpp"

#include <check.h>  // Last: it defines `fail`, a word of the standard library too.

namespace parlour::test {
namespace {

/// Calls `each` with opcode and payload of every complete frame of `stream`.
void frames(std::string_view stream,
            const std::function<void(uint8_t, std::string_view)>& each) {
  while (stream.size() >= 2) {
    const uint8_t opcode = stream[0] & 0x0f;
    uint64_t length = stream[1] & 0x7f;
    size_t head = 2;
    const size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (stream.size() < head + extra) return;
    if (extra != 0) {
      length = 0;
      for (size_t i = 0; i < extra; ++i)
        length = length << 8 | static_cast<uint8_t>(stream[head + i]);
      head += extra;
    }
    if (stream.size() < head + length) return;
    each(opcode, stream.substr(head, length));
    stream.remove_prefix(head + length);
  }
}

}  // namespace

RawClient::RawClient(uint16_t port, const char* from) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in local{}, remote{};
  local.sin_family = remote.sin_family = AF_INET;
  inet_pton(AF_INET, from, &local.sin_addr);
  inet_pton(AF_INET, "127.0.0.1", &remote.sin_addr);
  remote.sin_port = htons(port);
  ck_assert_int_eq(bind(fd_, reinterpret_cast<sockaddr*>(&local), sizeof local), 0);
  ck_assert_int_eq(connect(fd_, reinterpret_cast<sockaddr*>(&remote), sizeof remote), 0);
  watch();
}

RawClient::RawClient(const std::string& unixPath) {
  fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un remote{};
  remote.sun_family = AF_UNIX;
  std::strncpy(remote.sun_path, unixPath.c_str(), sizeof remote.sun_path - 1);
  ck_assert_int_eq(connect(fd_, reinterpret_cast<sockaddr*>(&remote), sizeof remote), 0);
  watch();
}

RawClient::~RawClient() { close(); }

void RawClient::watch() {
  fcntl(fd_, F_SETFL, O_NONBLOCK);
  setReading(true);
}

void RawClient::setReading(bool reading) {
  if (reading && source_ == 0)
    source_ = g_unix_fd_add(fd_, GIOCondition(G_IO_IN | G_IO_HUP | G_IO_ERR), onReadable, this);
  if (!reading && source_ != 0) {
    g_source_remove(source_);
    source_ = 0;
  }
}

gboolean RawClient::onReadable(gint fd, GIOCondition, gpointer data) noexcept {
  auto* self = static_cast<RawClient*>(data);
  std::array<char, 65536> buffer;
  const ssize_t n = read(fd, buffer.data(), buffer.size());
  if (n > 0) {
    self->received_.append(buffer.data(), static_cast<size_t>(n));
    return G_SOURCE_CONTINUE;
  }
  self->closed_ = true;
  self->source_ = 0;
  return G_SOURCE_REMOVE;
}

size_t RawClient::sendSome(std::string_view bytes) {
  const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return n > 0 ? static_cast<size_t>(n) : 0;
}

void RawClient::send(std::string_view bytes) {
  runUntil([&] {
    bytes.remove_prefix(sendSome(bytes));
    if (!bytes.empty()) g_main_context_iteration(nullptr, FALSE);
    return bytes.empty() || closed_;
  });
}

void RawClient::close() {
  setReading(false);
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void RawClient::endSending() { shutdown(fd_, SHUT_WR); }

bool RawClient::waitFor(std::string_view text) {
  runUntil([&] { return received_.find(text) != std::string::npos || closed_; });
  return received_.find(text) != std::string::npos;
}

bool RawClient::waitClosed() {
  return runUntil([this] { return closed_; });
}

bool RawClient::upgrade(const std::string& extraHeaders) {
  send("GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
       "Sec-WebSocket-Protocol: parlour.v1\r\n" + extraHeaders + "\r\n");
  waitFor("\r\n\r\n");
  const bool upgraded = statusOf(received_) == 101;
  if (upgraded) received_.erase(0, received_.find("\r\n\r\n") + 4);
  return upgraded;
}

std::string RawClient::frame(uint8_t opcode, std::string_view payload, bool fin) {
  std::string bytes;
  bytes += static_cast<char>((fin ? 0x80 : 0) | opcode);
  const uint64_t size = payload.size();
  if (size < 126) {
    bytes += static_cast<char>(0x80 | size);
  } else {
    const int lengthBytes = size < 65536 ? 2 : 8;
    bytes += static_cast<char>(0x80 | (lengthBytes == 2 ? 126 : 127));
    for (int i = lengthBytes - 1; i >= 0; --i) bytes += static_cast<char>(size >> (8 * i));
  }
  constexpr char kMask[] = {1, 2, 3, 4};
  bytes.append(kMask, 4);
  for (size_t i = 0; i < payload.size(); ++i)
    bytes += static_cast<char>(payload[i] ^ kMask[i % 4]);
  return bytes;
}

void RawClient::sendFrame(uint8_t opcode, std::string_view payload, bool fin) {
  send(frame(opcode, payload, fin));
}

std::string RawClient::texts() const {
  std::string all;
  frames(received_, [&all](uint8_t opcode, std::string_view payload) {
    if (opcode == 1) all += std::string(payload) + "\n";
  });
  return all;
}

uint16_t RawClient::closeCode() const {
  uint16_t code = 0;
  frames(received_, [&code](uint8_t opcode, std::string_view payload) {
    if (opcode == 8 && payload.size() >= 2)
      code = static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                                   static_cast<uint8_t>(payload[1]));
  });
  return code;
}

unsigned statusOf(std::string_view response) {
  if (!response.starts_with("HTTP/1.") || response.size() < 12) return 0;
  return static_cast<unsigned>(std::strtoul(std::string(response.substr(9, 3)).c_str(), nullptr,
                                            10));
}

}  // namespace parlour::test
