#include "signalling/sdp_fragment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace parlour::signalling {
namespace {

constexpr size_t kMaxLines = 1024;
constexpr size_t kMinUfrag = 4, kMinPwd = 22, kMaxCredential = 256;  // RFC 8839 §5.4.

std::vector<std::string_view> linesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view valueOf(std::string_view line, std::string_view prefix) {
  return line.starts_with(prefix) ? line.substr(prefix.size()) : std::string_view();
}

bool isIceText(std::string_view text, size_t least) {
  return text.size() >= least && text.size() <= kMaxCredential &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return isalnum(c) != 0 || c == '+' || c == '/' || c == '-' || c == '_' || c == '=';
         });
}

/// RFC 8839 §5.1: foundation component transport priority address port "typ" type.
bool isCandidate(std::string_view candidate) {
  std::vector<std::string_view> words;
  while (!candidate.empty() && words.size() < 8) {
    const auto end = std::min(candidate.find(' '), candidate.size());
    words.push_back(candidate.substr(0, end));
    candidate.remove_prefix(std::min(end + 1, candidate.size()));
  }
  if (words.size() < 8 || words[6] != "typ" || words[4].empty()) return false;
  const auto number = [](std::string_view word, uint64_t most) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc() && end == word.data() + word.size() && value <= most;
  };
  return number(words[1], 256) && number(words[3], UINT32_MAX) && number(words[5], 65535);
}

}  // namespace

Result<SdpFragment> readFragment(std::string_view text) {
  SdpFragment fragment;
  const auto lines = linesOf(text);
  if (lines.size() > kMaxLines) return invalid("bad_offer", "The fragment has too many lines.");
  for (const std::string_view line : lines) {
    const auto wrong = [&line] {
      return invalid("bad_offer", fmt::format("'{}' is not valid in a fragment.",
                                              line.substr(0, 80)));
    };
    if (line.empty()) continue;
    if (line.size() < 2 || line[1] != '=') return wrong();
    if (const auto ufrag = valueOf(line, "a=ice-ufrag:"); !ufrag.empty()) {
      if (!isIceText(ufrag, kMinUfrag)) return wrong();
      fragment.iceUfrag = ufrag;
    } else if (const auto pwd = valueOf(line, "a=ice-pwd:"); !pwd.empty()) {
      if (!isIceText(pwd, kMinPwd)) return wrong();
      fragment.icePwd = pwd;
    } else if (const auto candidate = valueOf(line, "a=candidate:"); !candidate.empty()) {
      if (!isCandidate(candidate)) return wrong();
      fragment.candidates.emplace_back(line.substr(2));
    }
  }
  if (fragment.iceUfrag.empty() != fragment.icePwd.empty())
    return invalid("bad_offer", "A fragment has ice-ufrag and ice-pwd together or neither.");
  return fragment;
}

std::string offerForRestart(std::string_view offer, const SdpFragment& fragment) {
  std::string restarted;
  for (const std::string_view line : linesOf(offer)) {
    if (line.starts_with("a=candidate:") || line.starts_with("a=end-of-candidates")) continue;
    if (line.starts_with("a=ice-ufrag:"))
      restarted += "a=ice-ufrag:" + fragment.iceUfrag;
    else if (line.starts_with("a=ice-pwd:"))
      restarted += "a=ice-pwd:" + fragment.icePwd;
    else
      restarted += line;
    restarted += "\r\n";
  }
  return restarted;
}

std::string fragmentOfAnswer(std::string_view answer) {
  std::string credentials, media, candidates;
  for (const std::string_view line : linesOf(answer)) {
    const auto once = [&line](std::string& to, std::string_view prefix) {
      if (line.starts_with(prefix) && to.find(prefix) == to.npos) to += std::string(line) + "\r\n";
    };
    once(credentials, "a=ice-lite");
    once(credentials, "a=ice-ufrag:");
    once(credentials, "a=ice-pwd:");
    once(media, "m=");
    once(media, "a=mid:");
    const bool seen = candidates.find(line) != candidates.npos;
    if (line.starts_with("a=candidate:") && !seen) candidates += std::string(line) + "\r\n";
  }
  return credentials + media + candidates + "a=end-of-candidates\r\n";
}

std::string iceUfragOf(std::string_view sdp) {
  for (const std::string_view line : linesOf(sdp))
    if (const auto ufrag = valueOf(line, "a=ice-ufrag:"); !ufrag.empty()) return std::string(ufrag);
  return {};
}

}  // namespace parlour::signalling
