// Readiness: tells many quiet connections apart without asking each of them.
//
// GLib's main loop walks every source and polls every descriptor in each of its turns, and a
// pollable stream is three sources: a thousand silent WebSockets make every turn cost half a
// millisecond, whoever it is for. Here their sockets are in one epoll set, which is one source, and
// each stream is one source that sleeps until the set says that there is input.
//
//   epoll set (one source) ──ready time──▶ source of a stream ──▶ libsoup reads until nothing is left
//
// Edge-triggered (epoll(7)): whoever is dispatched says whether it has read everything.
// Thread: the one whose thread-default main context was current when it was made.
#pragma once

#include <gio/gio.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

namespace parlour::signalling {

class Readiness : public std::enable_shared_from_this<Readiness> {
 public:
  /// Null where the system gives no epoll set (no descriptors are left): use GLib's own sources.
  static std::shared_ptr<Readiness> create();
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  struct Reader {
    /// Asked after each dispatch and in wake(): something is left to be read, and may be.
    std::function<bool()> more;
    /// The source goes; its stream is still there.
    std::function<void()> gone;
  };

  /// A source for g_pollable_input_stream_create_source(): its callback is a GPollableSourceFunc
  /// and gets `stream`. Null when `socket` is watched already or cannot be.
  GSource* watch(GPollableInputStream* stream, GSocket* socket, Reader reader);
  /// `source` is one of watch(): what held its reader back is over.
  static void wake(GSource* source);

 private:
  struct Watch;
  struct Set;
  Readiness(int epoll, GSource* set) : epoll_(epoll), set_(set) {}
  static gboolean collect(GSource* source, GSourceFunc, gpointer) noexcept;
  static gboolean dispatch(GSource* source, GSourceFunc callback, gpointer data) noexcept;
  static void finalize(GSource* source) noexcept;

  const int epoll_;
  GSource* const set_;
  uint64_t lastId_ = 0;
  std::unordered_map<uint64_t, GSource*> watched_;
};

}  // namespace parlour::signalling
