// handOver and takeOver: an order between two threads that ThreadSanitizer cannot see.
//
// GLib and GStreamer order threads with atomics and futexes in code that is not instrumented: what
// one thread wrote before it queued a source or dropped its reference looks unordered to whoever
// gets it. The two ends of such a way are named here, so that the rest stays checked; a suppression
// would hide real races behind it. Nothing in other builds. Thread: any.
#pragma once

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__ 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace parlour {

/// What this thread did so far happens before a later takeOver() of the same `object`. Only where
/// the library in between really orders the two.
inline void handOver([[maybe_unused]] void* object) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(object);
#endif
}

inline void takeOver([[maybe_unused]] void* object) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(object);
#endif
}

}  // namespace parlour
