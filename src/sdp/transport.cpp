#include "sdp/transport.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

// RFC 8839 section 5.4.
constexpr size_t kShortestUfrag = 4, kShortestPwd = 22, kLongestIceText = 256;
constexpr size_t kMostCandidates = 64;
constexpr size_t kMostFingerprints = 8;

struct Hash {
  std::string_view name;
  size_t bytes;
};
constexpr std::array kHashes = {Hash{"sha-256", 32}, Hash{"sha-384", 48}, Hash{"sha-512", 64}};

/// "AB:CD:…" of exactly `bytes` pairs.
bool isHexPairs(std::string_view text, size_t bytes) {
  if (text.size() != bytes * 3 - 1) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool good =
        i % 3 == 2 ? text[i] == ':' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
    if (!good) return false;
  }
  return true;
}

const Attribute* inherited(const Section& session, const Section& tag, std::string_view name) {
  const Attribute* own = tag.find(name);
  return own ? own : session.find(name);
}

Result<void> readIce(const Section& session, const Section& tag, Transport& transport) {
  const Attribute* ufrag = inherited(session, tag, "ice-ufrag");
  const Attribute* pwd = inherited(session, tag, "ice-pwd");
  if (!ufrag || !pwd)
    return invalid("unsupported_offer", "no a=ice-ufrag and a=ice-pwd for the transport");
  if (!isIceText(ufrag->value, kShortestUfrag, kLongestIceText))
    return invalid("bad_offer", "a=ice-ufrag is malformed");
  if (!isIceText(pwd->value, kShortestPwd, kLongestIceText))
    return invalid("bad_offer", "a=ice-pwd is malformed");
  transport.iceUfrag = ufrag->value;
  transport.icePwd = pwd->value;
  for (const Attribute& attribute : tag.attributes) {
    if (attribute.name != "candidate" || transport.candidates.size() >= kMostCandidates) continue;
    if (isPlain(attribute.value)) transport.candidates.push_back("candidate:" + attribute.value);
  }
  return {};
}

/// Those of the m-line; those of the session where it has none (RFC 8122 section 5).
Result<void> readFingerprints(const Section& session, const Section& tag, Transport& transport) {
  const Section& from = tag.find("fingerprint") ? tag : session;
  for (const Attribute& attribute : from.attributes) {
    if (attribute.name != "fingerprint") continue;
    auto fingerprint = readFingerprint(attribute.value);
    if (!fingerprint) return fingerprint.error();
    auto& known = transport.fingerprints;
    if (fingerprint->algorithm.empty() || known.size() >= kMostFingerprints) continue;
    if (std::find(known.begin(), known.end(), *fingerprint) == known.end())
      known.push_back(std::move(*fingerprint));
  }
  if (transport.fingerprints.empty())
    return invalid("unsupported_offer", "no a=fingerprint with sha-256, sha-384 or sha-512");
  return {};
}

Result<Setup> readSetup(const Section& session, const Section& tag) {
  const Attribute* setup = inherited(session, tag, "setup");
  if (!setup || setup->value == "actpass") return Setup::kActpass;
  if (setup->value == "active") return Setup::kActive;
  if (setup->value == "passive") return Setup::kPassive;
  if (setup->value == "holdconn")
    return invalid("unsupported_offer", "a=setup:holdconn is not supported");
  return invalid("bad_offer", "a=setup is malformed");
}

}  // namespace

Result<Fingerprint> readFingerprint(std::string_view text) {
  const std::string algorithm = lowered(takeUntil(text, ' '));
  const auto hash = std::find_if(kHashes.begin(), kHashes.end(),
                                 [&](const Hash& one) { return one.name == algorithm; });
  if (hash == kHashes.end()) return Fingerprint{};
  const std::string_view pairs = trimmed(text);
  if (!isHexPairs(pairs, hash->bytes))
    return invalid("bad_offer", fmt::format("a=fingerprint:{} is malformed", algorithm));
  std::string value(pairs);
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return Fingerprint{algorithm, value};
}

Result<Transport> readTransport(const Section& session, const Section& tag) {
  if (session.find("ice-lite"))
    return invalid("unsupported_offer", "a=ice-lite: this side is lite too, nobody would check");
  Transport transport;
  if (auto read = readIce(session, tag, transport); !read) return read.error();
  if (auto read = readFingerprints(session, tag, transport); !read) return read.error();
  auto setup = readSetup(session, tag);
  if (!setup) return setup.error();
  transport.setup = *setup;
  return transport;
}

}  // namespace parlour::sdp
