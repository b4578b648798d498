// TlsFiles: the certificate and key of the HTTPS listeners, read again when the files change.
//
// A connection keeps the certificate it began with, so a change disturbs nobody. Files are looked
// at by their status rather than watched, because renewed certificates often come as a switched
// symbolic link, which no watch on the file sees. Thread: control.
#pragma once

#include <gio/gio.h>

#include <array>
#include <string>

#include "base/clock.hpp"
#include "base/ref.hpp"
#include "base/result.hpp"
#include "conf/settings.hpp"

namespace parlour::signalling {

class TlsFiles {
 public:
  /// Error (kInvalid): tls_files.
  static Result<TlsFiles> load(const conf::Tls& files);

  /// Reads both files again; on an error the certificate in use stays. Error: tls_files.
  Result<void> reload();
  /// Calls reload() if the files are not what they were, and logs what came of it.
  void reloadIfChanged();

  GTlsCertificate* certificate() const { return certificate_.get(); }

 private:
  /// Device, inode, size and time of change of one file.
  using Stamp = std::array<int64_t, 4>;
  explicit TlsFiles(conf::Tls files) : files_(std::move(files)) {}
  std::array<Stamp, 2> stamps() const;

  conf::Tls files_;
  Ref<GTlsCertificate> certificate_;
  std::array<Stamp, 2> loaded_{};
};

}  // namespace parlour::signalling
