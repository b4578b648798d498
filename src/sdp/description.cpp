#include "sdp/description.hpp"

#include <gst/sdp/gstsdpmessage.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

constexpr size_t kLongestToken = 64;  // Of an m= line; real ones are under 20.
constexpr size_t kOriginFields = 6;   // RFC 8866 section 5.2.

Error malformed(size_t line, std::string_view cause) {
  return invalid("bad_offer", fmt::format("line {}: {}", line, cause));
}

bool hasControl(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
  });
}

/// m=<media> <port>["/"<ports>] <proto> <format>…, one blank between them.
bool isMediaLine(std::string_view value) {
  const auto fields = split(value, ' ');
  if (fields.size() < 4 || !isToken(fields[0], kLongestToken)) return false;
  std::string_view ports = fields[1];
  const std::string_view port = takeUntil(ports, '/');
  if (!numberOf(port, UINT16_MAX) || (!ports.empty() && !numberOf(ports, UINT16_MAX))) return false;
  for (const std::string_view part : split(fields[2], '/'))
    if (!isToken(part, kLongestToken)) return false;
  return std::all_of(fields.begin() + 3, fields.end(),
                     [](std::string_view format) { return isToken(format, kLongestToken); });
}

/// Walks the lines of an SDP once and says what is wrong with the first bad one.
class LineCheck {
 public:
  explicit LineCheck(const Limits& limits) : limits_(limits) {}

  Result<void> check(std::string_view line) {
    ++number_;
    if (line.size() > limits_.maxLineBytes) return malformed(number_, "it is too long");
    if (hasControl(line)) return malformed(number_, "control characters");
    if (line.size() < 2 || line[1] != '=') return malformed(number_, "not of the form x=…");
    if (number_ == 1 && line != "v=0") return malformed(number_, "v=0 must come first");
    if (number_ == 2 && !isOrigin(line)) return malformed(number_, "o= must follow, with 6 fields");
    if (line[0] == 'm') return checkMedia(line.substr(2));
    if (line[0] == 'a' && ++attributes_ > limits_.maxAttributesPerMedia)
      return malformed(number_, "too many attributes in one section");
    return {};
  }

 private:
  static bool isOrigin(std::string_view line) {
    return line[0] == 'o' && words(line.substr(2)).size() == kOriginFields;
  }

  Result<void> checkMedia(std::string_view value) {
    attributes_ = 0;
    if (++mediaLines_ > limits_.maxMediaLines)
      return malformed(number_, fmt::format("more than {} m-lines", limits_.maxMediaLines));
    if (!isMediaLine(value)) return malformed(number_, "m= is malformed");
    return {};
  }

  const Limits& limits_;
  size_t number_ = 0, mediaLines_ = 0, attributes_ = 0;
};

Result<void> checkText(std::string_view sdp, const Limits& limits) {
  if (sdp.size() > limits.maxBytes)
    return invalid("bad_offer", fmt::format("the SDP is longer than {} bytes", limits.maxBytes));
  if (sdp.empty()) return invalid("bad_offer", "the SDP is empty");
  LineCheck check(limits);
  while (!sdp.empty()) {
    std::string_view line = takeUntil(sdp, '\n');
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const bool atEnd = sdp.find_first_not_of("\r\n") == std::string_view::npos;
    if (auto checked = check.check(line); !checked) return checked.error();
    if (atEnd) break;
  }
  return {};
}

struct FreeMessage {
  void operator()(GstSDPMessage* message) const { gst_sdp_message_free(message); }
};

std::string textOf(const char* text) {
  return text ? text : "";
}

Section sectionOf(const GstSDPMedia* media) {
  Section section;
  section.mediaType = lowered(textOf(gst_sdp_media_get_media(media)));
  section.protocol = textOf(gst_sdp_media_get_proto(media));
  section.port = static_cast<uint16_t>(gst_sdp_media_get_port(media));
  for (guint i = 0; i < gst_sdp_media_formats_len(media); ++i)
    section.formats.push_back(textOf(gst_sdp_media_get_format(media, i)));
  for (guint i = 0; i < gst_sdp_media_attributes_len(media); ++i) {
    const GstSDPAttribute* attribute = gst_sdp_media_get_attribute(media, i);
    section.attributes.push_back({textOf(attribute->key), textOf(attribute->value)});
  }
  return section;
}

}  // namespace

const Attribute* Section::find(std::string_view name) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const Attribute& one) { return one.name == name; });
  return found == attributes.end() ? nullptr : &*found;
}

Result<Description> readDescription(std::string_view sdp, const Limits& limits) {
  if (auto checked = checkText(sdp, limits); !checked) return checked.error();
  GstSDPMessage* parsed = nullptr;
  gst_sdp_message_new(&parsed);
  const std::unique_ptr<GstSDPMessage, FreeMessage> message(parsed);
  if (gst_sdp_message_parse_buffer(reinterpret_cast<const guint8*>(sdp.data()),
                                   static_cast<guint>(sdp.size()), message.get()) != GST_SDP_OK)
    return invalid("bad_offer", "the SDP cannot be parsed");
  Description description;
  for (guint i = 0; i < gst_sdp_message_attributes_len(message.get()); ++i) {
    const GstSDPAttribute* attribute = gst_sdp_message_get_attribute(message.get(), i);
    description.session.attributes.push_back({textOf(attribute->key), textOf(attribute->value)});
  }
  for (guint i = 0; i < gst_sdp_message_medias_len(message.get()); ++i)
    description.media.push_back(sectionOf(gst_sdp_message_get_media(message.get(), i)));
  const bool whole = std::none_of(
      description.media.begin(), description.media.end(),
      [](const Section& section) { return section.mediaType.empty() || section.formats.empty(); });
  if (!whole) return invalid("bad_offer", "an m-line cannot be parsed");
  return description;
}

}  // namespace parlour::sdp
