#include "signalling/network.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <string>

namespace parlour::signalling {
namespace {

constexpr unsigned kV4Prefix = 96;  // Bits before the IPv4 address in its mapped form.

struct Parsed {
  std::array<uint8_t, 16> bytes{};
  bool v4 = false;
};

std::optional<Parsed> parseAddress(std::string_view text) {
  const std::string address(text);
  Parsed parsed;
  if (inet_pton(AF_INET6, address.c_str(), parsed.bytes.data()) == 1) return parsed;
  if (inet_pton(AF_INET, address.c_str(), parsed.bytes.data() + 12) != 1) return {};
  parsed.bytes[10] = parsed.bytes[11] = 0xff;
  parsed.v4 = true;
  return parsed;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto parsed = parseAddress(text.substr(0, slash));
  if (!parsed) return {};
  Network network;
  network.bytes_ = parsed->bytes;
  if (slash == std::string_view::npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  if (prefix > (parsed->v4 ? 32u : 128u)) return {};
  network.prefix_ = parsed->v4 ? kV4Prefix + prefix : prefix;
  return network;
}

bool Network::contains(std::string_view address) const {
  const auto parsed = parseAddress(address);
  if (!parsed) return false;
  const unsigned whole = prefix_ / 8;
  if (std::memcmp(parsed->bytes.data(), bytes_.data(), whole) != 0) return false;
  const unsigned rest = prefix_ % 8;
  return rest == 0 || (parsed->bytes[whole] ^ bytes_[whole]) >> (8 - rest) == 0;
}

bool isLoopback(std::string_view address) {
  static const Network v4 = *Network::parse("127.0.0.0/8");
  static const Network v6 = *Network::parse("::1");
  return v4.contains(address) || v6.contains(address);
}

}  // namespace parlour::signalling
