#include "room/decodable.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace parlour::room {
namespace {

bool sameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

/// H.264 profiles (as Codec::profile has them) whose streams a decoder of the named one takes too;
/// H.264 Annex A.2.
std::string_view h264ContainedIn(std::string_view decoder) {
  if (decoder == "4200" || decoder == "4d00" || decoder == "640c") return "42e0";
  if (decoder == "5800") return "42e0 4200 4d00";
  if (decoder == "6400") return "42e0 4d00 640c";
  if (decoder == "6e00") return "42e0 4d00 640c 6400";
  if (decoder == "7a00") return "42e0 4d00 640c 6400 6e00";
  if (decoder == "f400") return "42e0 4d00 640c 6400 6e00 7a00";
  return {};
}

bool decodesH264(std::string_view decoder, std::string_view stream) {
  if (decoder == stream) return true;
  const size_t mode = stream.find('/'), decoderMode = decoder.find('/');
  if (mode == std::string_view::npos || decoderMode == std::string_view::npos) return false;
  if (stream.substr(mode) != decoder.substr(decoderMode)) return false;
  constexpr size_t kProfileDigits = 4;
  return mode == kProfileDigits &&
         h264ContainedIn(decoder.substr(0, decoderMode)).find(stream.substr(0, mode)) !=
             std::string_view::npos;
}

/// AV1 profiles contain those of lower number (AV1 A.2).
bool decodesAv1(const std::string& decoder, const std::string& stream) {
  const auto isNumber = [](const std::string& text) {
    return text.size() == 1 && std::isdigit(static_cast<unsigned char>(text[0]));
  };
  if (!isNumber(decoder) || !isNumber(stream)) return decoder == stream;
  return decoder >= stream;
}

}  // namespace

bool decodes(const std::vector<Codec>& decodable, const Codec& codec) {
  if (codec.name.empty()) return false;
  return std::any_of(decodable.begin(), decodable.end(), [&](const Codec& receiver) {
    if (receiver.clockRate != codec.clockRate || !sameName(receiver.name, codec.name)) return false;
    if (sameName(codec.name, "H264")) return decodesH264(receiver.profile, codec.profile);
    if (sameName(codec.name, "AV1")) return decodesAv1(receiver.profile, codec.profile);
    return receiver.profile == codec.profile;
  });
}

}  // namespace parlour::room
