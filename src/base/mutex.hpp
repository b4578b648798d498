// Mutex and Lock with clang thread-safety attributes (libstdc++'s own carry none).
#pragma once

#include <mutex>

#if defined(__clang__)
#define PARLOUR_TSA(x) __attribute__((x))
#else
#define PARLOUR_TSA(x)
#endif
#define CAPABILITY(x) PARLOUR_TSA(capability(x))
#define SCOPED_CAPABILITY PARLOUR_TSA(scoped_lockable)
#define GUARDED_BY(x) PARLOUR_TSA(guarded_by(x))
#define REQUIRES(...) PARLOUR_TSA(requires_capability(__VA_ARGS__))
#define ACQUIRE(...) PARLOUR_TSA(acquire_capability(__VA_ARGS__))
#define RELEASE(...) PARLOUR_TSA(release_capability(__VA_ARGS__))

namespace parlour {

class CAPABILITY("mutex") Mutex {
 public:
  void lock() ACQUIRE() { m_.lock(); }
  void unlock() RELEASE() { m_.unlock(); }

 private:
  std::mutex m_;
};

class SCOPED_CAPABILITY Lock {
 public:
  explicit Lock(Mutex& m) ACQUIRE(m) : m_(m) { m_.lock(); }
  ~Lock() RELEASE() { m_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& m_;
};

}  // namespace parlour
