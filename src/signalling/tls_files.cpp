#include "signalling/tls_files.hpp"

#include <sys/stat.h>

#include "base/log.hpp"

namespace parlour::signalling {
namespace {

constexpr log::Topic kTopic{"http"};

std::array<int64_t, 4> stampOf(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {static_cast<int64_t>(status.st_dev), static_cast<int64_t>(status.st_ino),
          static_cast<int64_t>(status.st_size),
          status.st_mtim.tv_sec * kNsPerSecond + status.st_mtim.tv_nsec};
}

}  // namespace

Result<TlsFiles> TlsFiles::load(const conf::Tls& files) {
  TlsFiles tls(files);
  const auto loaded = tls.reload();
  if (!loaded) return loaded.error();
  return tls;
}

Result<void> TlsFiles::reload() {
  const auto now = stamps();
  GError* error = nullptr;
  auto certificate = Ref<GTlsCertificate>::adopt(g_tls_certificate_new_from_files(
      files_.certificate.c_str(), files_.key.c_str(), &error));
  if (!certificate) {
    auto problem = invalid("tls_files", "http.tls: " + files_.certificate + ", " + files_.key +
                                            ": " + error->message);
    g_error_free(error);
    return problem;
  }
  certificate_ = std::move(certificate);
  loaded_ = now;
  return {};
}

void TlsFiles::reloadIfChanged() {
  const auto now = stamps();
  if (now == loaded_) return;
  const auto reloaded = reload();
  if (reloaded) {
    log::info(kTopic, {}, "{} and its key were read again", files_.certificate);
    return;
  }
  loaded_ = now;  // Said once; the next change is looked at again.
  log::warning(kTopic, {}, "{} The certificate in use stays.", reloaded.error().message);
}

std::array<TlsFiles::Stamp, 2> TlsFiles::stamps() const {
  return {stampOf(files_.certificate), stampOf(files_.key)};
}

}  // namespace parlour::signalling
