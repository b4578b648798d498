#include "signalling/forwarded.hpp"

#include <glib.h>

#include <algorithm>

namespace parlour::signalling {
namespace {

constexpr size_t kMaxHops = 32;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty() && parts.size() < kMaxHops) {
    const auto end = text.rfind(separator);  // From the right: the nearest hop is the last one.
    parts.push_back(trim(end == text.npos ? text : text.substr(end + 1)));
    text = end == text.npos ? std::string_view() : text.substr(0, end);
  }
  return parts;  // Nearest hop first.
}

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && g_ascii_strncasecmp(a.data(), b.data(), a.size()) == 0;
}

/// A parameter of one Forwarded element, unquoted.
std::string_view parameter(std::string_view element, std::string_view name) {
  for (const std::string_view pair : split(element, ';')) {
    const auto equals = pair.find('=');
    if (equals == pair.npos || !equalsIgnoringCase(trim(pair.substr(0, equals)), name)) continue;
    std::string_view value = trim(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

/// "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1" without brackets and port.
std::string_view withoutPort(std::string_view node) {
  if (!node.empty() && node.front() == '[') return node.substr(1, node.find(']') - 1);
  const auto colon = node.find(':');
  const bool one = colon != node.npos && node.find(':', colon + 1) == node.npos;
  return one ? node.substr(0, colon) : node;
}

struct Hop {
  std::string_view address, host, proto;
};

std::vector<Hop> hopsOf(const ForwardedHeaders& headers) {
  std::vector<Hop> hops;
  if (!headers.forwarded.empty()) {
    for (const std::string_view element : split(headers.forwarded, ','))
      hops.push_back({withoutPort(parameter(element, "for")), parameter(element, "host"),
                      parameter(element, "proto")});
    return hops;
  }
  for (const std::string_view address : split(headers.forwardedFor, ','))
    hops.push_back({withoutPort(address), {}, {}});
  if (hops.empty() && (!headers.forwardedHost.empty() || !headers.forwardedProto.empty()))
    hops.emplace_back();
  // Proxies replace these two rather than append, so they speak of the outermost hop.
  const auto hosts = split(headers.forwardedHost, ',');
  const auto protos = split(headers.forwardedProto, ',');
  for (Hop& hop : hops) {
    if (!hosts.empty()) hop.host = hosts.back();
    if (!protos.empty()) hop.proto = protos.back();
  }
  return hops;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& networks) {
  TrustedProxies proxies;
  for (const std::string& text : networks) {
    const auto network = Network::parse(text);
    if (!network)
      return invalid("bad_network", "http.trustedProxies: '" + text + "' is no network address.");
    proxies.networks_.push_back(*network);
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view address) const {
  return std::any_of(networks_.begin(), networks_.end(),
                     [address](const Network& network) { return network.contains(address); });
}

ClientView TrustedProxies::clientOf(std::string_view peer, const ForwardedHeaders& headers) const {
  ClientView view{std::string(peer), {}, false, trusts(peer)};
  if (!view.proxied) return view;
  for (const Hop& hop : hopsOf(headers)) {
    if (!hop.host.empty()) view.host = hop.host;
    if (!hop.proto.empty()) view.https = equalsIgnoringCase(hop.proto, "https");
    if (!Network::parse(hop.address)) break;  // "unknown", an obfuscated name, or rubbish.
    view.address = hop.address;
    if (!trusts(hop.address)) break;
  }
  return view;
}

}  // namespace parlour::signalling
