#include "conf/table.hpp"

namespace parlour::conf {
namespace {

// NOLINTBEGIN: each use names the member that a key stands for.
#define AT(member)            \
  [](Settings & s) -> auto& { \
    return s.member;          \
  }
#define CHOICE(type, member)                                 \
  [](Settings& s) { return static_cast<size_t>(s.member); }, \
      [](Settings& s, size_t i) { s.member = static_cast<type>(i); }
// NOLINTEND

constexpr uint32_t kMaxPort = 65535;
constexpr uint32_t kMaxBytes = 1u << 30;
constexpr uint32_t kDayMs = 86'400'000;
constexpr uint32_t kMaxRate = 1'000'000;

const std::vector<Group> kGroups = {
    {"http", "Signalling, the API and the web client."},
    {"http.tls", "HTTPS without a reverse proxy. The files are read again when they change."},
    {"metrics", "Prometheus metrics."},
    {"admin", "Who may use the administration API (rooms, graphs, statistics, moderation)."},
    {"media", "The UDP port that carries all media."},
    {"rooms", "What a room allows."},
    {"rooms.codecs", "Codecs that are accepted, the preferred one first."},
    {"limits",
     "Bounds on what one client can cost. Rates are token buckets: so many a second, "
     "and a burst after a pause."},
    {"timeouts", "How long silence is borne."},
    {"auth", "Who may enter a room."},
    {"log", "What is written to stderr, and how."},
};

const std::vector<Setting> kSettings = {
    {"http.listen", ListType{AT(http.listen), TextKind::kAddress, 1},
     "Addresses to listen on. The default is reachable from this machine only, because auth.mode "
     "is open by default."},
    {"http.port", NumberType{AT(http.port), 0, kMaxPort}, "TCP port; 0 takes any free one."},
    {"http.trustedProxies", ListType{AT(http.trustedProxies), TextKind::kNetwork, 0},
     "Reverse proxies, as addresses or networks (10.0.0.0/8). Their X-Forwarded-For says the "
     "client's address for limits and logs; that of everybody else is ignored."},
    {"http.origins", ListType{AT(http.origins), TextKind::kOrigin, 0},
     "Origins (https://app.example.org) whose pages may open a WebSocket or call the API, besides "
     "pages of this server itself. \"*\" allows all."},
    {"http.webRoot", TextType{AT(http.webRoot), TextKind::kDirectory},
     "Directory of the web client. Empty: the installed one."},
    {"http.headersTimeoutMs", NumberType{AT(http.headersTimeoutMs), 100, kDayMs},
     "How long the headers of a request may take to arrive; a body may take three times as long."},
    {"http.tls.certificate", TextType{AT(http.tls.certificate), TextKind::kFile},
     "PEM file with the certificate and its chain. Empty: plain HTTP."},
    {"http.tls.key", TextType{AT(http.tls.key), TextKind::kFile}, "PEM file with the private key."},

    {"metrics.listen", ListType{AT(metrics.listen), TextKind::kAddress, 1},
     "Addresses of the listener of its own that metrics.port asks for."},
    {"metrics.port", NumberType{AT(metrics.port), 0, kMaxPort},
     "TCP port for /metrics alone. 0: /metrics is on the main listener."},

    {"admin.socket", TextType{AT(admin.socket), TextKind::kSocket},
     "Path of a Unix socket with the whole API, open to the server's own user and group. "
     "Empty: none."},
    {"admin.token", TextType{AT(admin.token), TextKind::kAny},
     "Bearer token for the API, 16 characters at least. Better in a file: admin.tokenFile."},
    {"admin.tokenFile", TextType{AT(admin.tokenFile), TextKind::kFile},
     "File with that token. A path may begin with $CREDENTIALS_DIRECTORY/ (systemd's "
     "LoadCredential=)."},

    {"media.listen", ListType{AT(media.listen), TextKind::kAddress, 1},
     "Addresses of the UDP socket. \"::\" takes IPv6 and IPv4."},
    {"media.port", NumberType{AT(media.port), 0, kMaxPort}, "UDP port; 0 takes any free one."},
    {"media.advertise", ListType{AT(media.advertise), TextKind::kPublicAddress, 1},
     "Addresses that clients are told. \"auto\": those of the network interfaces. Behind a 1:1 NAT "
     "give the public ones."},
    {"media.threads", NumberType{AT(media.threads), 0, 32},
     "Threads that receive, encrypt and send, each with a socket of its own on the port. 0: one "
     "per core."},
    {"media.sendBufferBytes", NumberType{AT(media.sendBufferBytes), 65536, kMaxBytes},
     "Kernel buffer of the UDP socket for sending. The kernel cuts it to net.core.wmem_max."},
    {"media.receiveBufferBytes", NumberType{AT(media.receiveBufferBytes), 65536, kMaxBytes},
     "The same for receiving; net.core.rmem_max."},

    {"rooms.maxRooms", NumberType{AT(rooms.maxRooms), 1, 100000}, "Rooms on this server."},
    {"rooms.maxParticipants", NumberType{AT(rooms.maxParticipants), 1, 10000},
     "Participants in a room."},
    {"rooms.chatHistory", NumberType{AT(rooms.chatHistory), 0, 100000},
     "Chat messages that someone who comes late sees."},
    {"rooms.chatMaxBytes", NumberType{AT(rooms.chatMaxBytes), 1, 65536}, "Longest chat message."},
    {"rooms.simulcast", FlagType{AT(rooms.simulcast)},
     "Ask publishers for several sizes of a picture, so that each viewer gets one that fits."},
    {"rooms.emptyTimeoutS", NumberType{AT(rooms.emptyTimeoutS), 0, 86400},
     "How long an empty room is kept, with its chat and its lock."},
    {"rooms.codecs.video",
     ListType{AT(rooms.codecs.video), TextKind::kChoice, 1, {"VP8", "VP9", "H264", "AV1"}},
     "Video codecs."},
    {"rooms.codecs.audio",
     ListType{AT(rooms.codecs.audio), TextKind::kChoice, 1, {"opus", "red", "PCMU", "PCMA"}},
     "Audio codecs; red is redundant Opus (RFC 2198)."},

    {"limits.joinsPerSecond", NumberType{AT(limits.joinsPerSecond), 1, kMaxRate},
     "Joins per client address (IPv6: per /64)."},
    {"limits.joinBurst", NumberType{AT(limits.joinBurst), 1, kMaxRate},
     "Joins per client address at once; leave room for offices behind one address."},
    {"limits.messagesPerSecond", NumberType{AT(limits.messagesPerSecond), 1, kMaxRate},
     "Signalling messages per connection."},
    {"limits.messageBurst", NumberType{AT(limits.messageBurst), 1, kMaxRate},
     "Signalling messages per connection at once."},
    {"limits.maxMessageBytes", NumberType{AT(limits.maxMessageBytes), 4096, 16777216},
     "Longest signalling message that is not an offer."},
    {"limits.maxOfferBytes", NumberType{AT(limits.maxOfferBytes), 4096, 16777216},
     "Longest message with an offer, and longest WHIP or WHEP body. Browsers send 60 to 300 KB."},
    {"limits.maxMediaLines", NumberType{AT(limits.maxMediaLines), 1, 1024}, "m-lines in an offer."},
    {"limits.maxSlotsVideo", NumberType{AT(limits.maxSlotsVideo), 1, 1000},
     "Video receive slots of a client."},
    {"limits.dataPerSecond", NumberType{AT(limits.dataPerSecond), 1, kMaxRate},
     "Data messages per participant."},
    {"limits.dataBurst", NumberType{AT(limits.dataBurst), 1, kMaxRate},
     "Data messages per participant at once."},

    {"timeouts.reconnectingMs", NumberType{AT(timeouts.reconnectingMs), 500, kDayMs},
     "A participant that is silent on media and signalling for so long is shown as reconnecting."},
    {"timeouts.goneMs", NumberType{AT(timeouts.goneMs), 1000, kDayMs},
     "One that is silent for so long is gone for the others."},
    {"timeouts.resumeMs", NumberType{AT(timeouts.resumeMs), 0, kDayMs},
     "How long one that is gone can come back with its identity and its slots."},
    {"timeouts.joinMs", NumberType{AT(timeouts.joinMs), 500, kDayMs},
     "A connection that has not joined in this time is closed."},
    {"timeouts.consentMs", NumberType{AT(timeouts.consentMs), 5000, kDayMs},
     "Sending to a client stops this long after its last valid connectivity check (RFC 7675: 30 "
     "seconds)."},
    {"timeouts.drainMs", NumberType{AT(timeouts.drainMs), 0, kDayMs},
     "How long calls may go on after SIGTERM. The service's TimeoutStopSec must be longer."},

    {"auth.mode", ChoiceType{{"open", "jwt"}, CHOICE(AuthMode, auth.mode)},
     "open: everybody may enter every room. jwt: a signed token is needed."},
    {"auth.iKnowThisIsOpen", FlagType{AT(auth.iKnowThisIsOpen)},
     "Needed for auth.mode open on a server that others can reach."},
    {"auth.openModerators", FlagType{AT(auth.openModerators)},
     "In auth.mode open: everybody may mute, remove and lock."},
    {"auth.secret", TextType{AT(auth.secret), TextKind::kAny},
     "Key of HS256 tokens, 32 bytes at least. Better in a file: auth.secretFile."},
    {"auth.secretFile", TextType{AT(auth.secretFile), TextKind::kFile},
     "File with that key; a line end at its end does not count. A path may begin with "
     "$CREDENTIALS_DIRECTORY/."},
    {"auth.jwksFile", TextType{AT(auth.jwksFile), TextKind::kFile},
     "File with the public keys of the tokens' issuer (JWK Set, RFC 7517)."},
    {"auth.jwksUrl", TextType{AT(auth.jwksUrl), TextKind::kUrl},
     "URL of them. Fetched at start, every 15 minutes, and for an unknown key at most once a "
     "minute."},
    {"auth.algorithms",
     ListType{AT(auth.algorithms), TextKind::kChoice, 0, {"HS256", "RS256", "PS256", "ES256"}},
     "Signature algorithms that are accepted. Empty: HS256 with a secret; RS256, PS256 and ES256 "
     "with a JWK Set."},
    {"auth.issuer", TextType{AT(auth.issuer), TextKind::kAny},
     "The `iss` that tokens must have. Empty: any."},
    {"auth.audience", TextType{AT(auth.audience), TextKind::kAny},
     "The `aud` that tokens must have. Empty: tokens that name an audience are refused, for they "
     "are meant for someone else."},
    {"auth.leewayS", NumberType{AT(auth.leewayS), 0, 60}, "How far the issuer's clock may be off."},

    {"log.level", ChoiceType{{"debug", "info", "warning", "error"}, CHOICE(log::Level, log.level)},
     "Least level that is written."},
    {"log.format", ChoiceType{{"auto", "text", "json", "journal"}, CHOICE(log::Format, log.format)},
     "auto: fields for the journal under systemd, text on a terminal, JSON lines otherwise."},
};

#undef AT
#undef CHOICE

}  // namespace

std::span<const Setting> settingTable() {
  return kSettings;
}
std::span<const Group> groupTable() {
  return kGroups;
}

const Setting* findSetting(std::string_view key) {
  for (const Setting& setting : kSettings)
    if (setting.key == key) return &setting;
  return nullptr;
}

const Group* findGroup(std::string_view key) {
  for (const Group& group : kGroups)
    if (group.key == key) return &group;
  return nullptr;
}

}  // namespace parlour::conf
