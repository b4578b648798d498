// Network: an address block such as 10.0.0.0/8, and whether an address is in it.
// Pure. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parlour::signalling {

class Network {
 public:
  /// "192.0.2.1", "192.0.2.0/24", "2001:db8::/32"; nothing where it is none.
  static std::optional<Network> parse(std::string_view text);
  /// `address` in the same forms as inet_ntop writes; an IPv4-mapped one counts as IPv4.
  bool contains(std::string_view address) const;

 private:
  std::array<uint8_t, 16> bytes_{};  // IPv4 as ::ffff:a.b.c.d.
  unsigned prefix_ = 128;
};

bool isLoopback(std::string_view address);

}  // namespace parlour::signalling
