#include "signalling/guard_stream.hpp"

#include <new>

#include "base/loop.hpp"

using parlour::onControlThread;
using parlour::Ref;
using parlour::signalling::GuardOptions;
using parlour::signalling::kReadBurst;
using parlour::signalling::Readiness;

// Shared by the stream and its two ends: one may outlive the others.
namespace {

struct Guard {
  Ref<GIOStream> base;
  GuardOptions options;
  size_t burst = 0;       // Bytes read in this turn of the main loop.
  bool blocked = false;   // The last write would have blocked.
  bool ended = false;     // The input has ended while idle.
  GSource* watch = nullptr;  // The reader's, of Readiness. It holds us, not we it.

  GPollableInputStream* in() const {
    return G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(base.get()));
  }
  GPollableOutputStream* out() const {
    return G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(base.get()));
  }
  bool inputPaused() {
    if (blocked && g_pollable_output_stream_is_writable(out())) blocked = false;
    return blocked && options.pauseInput;
  }
  bool readable() { return !inputPaused() && g_pollable_input_stream_is_readable(in()); }
};

using GuardPtr = std::shared_ptr<Guard>;

void setWouldBlock(GError** error) {
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "would block");
}

void refuseToBlock(GError** error) {
  if (!g_error_matches(error ? *error : nullptr, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) return;
  g_clear_error(error);
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                      "the peer is not ready and this thread does not wait");
}

}  // namespace

// ---- input ----

struct ParlourGuardInput {
  GInputStream parent;
  GuardPtr guard;
};
struct ParlourGuardInputClass {
  GInputStreamClass parent;
};
static void guardInputPollable(GPollableInputStreamInterface* iface);
GType parlour_guard_input_get_type();
G_DEFINE_TYPE_WITH_CODE(ParlourGuardInput, parlour_guard_input, G_TYPE_INPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_INPUT_STREAM, guardInputPollable))

static Guard& guardOf(ParlourGuardInput* self) { return *self->guard; }

// An empty line begins a request; the error that follows it ends the connection unanswered.
static gssize endIdle(Guard& guard, void* buffer, GError** error) {
  g_clear_error(error);
  guard.ended = true;
  *static_cast<char*>(buffer) = '\n';
  return 1;
}

static gssize guardInputReadNow(GPollableInputStream* stream, void* buffer, gsize count,
                                GError** error) noexcept {
  Guard& guard = guardOf(reinterpret_cast<ParlourGuardInput*>(stream));
  if (guard.ended) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "closed while idle");
    return -1;
  }
  if (guard.burst >= kReadBurst || guard.inputPaused()) {
    guard.burst = 0;
    setWouldBlock(error);
    return -1;
  }
  GError* local = nullptr;
  const gssize n =
      g_pollable_input_stream_read_nonblocking(guard.in(), buffer, count, nullptr, &local);
  if (n <= 0) {
    guard.burst = 0;
    const bool later = g_error_matches(local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    if (!later && count > 0 && guard.options.idle && *guard.options.idle)
      return endIdle(guard, buffer, &local);
    if (local) g_propagate_error(error, local);
    return n;
  }
  guard.burst += static_cast<size_t>(n);
  const auto* bytes = static_cast<const uint8_t*>(buffer);
  if (guard.options.meter && !guard.options.meter->received({bytes, static_cast<size_t>(n)})) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "refused by the meter");
    return -1;
  }
  return n;
}

static gssize guardInputRead(GInputStream* stream, void* buffer, gsize count,
                             GCancellable* cancellable, GError** error) noexcept {
  Guard& guard = guardOf(reinterpret_cast<ParlourGuardInput*>(stream));
  if (!onControlThread())
    return g_input_stream_read(G_INPUT_STREAM(guard.in()), buffer, count, cancellable, error);
  GError* local = nullptr;
  const gssize n =
      guardInputReadNow(G_POLLABLE_INPUT_STREAM(stream), buffer, count, &local);
  refuseToBlock(&local);
  if (local) g_propagate_error(error, local);
  return n;
}

static gboolean guardInputIsReadable(GPollableInputStream* stream) noexcept {
  Guard& guard = guardOf(reinterpret_cast<ParlourGuardInput*>(stream));
  return guard.readable();
}

// Null: GLib's own way.
static GSource* watchInput(GPollableInputStream* stream, Guard& guard) {
  if (!guard.options.readiness) return nullptr;
  GSource* source = guard.options.readiness->watch(
      stream, guard.options.socket.get(),
      {[&guard] { return guard.readable(); }, [&guard] { guard.watch = nullptr; }});
  if (!source) return nullptr;
  guard.watch = source;
  Readiness::wake(source);  // What came before and waits in a buffer is no news to the socket.
  return source;
}

static GSource* guardInputSource(GPollableInputStream* stream,
                                 GCancellable* cancellable) noexcept {
  Guard& guard = guardOf(reinterpret_cast<ParlourGuardInput*>(stream));
  if (GSource* watch = cancellable ? nullptr : watchInput(stream, guard)) return watch;
  GSource* child = guard.inputPaused()
                       ? g_pollable_output_stream_create_source(guard.out(), cancellable)
                       : g_pollable_input_stream_create_source(guard.in(), cancellable);
  GSource* source = g_pollable_source_new_full(stream, child, cancellable);
  g_source_unref(child);
  return source;
}

static void guardInputPollable(GPollableInputStreamInterface* iface) {
  iface->is_readable = guardInputIsReadable;
  iface->create_source = guardInputSource;
  iface->read_nonblocking = guardInputReadNow;
}

static void guardInputFinalize(GObject* object) noexcept {
  reinterpret_cast<ParlourGuardInput*>(object)->guard.~GuardPtr();
  G_OBJECT_CLASS(parlour_guard_input_parent_class)->finalize(object);
}

static void parlour_guard_input_init(ParlourGuardInput* self) { new (&self->guard) GuardPtr(); }

static void parlour_guard_input_class_init(ParlourGuardInputClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = guardInputFinalize;
  G_INPUT_STREAM_CLASS(klass)->read_fn = guardInputRead;
}

// ---- output ----

struct ParlourGuardOutput {
  GOutputStream parent;
  GuardPtr guard;
};
struct ParlourGuardOutputClass {
  GOutputStreamClass parent;
};
static void guardOutputPollable(GPollableOutputStreamInterface* iface);
GType parlour_guard_output_get_type();
G_DEFINE_TYPE_WITH_CODE(ParlourGuardOutput, parlour_guard_output, G_TYPE_OUTPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_OUTPUT_STREAM, guardOutputPollable))

static Guard& guardOf(ParlourGuardOutput* self) { return *self->guard; }

static gssize guardOutputWriteNow(GPollableOutputStream* stream, const void* buffer, gsize count,
                                  GError** error) noexcept {
  Guard& guard = guardOf(reinterpret_cast<ParlourGuardOutput*>(stream));
  GError* local = nullptr;
  const gssize n =
      g_pollable_output_stream_write_nonblocking(guard.out(), buffer, count, nullptr, &local);
  const bool before = guard.blocked;
  guard.blocked = g_error_matches(local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  if (before && !guard.blocked && guard.watch) Readiness::wake(guard.watch);
  if (local) g_propagate_error(error, local);
  if (n > 0 && guard.options.meter)
    guard.options.meter->sent({static_cast<const uint8_t*>(buffer), static_cast<size_t>(n)});
  return n;
}

static gssize guardOutputWrite(GOutputStream* stream, const void* buffer, gsize count,
                               GCancellable* cancellable, GError** error) noexcept {
  Guard& guard = guardOf(reinterpret_cast<ParlourGuardOutput*>(stream));
  if (!onControlThread())
    return g_output_stream_write(G_OUTPUT_STREAM(guard.out()), buffer, count, cancellable, error);
  GError* local = nullptr;
  const gssize n =
      guardOutputWriteNow(G_POLLABLE_OUTPUT_STREAM(stream), buffer, count, &local);
  refuseToBlock(&local);
  if (local) g_propagate_error(error, local);
  return n;
}

static gboolean guardOutputIsWritable(GPollableOutputStream* stream) noexcept {
  return g_pollable_output_stream_is_writable(
      guardOf(reinterpret_cast<ParlourGuardOutput*>(stream)).out());
}

// The source of a WebSocket's writer. libsoup writes from such a source alone, however little it is,
// and nearly always there is room: so it is dispatched at once, and waits for room only after a
// write that would have blocked.
struct WriterSource {
  GSource source;
  ParlourGuardOutput* stream;
};

static gboolean writerDispatch(GSource* source, GSourceFunc callback, gpointer data) noexcept {
  auto* stream = reinterpret_cast<WriterSource*>(source)->stream;
  const bool waited = g_source_get_ready_time(source) < 0;
  g_source_set_ready_time(source, -1);
  if (!callback) return G_SOURCE_REMOVE;
  const auto call = reinterpret_cast<GPollableSourceFunc>(reinterpret_cast<void*>(callback));
  if (!call(G_OBJECT(stream), data)) return G_SOURCE_REMOVE;
  if (waited || g_source_is_destroyed(source)) return G_SOURCE_CONTINUE;
  GSource* writable = g_pollable_output_stream_create_source(guardOf(stream).out(), nullptr);
  g_source_set_dummy_callback(writable);
  g_source_add_child_source(source, writable);
  g_source_unref(writable);
  return G_SOURCE_CONTINUE;
}

static void writerFinalize(GSource* source) noexcept {
  g_clear_object(&reinterpret_cast<WriterSource*>(source)->stream);
}

static GSource* writeAtOnce(GPollableOutputStream* stream) {
  static GSourceFuncs funcs = {nullptr, nullptr, writerDispatch, writerFinalize, nullptr, nullptr};
  GSource* source = g_source_new(&funcs, sizeof(WriterSource));
  g_source_set_static_name(source, "parlour-output");
  reinterpret_cast<WriterSource*>(source)->stream =
      reinterpret_cast<ParlourGuardOutput*>(g_object_ref(stream));
  g_source_set_ready_time(source, 0);
  return source;
}

static GSource* guardOutputSource(GPollableOutputStream* stream,
                                  GCancellable* cancellable) noexcept {
  Guard& guard = guardOf(reinterpret_cast<ParlourGuardOutput*>(stream));
  if (guard.options.readiness && !guard.blocked && !cancellable) return writeAtOnce(stream);
  GSource* child = g_pollable_output_stream_create_source(guard.out(), cancellable);
  GSource* source = g_pollable_source_new_full(stream, child, cancellable);
  g_source_unref(child);
  return source;
}

static void guardOutputPollable(GPollableOutputStreamInterface* iface) {
  iface->is_writable = guardOutputIsWritable;
  iface->create_source = guardOutputSource;
  iface->write_nonblocking = guardOutputWriteNow;
}

static void guardOutputFinalize(GObject* object) noexcept {
  reinterpret_cast<ParlourGuardOutput*>(object)->guard.~GuardPtr();
  G_OBJECT_CLASS(parlour_guard_output_parent_class)->finalize(object);
}

static void parlour_guard_output_init(ParlourGuardOutput* self) { new (&self->guard) GuardPtr(); }

static void parlour_guard_output_class_init(ParlourGuardOutputClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = guardOutputFinalize;
  G_OUTPUT_STREAM_CLASS(klass)->write_fn = guardOutputWrite;
}

// ---- the stream ----

struct ParlourGuardStream {
  GIOStream parent;
  GuardPtr guard;
  ParlourGuardInput* in;
  ParlourGuardOutput* out;
};
struct ParlourGuardStreamClass {
  GIOStreamClass parent;
};
GType parlour_guard_stream_get_type();
G_DEFINE_TYPE(ParlourGuardStream, parlour_guard_stream, G_TYPE_IO_STREAM)

static ParlourGuardStream* guardStreamOf(GIOStream* stream) {
  return reinterpret_cast<ParlourGuardStream*>(stream);
}

static GInputStream* guardStreamInput(GIOStream* stream) noexcept {
  return reinterpret_cast<GInputStream*>(guardStreamOf(stream)->in);
}

static GOutputStream* guardStreamOutput(GIOStream* stream) noexcept {
  return reinterpret_cast<GOutputStream*>(guardStreamOf(stream)->out);
}

static gboolean guardStreamClose(GIOStream* stream, GCancellable* cancellable,
                                 GError** error) noexcept {
  return g_io_stream_close(guardStreamOf(stream)->guard->base.get(), cancellable, error);
}

static void guardStreamBaseClosed(GObject* base, GAsyncResult* result, gpointer data) noexcept {
  auto task = Ref<GTask>::adopt(G_TASK(data));
  GError* error = nullptr;
  if (g_io_stream_close_finish(G_IO_STREAM(base), result, &error))
    g_task_return_boolean(task.get(), TRUE);
  else
    g_task_return_error(task.get(), error);
}

static void guardStreamCloseAsync(GIOStream* stream, int priority, GCancellable* cancellable,
                                  GAsyncReadyCallback callback, gpointer data) noexcept {
  GTask* task = g_task_new(stream, cancellable, callback, data);
  g_io_stream_close_async(guardStreamOf(stream)->guard->base.get(), priority, cancellable,
                          guardStreamBaseClosed, task);
}

static gboolean guardStreamCloseFinish(GIOStream*, GAsyncResult* result, GError** error) noexcept {
  return g_task_propagate_boolean(G_TASK(result), error);
}

static void guardStreamFinalize(GObject* object) noexcept {
  auto* self = reinterpret_cast<ParlourGuardStream*>(object);
  // GIOStream's dispose closes, and needs both ends until then.
  g_clear_object(&self->in);
  g_clear_object(&self->out);
  self->guard.~GuardPtr();
  G_OBJECT_CLASS(parlour_guard_stream_parent_class)->finalize(object);
}

static void parlour_guard_stream_init(ParlourGuardStream* self) {
  new (&self->guard) GuardPtr();
  self->in = static_cast<ParlourGuardInput*>(
      g_object_new(parlour_guard_input_get_type(), nullptr));
  self->out = static_cast<ParlourGuardOutput*>(
      g_object_new(parlour_guard_output_get_type(), nullptr));
}

static void parlour_guard_stream_class_init(ParlourGuardStreamClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = guardStreamFinalize;
  GIOStreamClass* stream = G_IO_STREAM_CLASS(klass);
  stream->get_input_stream = guardStreamInput;
  stream->get_output_stream = guardStreamOutput;
  stream->close_fn = guardStreamClose;
  stream->close_async = guardStreamCloseAsync;
  stream->close_finish = guardStreamCloseFinish;
}

namespace parlour::signalling {

Ref<GIOStream> guardStream(GIOStream* base, GuardOptions options) {
  auto* self = static_cast<ParlourGuardStream*>(
      g_object_new(parlour_guard_stream_get_type(), nullptr));
  self->guard = std::make_shared<Guard>();
  self->guard->base = Ref<GIOStream>::share(base);
  self->guard->options = std::move(options);
  self->in->guard = self->guard;
  self->out->guard = self->guard;
  return Ref<GIOStream>::adopt(G_IO_STREAM(self));
}

}  // namespace parlour::signalling
