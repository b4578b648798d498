// The last step of loading: files behind settings, and settings that contradict each other.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "conf/given.hpp"
#include "conf/syntax.hpp"
#include "conf/table.hpp"

namespace parlour::conf {
namespace {

constexpr std::string_view kCredentials = "$CREDENTIALS_DIRECTORY/";
constexpr size_t kLongestSecret = 65536;
constexpr size_t kShortestSecret = 32;  // RFC 7518 §3.2: as long as SHA-256's output.
constexpr size_t kShortestAdminToken = 16;
constexpr uint32_t kOtherMediaLines = 4;  // 3 audio slots and the data channel.

class Settlement {
 public:
  Settlement(Settings& s, const Origins& origins,
             const std::map<std::string, std::string>& environment, Mistakes& mistakes)
      : s_(s), origins_(origins), environment_(environment), mistakes_(mistakes) {}

  void run() {
    for (const Setting& setting : settingTable())
      if (const auto* type = std::get_if<TextType>(&setting.type))
        checkPath(std::string(setting.key), *type);
    web();
    admin();
    auth();
    media();
    bounds();
  }

 private:
  bool given(std::string_view key) const { return origins_.contains(key); }

  /// Notes a mistake where the first of `keys` that was given stands.
  void wrong(std::initializer_list<std::string_view> keys, std::string message) {
    for (std::string_view key : keys) {
      const auto origin = origins_.find(key);
      if (origin == origins_.end()) continue;
      mistakes_.push_back(
          {origin->second.file, origin->second.line, std::string(key), std::move(message)});
      return;
    }
    mistakes_.push_back({"", 0, std::string(*keys.begin()), std::move(message)});
  }

  void checkPath(const std::string& key, const TextType& type) {
    std::string& path = type.at(s_);
    if (path.empty()) return;
    if (type.kind == TextKind::kFile && path.starts_with(kCredentials)) {
      const auto directory = environment_.find("CREDENTIALS_DIRECTORY");
      if (directory == environment_.end())
        return wrong({key},
                     "CREDENTIALS_DIRECTORY is not set; systemd sets it for services with "
                     "LoadCredential=");
      path = directory->second + "/" + path.substr(kCredentials.size());
    }
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (type.kind == TextKind::kFile &&
        (!std::filesystem::is_regular_file(status) || access(path.c_str(), R_OK) != 0))
      wrong({key}, fmt::format("{} cannot be read as a file", path));
    if (type.kind == TextKind::kDirectory && !std::filesystem::is_directory(status))
      wrong({key}, fmt::format("{} is no directory", path));
  }

  /// Puts the content of the file into `secret`.
  void readSecret(std::string_view key, std::string_view fileKey, std::string& secret,
                  const std::string& path, size_t shortest) {
    if (!path.empty() && !secret.empty())
      return wrong({fileKey, key}, fmt::format("give either {} or {}, not both", key, fileKey));
    if (!path.empty()) {
      std::ifstream in(path, std::ios::binary);
      if (!in) return;  // checkPath() has said so.
      std::string text(kLongestSecret, '\0');
      in.read(text.data(), static_cast<std::streamsize>(text.size()));
      text.resize(static_cast<size_t>(in.gcount()));
      if (text.ends_with('\n')) text.pop_back();
      if (text.ends_with('\r')) text.pop_back();
      secret = std::move(text);
      if (secret.empty()) return wrong({fileKey}, fmt::format("{} is empty", path));
    }
    if (!secret.empty() && secret.size() < shortest)
      wrong({path.empty() ? key : fileKey},
            fmt::format("is {} bytes long; {} are needed (openssl rand -hex 32 makes one)",
                        secret.size(), shortest));
  }

  void web() {
    const Tls& tls = s_.http.tls;
    if (tls.certificate.empty() != tls.key.empty())
      wrong({tls.key.empty() ? "http.tls.certificate" : "http.tls.key"},
            fmt::format("needs {} too", tls.key.empty() ? "http.tls.key" : "http.tls.certificate"));
    const bool shared = std::ranges::any_of(s_.metrics.listen, [this](const std::string& a) {
      return std::ranges::count(s_.http.listen, a) > 0;
    });
    if (s_.metrics.port != 0 && s_.metrics.port == s_.http.port && shared)
      wrong({"metrics.port", "http.port"},
            "is http.port too; 0 leaves /metrics on the main listener");
    if (s_.metrics.listen != Metrics().listen && s_.metrics.port == 0)
      wrong({"metrics.listen"}, "needs metrics.port too");
  }

  void admin() {
    readSecret("admin.token", "admin.tokenFile", s_.admin.token, s_.admin.tokenFile,
               kShortestAdminToken);
  }

  void auth() {
    const Auth& a = s_.auth;
    readSecret("auth.secret", "auth.secretFile", s_.auth.secret, a.secretFile, kShortestSecret);
    const bool hasSecret = !a.secret.empty() || !a.secretFile.empty();
    const bool hasJwks = !a.jwksFile.empty() || !a.jwksUrl.empty();
    if (!a.jwksFile.empty() && !a.jwksUrl.empty())
      wrong({"auth.jwksUrl"}, "give either auth.jwksFile or auth.jwksUrl, not both");
    if (a.mode == AuthMode::kOpen) return openMode(hasSecret || hasJwks);
    if (!hasSecret && !hasJwks)
      wrong({"auth.mode"}, "jwt needs auth.secretFile, auth.jwksFile or auth.jwksUrl");
    for (const std::string& algorithm : a.algorithms) {
      const bool symmetric = algorithm.starts_with("HS");
      if (symmetric ? !hasSecret : !hasJwks)
        wrong({"auth.algorithms"},
              fmt::format("{} needs {}", algorithm,
                          symmetric ? "auth.secretFile" : "auth.jwksFile or auth.jwksUrl"));
    }
  }

  void openMode(bool hasKeys) {
    if (hasKeys && !given("auth.mode"))
      wrong({"auth.secretFile", "auth.secret", "auth.jwksFile", "auth.jwksUrl"},
            "keys are given but auth.mode is open, which asks for no token; set auth.mode to jwt");
    if (s_.auth.iKnowThisIsOpen) return;
    const auto reachable = std::ranges::find_if_not(s_.http.listen, isLoopback);
    if (reachable != s_.http.listen.end())
      wrong({"http.listen"},
            fmt::format("{} can be reached by others and auth.mode is open: set auth.mode to jwt, "
                        "or auth.iKnowThisIsOpen to true",
                        *reachable));
    else if (!s_.http.trustedProxies.empty())
      wrong({"http.trustedProxies"},
            "a proxy makes the server reachable and auth.mode is open: set auth.mode to jwt, or "
            "auth.iKnowThisIsOpen to true");
  }

  void media() {
    const Texts& advertise = s_.media.advertise;
    if (advertise.size() > 1 && std::ranges::count(advertise, "auto"))
      wrong({"media.advertise"}, "is either auto or a list of addresses");
  }

  void bounds() {
    const Timeouts& t = s_.timeouts;
    if (t.reconnectingMs >= t.goneMs)
      wrong({"timeouts.reconnectingMs", "timeouts.goneMs"},
            fmt::format("timeouts.reconnectingMs ({}) must be shorter than timeouts.goneMs ({})",
                        t.reconnectingMs, t.goneMs));
    const Limits& l = s_.limits;
    if (l.maxOfferBytes < l.maxMessageBytes)
      wrong({"limits.maxOfferBytes", "limits.maxMessageBytes"},
            fmt::format("limits.maxOfferBytes ({}) must not be below limits.maxMessageBytes ({})",
                        l.maxOfferBytes, l.maxMessageBytes));
    if (l.maxSlotsVideo + kOtherMediaLines > l.maxMediaLines)
      wrong({"limits.maxMediaLines", "limits.maxSlotsVideo"},
            fmt::format("limits.maxMediaLines ({}) leaves no room for limits.maxSlotsVideo ({}), "
                        "3 audio slots and the data channel",
                        l.maxMediaLines, l.maxSlotsVideo));
    if (s_.rooms.chatMaxBytes >= l.maxMessageBytes)
      wrong({"rooms.chatMaxBytes", "limits.maxMessageBytes"},
            fmt::format("rooms.chatMaxBytes ({}) must fit in limits.maxMessageBytes ({})",
                        s_.rooms.chatMaxBytes, l.maxMessageBytes));
  }

  Settings& s_;
  const Origins& origins_;
  const std::map<std::string, std::string>& environment_;
  Mistakes& mistakes_;
};

}  // namespace

void settle(Settings& settings, const Origins& origins,
            const std::map<std::string, std::string>& environment, Mistakes& mistakes) {
  Settlement(settings, origins, environment, mistakes).run();
}

}  // namespace parlour::conf
