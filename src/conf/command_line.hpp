// The server's command line: options in, settings or an exit code out. Thread: main, at start.
#pragma once

#include <string>
#include <variant>

#include "conf/settings.hpp"

namespace parlour::conf {

/// What main() goes on with.
struct Start {
  Settings settings;
  Texts files;        ///< Configuration files that were read, in order.
  Texts pluginPaths;  ///< --plugin-path, to be put before GStreamer's own.
};

/// main() returns this at once: 0 after --help, --version, --check-config; 2 after mistakes, all
/// of which have been written to stderr by then.
struct Exit {
  int code = 0;
};

/// Reads `argv` (which is left alone), the environment and the files they name.
/// GStreamer's own options (--gst-…) are accepted and applied: this calls gst_init().
std::variant<Start, Exit> readCommandLine(int argc, char** argv);

}  // namespace parlour::conf
