// Ref<T>, Buf<T> and scoped connections: the only owners of GObjects and mini-objects.
// Thread: any (reference counts are atomic; the objects' own rules hold for their use).
#pragma once

#include <gst/gst.h>

#include <utility>

#include "base/handover.hpp"

namespace parlour {

/// An owned reference to a GObject (or GstObject). Made only by named constructors, so that the
/// transfer of ownership is readable at the call.
template <typename T>
class Ref {
 public:
  Ref() = default;
  /// Takes over a reference that the caller was given (transfer full).
  static Ref adopt(T* p) { return Ref(p); }
  /// Adds a reference to a borrowed object (transfer none).
  static Ref share(T* p) { return Ref(p ? static_cast<T*>(g_object_ref(p)) : nullptr); }
  /// Takes over a floating reference, or adds one where it is not floating.
  static Ref sink(T* p) { return Ref(p ? static_cast<T*>(g_object_ref_sink(p)) : nullptr); }

  Ref(const Ref& o) : p_(o.p_ ? static_cast<T*>(g_object_ref(o.p_)) : nullptr) {}
  Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  Ref& operator=(Ref o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Ref() { reset(); }

  T* get() const { return p_; }
  T* operator->() const { return p_; }
  explicit operator bool() const { return p_ != nullptr; }
  /// Gives the reference away.
  [[nodiscard]] T* release() { return std::exchange(p_, nullptr); }
  void reset() {
    if (p_) g_object_unref(std::exchange(p_, nullptr));
  }
  template <typename U>
  U* as() const {
    return reinterpret_cast<U*>(p_);
  }

 private:
  explicit Ref(T* p) : p_(p) {}
  T* p_ = nullptr;
};

/// An owned reference to a GstMiniObject (GstBuffer, GstCaps, GstEvent, ...).
template <typename T>
class Buf {
 public:
  Buf() = default;
  static Buf adopt(T* p) { return Buf(p); }
  static Buf share(T* p) {
    if (p) gst_mini_object_ref(GST_MINI_OBJECT_CAST(p));
    return Buf(p);
  }
  Buf(const Buf& o) : p_(o.p_) {
    if (p_) gst_mini_object_ref(GST_MINI_OBJECT_CAST(p_));
  }
  Buf(Buf&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  Buf& operator=(Buf o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Buf() { reset(); }

  T* get() const { return p_; }
  T* operator->() const { return p_; }
  explicit operator bool() const { return p_ != nullptr; }
  [[nodiscard]] T* release() { return std::exchange(p_, nullptr); }
  void reset() {
    if (!p_) return;
    handOver(p_);  // To whoever gets it from its pool, or frees it.
    gst_mini_object_unref(GST_MINI_OBJECT_CAST(std::exchange(p_, nullptr)));
  }

 private:
  explicit Buf(T* p) : p_(p) {}
  T* p_ = nullptr;
};

/// A signal handler that is disconnected when this goes out of scope.
class SignalConnection {
 public:
  SignalConnection() = default;
  SignalConnection(gpointer instance, gulong id)
      : object_(Ref<GObject>::share(G_OBJECT(instance))), id_(id) {}
  SignalConnection(SignalConnection&& o) noexcept
      : object_(std::move(o.object_)), id_(std::exchange(o.id_, 0)) {}
  SignalConnection& operator=(SignalConnection&& o) noexcept {
    if (this != &o) {
      disconnect();
      object_ = std::move(o.object_);
      id_ = std::exchange(o.id_, 0);
    }
    return *this;
  }
  ~SignalConnection() { disconnect(); }
  void disconnect() {
    if (object_ && id_) g_signal_handler_disconnect(object_.get(), id_);
    id_ = 0;
    object_.reset();
  }

 private:
  Ref<GObject> object_;
  gulong id_ = 0;
};

}  // namespace parlour
