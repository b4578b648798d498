// Runs the main loop until something has happened, or a deadline says that it never will.
#pragma once

#include <glib.h>

#include <cstdint>
#include <functional>

namespace parlour::test {

/// True once `done`; false after `deadlineMs` of real time, which only a failing test waits for.
inline bool runUntil(const std::function<bool()>& done, uint32_t deadlineMs = 5000) {
  bool late = false;
  const guint timer = g_timeout_add(
      deadlineMs,
      [](gpointer data) -> gboolean {
        *static_cast<bool*>(data) = true;
        return G_SOURCE_CONTINUE;
      },
      &late);
  while (!done() && !late) g_main_context_iteration(nullptr, TRUE);
  g_source_remove(timer);
  return !late;
}

/// Descriptors of this process.
inline size_t openDescriptors() {
  size_t count = 0;
  GDir* all = g_dir_open("/proc/self/fd", 0, nullptr);
  while (g_dir_read_name(all)) ++count;
  g_dir_close(all);
  return count;
}

/// Lets everything that is ready now run.
inline void runReady() {
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
}

}  // namespace parlour::test
