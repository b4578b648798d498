// Settings: everything an operator can choose, with its default, and how it is read.
//
// The struct says name and default; conf/table.cpp says type, range and meaning of each, and drives
// parsing, config/parlour.schema.json and the reference in docs/manual/configuration.md.
// Units stand in the names (Ms, S, Bytes). Thread: any (values); load() reads files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"

namespace parlour::conf {

using Texts = std::vector<std::string>;

struct Tls {
  std::string certificate;  ///< PEM file, empty: plain HTTP.
  std::string key;          ///< PEM file.
};

struct Http {
  Texts listen = {"127.0.0.1"};
  uint32_t port = 8080;  ///< 0: any free one.
  Tls tls;
  Texts trustedProxies;  ///< Addresses or networks whose X-Forwarded-For is believed.
  Texts origins;         ///< Allowed besides the server's own host; "*" allows every one.
  std::string webRoot;   ///< Directory of the web client, empty: the installed one.
  uint32_t headersTimeoutMs = 10000;
};

struct Metrics {
  Texts listen = {"127.0.0.1"};
  uint32_t port = 0;  ///< 0: /metrics is on the main listener.
};

struct Admin {
  std::string socket;  ///< Path of a Unix socket with the whole API, empty: none.
  std::string token;   ///< After load(): the content of `tokenFile` where that was given.
  std::string tokenFile;
};

struct Media {
  Texts listen = {"::"};
  uint32_t port = 8443;        ///< UDP, 0: any free one.
  Texts advertise = {"auto"};  ///< "auto" or the addresses that clients reach.
  uint32_t threads = 0;  ///< 0: one per core.
  uint32_t sendBufferBytes = 4194304;
  uint32_t receiveBufferBytes = 4194304;
};

struct Codecs {
  Texts video = {"VP8", "VP9", "H264", "AV1"};  ///< Allowed ones, preferred first.
  Texts audio = {"opus", "red", "PCMU", "PCMA"};
};

struct Rooms {
  uint32_t maxRooms = 1000;
  uint32_t maxParticipants = 100;  ///< Per room.
  uint32_t chatHistory = 500;      ///< Messages a late joiner sees.
  uint32_t chatMaxBytes = 4000;
  Codecs codecs;
  bool simulcast = true;
  uint32_t emptyTimeoutS = 30;  ///< How long chat and lock outlive the last participant.
};

struct Limits {
  uint32_t joinsPerSecond = 5;  ///< Per client address.
  uint32_t joinBurst = 50;
  uint32_t messagesPerSecond = 50;  ///< Per connection.
  uint32_t messageBurst = 100;
  uint32_t maxMessageBytes = 65536;
  uint32_t maxOfferBytes = 524288;
  uint32_t maxMediaLines = 64;
  uint32_t maxSlotsVideo = 49;
  uint32_t dataPerSecond = 30;  ///< Per participant, data channel and its fallback.
  uint32_t dataBurst = 60;
};

struct Timeouts {
  uint32_t reconnectingMs = 5000;  ///< Silence until others see "reconnecting".
  uint32_t goneMs = 10000;         ///< Silence until others see it gone.
  uint32_t resumeMs = 30000;       ///< How long identity and slots are kept after that.
  uint32_t joinMs = 10000;         ///< For the first message of a connection.
  uint32_t consentMs = 30000;      ///< Since the last valid STUN check; then sending stops.
  uint32_t drainMs = 10000;        ///< For calls to end after SIGTERM.
};

enum class AuthMode { kOpen, kJwt };

struct Auth {
  AuthMode mode = AuthMode::kOpen;
  bool iKnowThisIsOpen = false;
  bool openModerators = false;  ///< Mode open: everybody is a moderator.
  std::string secret;           ///< HS256 key; after load(): the content of `secretFile`.
  std::string secretFile;
  std::string jwksFile;
  std::string jwksUrl;
  Texts algorithms;      ///< Empty: HS256 with a secret; RS256, PS256 and ES256 with a JWKS.
  std::string issuer;    ///< Empty: not compared.
  std::string audience;  ///< Empty: not compared, and a token with `aud` is refused.
  uint32_t leewayS = 30;
};

struct Log {
  log::Level level = log::Level::kInfo;
  log::Format format = log::Format::kAuto;
};

struct Settings {
  Http http;
  Metrics metrics;
  Admin admin;
  Media media;
  Rooms rooms;
  Limits limits;
  Timeouts timeouts;
  Auth auth;
  Log log;
};

/// One thing that is wrong, and where.
struct Mistake {
  std::string file;  ///< Path, or "environment", or "--set".
  int line = 0;      ///< From 1; 0 where there are no lines.
  std::string key;   ///< E.g. "http.port"; empty where it is about the whole file.
  std::string message;
};
/// "file:line: key: message", without the parts that are empty.
std::string describe(const Mistake& mistake);

/// Where settings come from, weakest first: the defaults above, `path`, the *.yaml of `dropinDir`
/// sorted by name, PARLOUR_* of `environment` (http.headersTimeoutMs is
/// PARLOUR_HTTP_HEADERS_TIMEOUT_MS), `overrides`. Lists are replaced as a whole.
struct LoadOptions {
  /// Without one the installed parlour.yaml, if it exists. One that is named must exist.
  std::optional<std::string> path;
  std::string dropinDir;  ///< Empty: conf.d beside `path`.
  std::map<std::string, std::string> environment;
  Texts overrides;  ///< "key=value"; the elements of a list are separated by commas.
};

/// The settings, usable only without mistakes; `mistakes` holds all there are, in reading order.
struct LoadOutcome {
  Settings settings;
  std::vector<Mistake> mistakes;
  Texts files;  ///< What was read, in order.
  explicit operator bool() const { return mistakes.empty(); }
};

LoadOutcome load(const LoadOptions& options);

/// This process's environment, in the form load() takes.
std::map<std::string, std::string> processEnvironment();

}  // namespace parlour::conf
