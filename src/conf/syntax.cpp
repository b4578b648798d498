#include "conf/syntax.hpp"

#include <fmt/format.h>
#include <gio/gio.h>
#include <sys/un.h>

#include "base/ref.hpp"

namespace parlour::conf {
namespace {

Ref<GInetAddress> addressOf(const std::string& text) {
  return Ref<GInetAddress>::adopt(g_inet_address_new_from_string(text.c_str()));
}

bool isNetwork(const std::string& text) {
  return static_cast<bool>(
      Ref<GInetAddressMask>::adopt(g_inet_address_mask_new_from_string(text.c_str(), nullptr)));
}

struct Uri {
  bool valid = false;
  std::string scheme, host, path;
  bool extra = false;  ///< User, query or fragment.
};

Uri uriOf(const std::string& text) {
  Uri uri;
  gchar *scheme = nullptr, *user = nullptr, *host = nullptr, *path = nullptr, *query = nullptr,
        *fragment = nullptr;
  gint port = 0;
  uri.valid = g_uri_split(text.c_str(), G_URI_FLAGS_NONE, &scheme, &user, &host, &port, &path,
                          &query, &fragment, nullptr) &&
              scheme && host && *host;
  if (uri.valid) {
    uri.scheme = scheme;
    uri.host = host;
    uri.path = path ? path : "";
    uri.extra = user || query || fragment;
  }
  for (gchar* part : {scheme, user, host, path, query, fragment}) g_free(part);
  return uri;
}

std::string originProblem(const std::string& text) {
  const Uri uri = uriOf(text);
  if (text == "*") return {};
  if (uri.valid && !uri.extra && uri.path.empty()) return {};
  return fmt::format("{} is no origin: scheme and host, e.g. https://app.example.org", text);
}

std::string urlProblem(const std::string& text) {
  const Uri uri = uriOf(text);
  if (!uri.valid) return fmt::format("{} is no URL", text);
  if (uri.scheme == "https" || (uri.scheme == "http" && isLoopback(uri.host))) return {};
  return fmt::format("{}: keys may only be fetched by https, or by http from this machine", text);
}

}  // namespace

bool isLoopback(const std::string& text) {
  if (text == "localhost") return true;
  const auto address = addressOf(text);
  return address && g_inet_address_get_is_loopback(address.get());
}

std::string syntaxProblem(TextKind kind, const std::string& text) {
  switch (kind) {
    case TextKind::kPublicAddress:
      if (text == "auto") return {};
      return addressOf(text) ? "" : fmt::format("\"{}\" is no IP address and not auto", text);
    case TextKind::kAddress:
      if (text == "localhost") return {};
      return addressOf(text) ? "" : fmt::format("\"{}\" is no IP address", text);
    case TextKind::kNetwork:
      return isNetwork(text)
                 ? ""
                 : fmt::format("\"{}\" is no address or network, e.g. 10.0.0.0/8", text);
    case TextKind::kOrigin:
      return originProblem(text);
    case TextKind::kUrl:
      return urlProblem(text);
    case TextKind::kSocket:
      // The kernel's limit, with the final zero.
      return text.size() < sizeof(sockaddr_un::sun_path)
                 ? ""
                 : fmt::format("the path is longer than {} bytes",
                               sizeof(sockaddr_un::sun_path) - 1);
    case TextKind::kAny:
    case TextKind::kFile:
    case TextKind::kDirectory:
    case TextKind::kChoice:
      return {};
  }
  return {};
}

}  // namespace parlour::conf
