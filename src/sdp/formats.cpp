// Reading of rtpmap, fmtp and rtcp-fb (RFC 8866 sections 6.6, 6.15, RFC 4585 section 4.2).
#include <algorithm>

#include <fmt/format.h>

#include "sdp/codecs.hpp"
#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

constexpr uint8_t kHighestPayloadType = 127;
constexpr uint8_t kMostChannels = 8;
constexpr uint32_t kHighestClockRate = 1'000'000;

/// RFC 3551 table 4: those a browser may offer without a=rtpmap.
void presetStatic(OfferedFormat& format) {
  if (format.pt == 0) format.name = "pcmu";
  if (format.pt == 8) format.name = "pcma";
  if (format.pt == 9) format.name = "g722";
  if (!format.name.empty()) format.clockRate = 8000;
}

Error malformed(std::string_view attribute, std::string_view cause) {
  return invalid("bad_offer", fmt::format("a={}: {}", attribute, cause));
}

/// Formats by payload type, while attributes are read into them.
class FormatTable {
 public:
  Result<void> list(const std::vector<std::string>& formats) {
    for (const std::string& text : formats) {
      const auto pt = numberOf(text, kHighestPayloadType);
      if (!pt) return malformed("m-line", "a payload type is not a number up to 127");
      if (find(*pt)) continue;
      index_[*pt] = static_cast<int>(formats_.size());
      formats_.push_back({.pt = static_cast<uint8_t>(*pt)});
      presetStatic(formats_.back());
    }
    return {};
  }

  Result<void> read(const Attribute& attribute) {
    if (attribute.name == "rtpmap") return readRtpmap(attribute.value);
    if (attribute.name == "fmtp") return readFmtp(attribute.value);
    if (attribute.name == "rtcp-fb") return readFeedback(attribute.value);
    return {};
  }

  std::vector<OfferedFormat> take() { return std::move(formats_); }

 private:
  OfferedFormat* find(uint32_t pt) {
    return index_[pt] < 0 ? nullptr : &formats_[static_cast<size_t>(index_[pt])];
  }

  /// "<pt> <name>/<rate>[/<channels>]"
  Result<void> readRtpmap(std::string_view value) {
    const auto pt = numberOf(takeUntil(value, ' '), kHighestPayloadType);
    const auto parts = split(trimmed(value), '/');
    if (!pt || parts.size() < 2 || parts.size() > 3 || !isToken(parts[0], 32))
      return malformed("rtpmap", "malformed");
    const auto rate = numberOf(parts[1], kHighestClockRate);
    const auto channels = parts.size() == 3 ? numberOf(parts[2], kMostChannels) : 1;
    if (!rate || *rate == 0 || !channels || *channels == 0)
      return malformed("rtpmap", "clock rate or channels out of range");
    OfferedFormat* format = find(*pt);
    if (!format) return {};
    const std::string name = lowered(parts[0]);
    if (mapped_[*pt] && (format->name != name || format->clockRate != *rate))
      return malformed("rtpmap", fmt::format("payload type {} is described twice", *pt));
    mapped_[*pt] = true;
    format->name = name;
    format->clockRate = *rate;
    format->channels = static_cast<uint8_t>(*channels);
    return {};
  }

  /// "<pt> <parameters>"; those we could not repeat safely are not read.
  Result<void> readFmtp(std::string_view value) {
    const auto pt = numberOf(takeUntil(value, ' '), kHighestPayloadType);
    if (!pt) return malformed("fmtp", "malformed");
    OfferedFormat* format = find(*pt);
    if (format && format->fmtp.empty() && isPlain(value)) format->fmtp = trimmed(value);
    return {};
  }

  /// "<pt or *> <kind> [<parameter>]"
  Result<void> readFeedback(std::string_view value) {
    const std::string_view target = takeUntil(value, ' ');
    const std::string_view kind = trimmed(value);
    if (target == "*") {
      for (OfferedFormat& format : formats_) apply(kind, format);
      return {};
    }
    const auto pt = numberOf(target, kHighestPayloadType);
    if (!pt) return malformed("rtcp-fb", "malformed");
    if (OfferedFormat* format = find(*pt)) apply(kind, *format);
    return {};
  }

  static void apply(std::string_view kind, OfferedFormat& format) {
    format.nack |= kind == "nack";
    format.pli |= kind == "nack pli";
    format.fir |= kind == "ccm fir";
    format.transportCc |= kind == "transport-cc";
    format.remb |= kind == "goog-remb";
  }

  std::vector<OfferedFormat> formats_;
  std::vector<int> index_ = std::vector<int>(kHighestPayloadType + 1, -1);
  std::vector<bool> mapped_ = std::vector<bool>(kHighestPayloadType + 1, false);
};

}  // namespace

Result<std::vector<OfferedFormat>> readFormats(const Section& section) {
  FormatTable table;
  if (auto listed = table.list(section.formats); !listed) return listed.error();
  for (const Attribute& attribute : section.attributes)
    if (auto read = table.read(attribute); !read) return read.error();
  return table.take();
}

std::string signatureOf(const OfferedFormat& format) {
  const std::string codec = fmt::format("{}/{}/{}", format.name, format.clockRate, format.channels);
  if (format.name == "rtx")
    return codec + " apt=" + std::string(parameterOf(format.fmtp, "apt").value_or(""));
  return codec + " " + profileOf(format.name, format.fmtp);
}

}  // namespace parlour::sdp
