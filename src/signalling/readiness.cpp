#include "signalling/readiness.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/ref.hpp"

namespace parlour::signalling {
namespace {

/// Per turn; more come in the next.
constexpr size_t kMostAtOnce = 256;

}  // namespace

// GLib allocates a source itself, zeroed, so what is C++ in it lives behind a pointer.
struct Readiness::Watch {
  GSource source;
  struct State {
    std::shared_ptr<Readiness> owner;
    Ref<GPollableInputStream> stream;
    Ref<GSocket> socket;
    Reader reader;
    uint64_t id = 0;
  }* state;
};

struct Readiness::Set {
  GSource source;
  Readiness* owner;
};

std::shared_ptr<Readiness> Readiness::create() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return nullptr;
  static GSourceFuncs funcs = {nullptr, nullptr, collect, nullptr, nullptr, nullptr};
  GSource* source = g_source_new(&funcs, sizeof(Set));
  g_source_set_static_name(source, "parlour-readiness");
  // Not for recursion: GLib then leaves the descriptor in its set during a dispatch.
  g_source_set_can_recurse(source, TRUE);
  g_source_add_unix_fd(source, epoll, G_IO_IN);
  std::shared_ptr<Readiness> made(new Readiness(epoll, source));
  reinterpret_cast<Set*>(source)->owner = made.get();
  g_source_attach(source, g_main_context_get_thread_default());
  return made;
}

Readiness::~Readiness() {
  g_source_destroy(set_);
  g_source_unref(set_);
  close(epoll_);
}

GSource* Readiness::watch(GPollableInputStream* stream, GSocket* socket, Reader reader) {
  const uint64_t id = ++lastId_;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.u64 = id;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, g_socket_get_fd(socket), &event) != 0) return nullptr;
  static GSourceFuncs funcs = {nullptr, nullptr, dispatch, finalize, nullptr, nullptr};
  GSource* source = g_source_new(&funcs, sizeof(Watch));
  g_source_set_static_name(source, "parlour-input");
  reinterpret_cast<Watch*>(source)->state =
      new Watch::State{shared_from_this(), Ref<GPollableInputStream>::share(stream),
                       Ref<GSocket>::share(socket), std::move(reader), id};
  watched_[id] = source;
  return source;
}

void Readiness::wake(GSource* source) {
  if (reinterpret_cast<Watch*>(source)->state->reader.more()) g_source_set_ready_time(source, 0);
}

gboolean Readiness::collect(GSource* source, GSourceFunc, gpointer) noexcept {
  Readiness& self = *reinterpret_cast<Set*>(source)->owner;
  std::array<epoll_event, kMostAtOnce> events;
  const int count = epoll_wait(self.epoll_, events.data(), kMostAtOnce, 0);
  for (int i = 0; i < count; ++i) {
    const auto found = self.watched_.find(events[static_cast<size_t>(i)].data.u64);
    if (found != self.watched_.end()) g_source_set_ready_time(found->second, 0);
  }
  return G_SOURCE_CONTINUE;
}

gboolean Readiness::dispatch(GSource* source, GSourceFunc callback, gpointer data) noexcept {
  g_source_set_ready_time(source, -1);
  if (!callback) return G_SOURCE_REMOVE;
  const auto& state = *reinterpret_cast<Watch*>(source)->state;
  const auto call = reinterpret_cast<GPollableSourceFunc>(reinterpret_cast<void*>(callback));
  if (!call(G_OBJECT(state.stream.get()), data)) return G_SOURCE_REMOVE;
  if (!g_source_is_destroyed(source)) wake(source);
  return G_SOURCE_CONTINUE;
}

void Readiness::finalize(GSource* source) noexcept {
  auto* state = std::exchange(reinterpret_cast<Watch*>(source)->state, nullptr);
  if (!state) return;
  state->owner->watched_.erase(state->id);
  state->reader.gone();
  // A closed socket has left the set by itself, and its number may be another's by now.
  if (!g_socket_is_closed(state->socket.get()))
    epoll_ctl(state->owner->epoll_, EPOLL_CTL_DEL, g_socket_get_fd(state->socket.get()), nullptr);
  delete state;
}

}  // namespace parlour::signalling
