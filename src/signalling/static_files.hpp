// StaticFiles: the web client, served from memory.
//
// The whole directory is read when it is opened, and again when its index.html has changed: a
// request only ever looks a path up in a table, so it can neither leave the directory nor wait for
// a disk. Thread: control.
#pragma once

#include <glib.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "signalling/exchange.hpp"

namespace parlour::signalling {

constexpr uint64_t kMaxWebRootBytes = 64 * 1024 * 1024;

class StaticFiles {
 public:
  /// `webRoot` empty: the installed client, or else the source tree's. A directory that was named
  /// must exist; a default one need not (a page then says how to build it).
  /// Error (kInvalid): web_root.
  static Result<StaticFiles> open(const std::string& webRoot);

  /// Answers a GET: a file, a folder's index.html, the page for `/` and `/r/…`, or 404.
  void handle(Exchange& exchange) const;
  void reloadIfChanged();
  bool built() const { return files_.contains("/index.html"); }
  size_t count() const { return files_.size(); }

 private:
  struct File {
    std::shared_ptr<GBytes> content, gzip;  ///< `gzip` is null without a .gz beside the file.
    std::string etag;                       ///< Quoted.
    const char* type = "";
    bool immutable = false;                 ///< Its name changes with its content.
  };
  using Stamp = std::array<int64_t, 3>;
  explicit StaticFiles(std::string root) : root_(std::move(root)) {}
  Result<void> read();
  Stamp stamp() const;
  void respond(Exchange& exchange, const File& file) const;

  std::string root_;
  std::map<std::string, File, std::less<>> files_;  ///< By path, "/assets/app.js".
  Stamp stamp_{};
};

}  // namespace parlour::signalling
