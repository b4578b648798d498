#include "signalling/origin.hpp"

#include <glib.h>

#include <algorithm>

#include "signalling/network.hpp"

namespace parlour::signalling {
namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && g_ascii_strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view withoutSlash(std::string_view origin) {
  return !origin.empty() && origin.back() == '/' ? origin.substr(0, origin.size() - 1) : origin;
}

/// "host[:port]" of an origin without the scheme's own port; empty where it is no web origin.
std::string_view authorityOf(std::string_view origin) {
  std::string_view port;
  if (origin.starts_with("https://"))
    port = ":443";
  else if (origin.starts_with("http://"))
    port = ":80";
  else
    return {};
  std::string_view authority = origin.substr(origin.find("//") + 2);
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

/// Without a port that a browser leaves out; which scheme is unknown, and both are harmless.
std::string_view withoutDefaultPort(std::string_view host) {
  for (const std::string_view port : {":443", ":80"})
    if (host.ends_with(port)) return host.substr(0, host.size() - port.size());
  return host;
}

bool namesLoopback(std::string_view authority) {
  std::string_view name = authority;
  if (name.starts_with("["))
    name = name.substr(1, name.find(']') - 1);
  else
    name = name.substr(0, name.find(':'));
  return same(name, "localhost") || name.ends_with(".localhost") || isLoopback(name);
}

}  // namespace

bool OriginPolicy::allows(std::string_view origin, std::string_view host) const {
  if (origin.empty()) return true;
  const bool listed = std::any_of(origins_.begin(), origins_.end(), [origin](const auto& allowed) {
    return allowed == "*" || same(withoutSlash(allowed), origin);
  });
  if (listed) return true;
  const std::string_view authority = authorityOf(origin);
  if (authority.empty() || !same(authority, withoutDefaultPort(host))) return false;
  return !loopbackOnly_ || namesLoopback(authority);
}

}  // namespace parlour::signalling
