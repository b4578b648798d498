#include "stream_format.hpp"

#include <charconv>
#include <string_view>

namespace parlour::sfu {
namespace {

bool isVideo(rtp::Codec codec) {
  switch (codec) {
    case rtp::Codec::kVp8:
    case rtp::Codec::kVp9:
    case rtp::Codec::kH264:
    case rtp::Codec::kAv1:
      return true;
    case rtp::Codec::kUnknown:
    case rtp::Codec::kOpus:
    case rtp::Codec::kRed:
    case rtp::Codec::kPcmu:
    case rtp::Codec::kPcma:
    case rtp::Codec::kRtx:
      break;
  }
  return false;
}

const char* extensionUri(const GValue* value) {
  if (G_VALUE_HOLDS_STRING(value)) return g_value_get_string(value);
  if (!GST_VALUE_HOLDS_ARRAY(value) || gst_value_array_get_size(value) < 2) return nullptr;
  const GValue* uri = gst_value_array_get_value(value, 1);
  return G_VALUE_HOLDS_STRING(uri) ? g_value_get_string(uri) : nullptr;
}

// GstStructureForeachFunc
gboolean readExtension(GQuark field, const GValue* value, gpointer user) {
  constexpr std::string_view kPrefix = "extmap-";
  const std::string_view name = g_quark_to_string(field);
  if (name.substr(0, kPrefix.size()) != kPrefix) return TRUE;
  uint32_t id = 0;
  const char* end = name.data() + name.size();
  const auto [last, error] = std::from_chars(name.data() + kPrefix.size(), end, id);
  const char* uri = extensionUri(value);
  if (error == std::errc() && last == end && id >= 1 && id <= 255 && uri)
    static_cast<StreamFormat*>(user)->extensions[id] = rtp::extensionOf(uri);
  return TRUE;
}

// GstStructureFilterMapFunc: FALSE removes the field.
gboolean keepForOutput(GQuark field, GValue*, gpointer) {
  const char* name = g_quark_to_string(field);
  return !g_str_has_prefix(name, "ssrc-") && !g_str_has_prefix(name, "rtcp-fb-") &&
         !g_str_has_prefix(name, "rid") && !g_str_equal(name, "a-mid") &&
         !g_str_equal(name, "seqnum-offset") && !g_str_equal(name, "timestamp-offset") &&
         !g_str_equal(name, "seqnum-base") && !g_str_equal(name, "clock-base");
}

}  // namespace

bool StreamFormat::videoIn(const rtp::ParsedPacket& packet) const {
  return packet.codec == rtp::Codec::kUnknown ? video : isVideo(packet.codec);
}

uint32_t StreamFormat::clockRateOf(const rtp::ParsedPacket& packet) const {
  if (clockRate > 0) return clockRate;
  switch (packet.codec) {
    case rtp::Codec::kOpus:
    case rtp::Codec::kRed:
      return 48000;
    case rtp::Codec::kPcmu:
    case rtp::Codec::kPcma:
      return 8000;
    default:
      return 90000;
  }
}

std::shared_ptr<const StreamFormat> streamFormatOf(GstCaps* caps) {
  auto format = std::make_shared<StreamFormat>();
  format->caps = Buf<GstCaps>::share(caps);
  if (gst_caps_is_empty(caps) || gst_caps_is_any(caps)) return format;
  const GstStructure* s = gst_caps_get_structure(caps, 0);
  if (const char* name = gst_structure_get_string(s, "encoding-name"))
    format->codec = rtp::codecOf(name);
  format->video = isVideo(format->codec);
  int number = 0;
  if (gst_structure_get_int(s, "clock-rate", &number) && number > 0)
    format->clockRate = static_cast<uint32_t>(number);
  if (gst_structure_get_int(s, "payload", &number) && number >= 0 && number < 128)
    format->payloadType = number;
  gst_structure_foreach(s, readExtension, format.get());
  return format;
}

Buf<GstCaps> outputCaps(const StreamFormat& format, uint32_t ssrc, int payloadType) {
  auto caps = format.caps && !gst_caps_is_empty(format.caps.get())
                  ? Buf<GstCaps>::adopt(gst_caps_copy(format.caps.get()))
                  : Buf<GstCaps>::adopt(gst_caps_new_empty_simple("application/x-rtp"));
  GstStructure* s = gst_caps_get_structure(caps.get(), 0);
  gst_structure_filter_and_map_in_place(s, keepForOutput, nullptr);
  gst_structure_set(s, "ssrc", G_TYPE_UINT, ssrc, nullptr);
  if (payloadType >= 0) gst_structure_set(s, "payload", G_TYPE_INT, payloadType, nullptr);
  return caps;
}

}  // namespace parlour::sfu
