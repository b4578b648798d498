#include "load/remote.hpp"

#include <charconv>
#include <optional>
#include <sstream>

namespace parlour::bench {
namespace {

Error bad(std::string why) {
  return invalid("bad_answer", std::move(why));
}

/// "candidate:<foundation> <component> <transport> <priority> <address> <port> typ host"
std::optional<transport::Address> addressOf(const std::string& candidate) {
  std::istringstream fields(candidate);
  std::string foundation, component, protocol, priority, ip, port, typ, type;
  fields >> foundation >> component >> protocol >> priority >> ip >> port >> typ >> type;
  if ((protocol != "UDP" && protocol != "udp") || type != "host") return std::nullopt;
  return transport::Address::parse(ip,
                                   static_cast<uint16_t>(std::strtoul(port.c_str(), nullptr, 10)));
}

std::optional<transport::Address> firstAddress(const sdp::Section& section) {
  for (const sdp::Attribute& attribute : section.attributes)
    if (attribute.name == "candidate")
      if (const auto address = addressOf(attribute.value)) return address;
  return std::nullopt;
}

std::string valueOf(const sdp::Section& section, const sdp::Section& session,
                    std::string_view name) {
  const sdp::Attribute* found = section.find(name);
  if (!found) found = session.find(name);
  return found ? found->value : std::string();
}

/// The number `text` begins with, −1 without.
int leadingNumber(const std::string& text) {
  int number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// "extmap:<id>[/<direction>] <URI>"
void readExtensions(const sdp::Section& section, rtp::ExtensionMap& extensions) {
  for (const sdp::Attribute& attribute : section.attributes) {
    if (attribute.name != "extmap") continue;
    const int id = leadingNumber(attribute.value);
    const size_t blank = attribute.value.find(' ');
    if (id < 1 || id > 255 || blank == std::string::npos) continue;
    const std::string_view rest = std::string_view(attribute.value).substr(blank + 1);
    extensions[static_cast<size_t>(id)] = rtp::extensionOf(rest.substr(0, rest.find(' ')));
  }
}

}  // namespace

Result<Remote> readRemote(const sdp::Description& description, std::string_view setup) {
  if (description.media.empty()) return bad("no m-lines");
  const sdp::Section& first = description.media.front();
  Remote remote;
  remote.ufrag = valueOf(first, description.session, "ice-ufrag");
  remote.password = valueOf(first, description.session, "ice-pwd");
  const std::string fingerprint = valueOf(first, description.session, "fingerprint");
  const size_t blank = fingerprint.find(' ');
  if (remote.ufrag.empty() || remote.password.empty() || blank == std::string::npos)
    return bad("no ICE credentials or fingerprint");
  remote.fingerprint = {fingerprint.substr(0, blank), fingerprint.substr(blank + 1)};
  if (valueOf(first, description.session, "setup") != setup)
    return bad("the server's side of DTLS is not " + std::string(setup));
  const auto address = firstAddress(first);
  if (!address) return bad("no host candidate over UDP");
  remote.address = *address;
  remote.extensions = rtp::emptyExtensionMap();
  for (const sdp::Section& section : description.media) {
    readExtensions(section, remote.extensions);
    if (section.mediaType != "video") continue;
    for (const std::string& format : section.formats)
      if (const int type = leadingNumber(format); type >= 0 && type < 128)
        remote.videoPayloads.set(static_cast<size_t>(type));
  }
  return remote;
}

}  // namespace parlour::bench
