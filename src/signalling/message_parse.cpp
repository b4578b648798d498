#include "signalling/message_parse.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <map>

#include "auth/auth.hpp"
#include "base/ref.hpp"
#include "signalling/json_fields.hpp"

namespace parlour::signalling {
namespace {

constexpr size_t kMaxMidBytes = 64;
constexpr size_t kMaxParticipantIdBytes = 128;
constexpr size_t kMaxResumeBytes = 256;
constexpr size_t kMaxPayloadBytes = 16 * 1024;
constexpr size_t kMaxViews = 64;
constexpr int64_t kMaxPixels = 16384;

constexpr std::array<std::pair<std::string_view, room::Source>, 4> kSources = {{
    {"microphone", room::Source::kMicrophone},
    {"camera", room::Source::kCamera},
    {"screen", room::Source::kScreen},
    {"screenAudio", room::Source::kScreenAudio},
}};

constexpr std::array<std::pair<std::string_view, room::Moderation>, 5> kActs = {{
    {"mute", room::Moderation::kMute},
    {"unmute", room::Moderation::kUnmute},
    {"remove", room::Moderation::kRemove},
    {"lock", room::Moderation::kLock},
    {"unlock", room::Moderation::kUnlock},
}};

room::Source readSource(Fields& fields, const char* name) {
  const auto source = sourceFromText(fields.text(name, kMaxMidBytes));
  if (!source) fields.refuse(name, "must be microphone, camera, screen or screenAudio");
  return source.value_or(room::Source::kCamera);
}

std::string readName(Fields& fields, const char* name, size_t maxBytes) {
  std::string text = fields.optionalText(name, maxBytes);
  if (!text.empty() && !plainName(text, maxBytes))
    fields.refuse(name, "must hold no control characters");
  return text;
}

call::Offer readOffer(Fields& fields, const MessageLimits& limits) {
  call::Offer offer;
  offer.sdp = fields.text("sdp", limits.maxOfferBytes);
  fields.objects("publish", limits.maxMediaLines, false, [&offer](Fields& element) {
    call::Publish publish;
    publish.mid = element.text("mid", kMaxMidBytes);
    publish.source = readSource(element, "source");
    publish.muted = element.optionalBoolean("muted", false);
    offer.publish.push_back(std::move(publish));
  });
  return offer;
}

Request readJoin(Fields& fields, const MessageLimits& limits) {
  JoinRequest join;
  join.version = fields.integer("version", INT32_MIN, INT32_MAX);
  join.room = fields.text("room", kMaxRoomBytes);
  if (fields.ok() && !plainName(join.room, kMaxRoomBytes))
    fields.refuse("room", "must have 1 to 128 bytes and no control characters");
  join.name = readName(fields, "name", kMaxNameBytes);
  join.identity = readName(fields, "identity", kMaxIdentityBytes);
  join.token = fields.optionalText("token", auth::kMaxTokenBytes);
  join.resume = fields.optionalText("resume", kMaxResumeBytes);
  if (JsonObject* object = fields.optionalObject("offer")) {
    Fields offer(object, "offer.");
    join.offer = readOffer(offer, limits);
    if (!offer.ok()) fields.refuse("offer", offer.error().message);
  }
  return join;
}

Request readOfferRequest(Fields& fields, const MessageLimits& limits) {
  return OfferRequest{readOffer(fields, limits)};
}

void readWant(Fields& fields, room::View& view) {
  JsonNode* node = fields.optionalNode("want");
  if (node && JSON_NODE_HOLDS_OBJECT(node)) {
    Fields want(json_node_get_object(node), "want.");
    view.automatic = false;
    view.participant = want.text("participant", kMaxParticipantIdBytes);
    view.source = readSource(want, "source");
    if (want.ok() && view.participant.empty()) want.refuse("participant", "must not be empty");
    if (!want.ok()) fields.refuse("want", want.error().message);
    return;
  }
  const std::string word = fields.text("want", kMaxMidBytes);
  view.automatic = word == "auto";
  if (word != "auto" && word != "none")
    fields.refuse("want", "must be \"auto\", \"none\" or an object");
}

Request readView(Fields& fields, const MessageLimits&) {
  ViewRequest request;
  fields.objects("slots", kMaxViews, true, [&request](Fields& element) {
    room::View view;
    view.mid = element.text("mid", kMaxMidBytes);
    readWant(element, view);
    view.width = static_cast<uint32_t>(element.optionalInteger("width", 0, kMaxPixels, 0));
    view.height = static_cast<uint32_t>(element.optionalInteger("height", 0, kMaxPixels, 0));
    request.slots.push_back(std::move(view));
  });
  return request;
}

Request readMute(Fields& fields, const MessageLimits&) {
  return MuteRequest{fields.text("mid", kMaxMidBytes), fields.boolean("muted")};
}

Request readRename(Fields& fields, const MessageLimits&) {
  RenameRequest request{readName(fields, "name", kMaxNameBytes)};
  if (request.name.empty()) fields.refuse("name", "must not be empty");
  return request;
}

Request readHand(Fields& fields, const MessageLimits&) {
  return HandRequest{fields.boolean("raised")};
}

Request readChat(Fields& fields, const MessageLimits& limits) {
  // How long a text may be is the room's policy, which has an error of its own.
  return ChatRequest{fields.text("text", limits.maxMessageBytes),
                     fields.optionalText("to", kMaxParticipantIdBytes)};
}

Request readData(Fields& fields, const MessageLimits&) {
  return DataRequest{fields.text("payload", kMaxPayloadBytes),
                     fields.optionalText("to", kMaxParticipantIdBytes)};
}

ModerateRequest readModerateFields(Fields& fields) {
  ModerateRequest request;
  const std::string act = fields.text("act", kMaxMidBytes);
  const auto found = std::find_if(kActs.begin(), kActs.end(),
                                  [&act](const auto& entry) { return entry.first == act; });
  if (found != kActs.end())
    request.act = found->second;
  else
    fields.refuse("act", "must be mute, unmute, remove, lock or unlock");
  request.participant = fields.optionalText("participant", kMaxParticipantIdBytes);
  if (fields.optionalNode("source")) request.source = readSource(fields, "source");
  return request;
}

Request readModerate(Fields& fields, const MessageLimits&) { return readModerateFields(fields); }

template <typename T>
Request readNothing(Fields&, const MessageLimits&) {
  return T{};
}

using Reader = Request (*)(Fields&, const MessageLimits&);

const std::map<std::string_view, Reader>& readers() {
  static const std::map<std::string_view, Reader> table = {
      {"join", readJoin},         {"offer", readOfferRequest},
      {"view", readView},         {"mute", readMute},
      {"rename", readRename},     {"hand", readHand},
      {"chat", readChat},         {"data", readData},
      {"moderate", readModerate}, {"stats", readNothing<StatsRequest>},
      {"ping", readNothing<PingRequest>}, {"leave", readNothing<LeaveRequest>},
  };
  return table;
}

/// What scanMessage() let through, as a tree. Null where json-glib sees it otherwise.
Ref<JsonParser> parseTree(std::string_view text) {
  auto parser = Ref<JsonParser>::adopt(json_parser_new_immutable());
  if (!json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()),
                                  nullptr))
    return {};
  JsonNode* root = json_parser_get_root(parser.get());
  return root && JSON_NODE_HOLDS_OBJECT(root) ? parser : Ref<JsonParser>();
}

bool carriesOffer(std::string_view type) { return type == "join" || type == "offer"; }

Error tooLarge(size_t limit) {
  return invalid("too_large", fmt::format("The message is longer than {} bytes.", limit));
}

}  // namespace

std::optional<room::Source> sourceFromText(std::string_view text) {
  for (const auto& [name, source] : kSources)
    if (name == text) return source;
  return {};
}

bool plainName(std::string_view text, size_t maxBytes) {
  if (text.empty() || text.size() > maxBytes) return false;
  if (!g_utf8_validate_len(text.data(), text.size(), nullptr)) return false;
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p < end; p = g_utf8_next_char(p))
    if (g_unichar_iscntrl(g_utf8_get_char(p))) return false;
  return true;
}

ParsedMessage parseMessage(std::string_view text, const MessageLimits& limits) {
  if (text.size() > limits.maxOfferBytes) return {{}, tooLarge(limits.maxOfferBytes)};
  Scan scan = scanMessage(text);
  if (!scan.outcome) return {std::move(scan.envelope), scan.outcome.error()};
  const Envelope& envelope = scan.envelope;
  if (text.size() > limits.maxMessageBytes && !carriesOffer(envelope.type))
    return {envelope, tooLarge(limits.maxMessageBytes)};
  if (envelope.id == 0)
    return {envelope, invalid("bad_message", "'id' must be a positive integer.")};
  if (envelope.type.empty())
    return {envelope, invalid("bad_message", "'type' must name the request.")};
  const auto reader = readers().find(envelope.type);
  if (reader == readers().end())
    return {envelope, invalid("unknown_type",
                              fmt::format("There is no request '{}'.", envelope.type))};
  const Ref<JsonParser> tree = parseTree(text);
  if (!tree) return {envelope, invalid("bad_message", "The message is not JSON.")};
  Fields fields(json_node_get_object(json_parser_get_root(tree.get())));
  Request request = reader->second(fields, limits);
  if (!fields.ok()) return {envelope, fields.error()};
  return {envelope, std::move(request)};
}

Result<ModerateRequest> parseModeration(std::string_view text) {
  const Scan scan = scanMessage(text);
  if (!scan.outcome) return scan.outcome.error();
  const Ref<JsonParser> tree = parseTree(text);
  if (!tree) return invalid("bad_message", "The body is not JSON.");
  Fields fields(json_node_get_object(json_parser_get_root(tree.get())));
  ModerateRequest request = readModerateFields(fields);
  if (!fields.ok()) return fields.error();
  return request;
}

}  // namespace parlour::signalling
