// Names of settings: as environment variables, and the one that was probably meant.
#include <glib.h>

#include <algorithm>

#include "conf/table.hpp"

namespace parlour::conf {
namespace {

/// Edits (insert, remove, replace, swap neighbours) from `a` to `b`, letters' case apart.
size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  const auto same = [](char x, char y) { return g_ascii_tolower(x) == g_ascii_tolower(y); };
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = d[i - 1][j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replace});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

std::string_view lastSegment(std::string_view key) {
  return key.substr(key.rfind('.') + 1);
}

}  // namespace

std::string environmentName(std::string_view key) {
  std::string name = "PARLOUR_";
  for (char c : key) {
    if (g_ascii_isupper(c)) name += '_';
    name += c == '.' ? '_' : g_ascii_toupper(c);
  }
  return name;
}

std::string nearest(std::string_view wrong, const std::vector<std::string>& candidates) {
  constexpr size_t kLongestName = 100;  // Bounds the work; no setting's name comes near it.
  if (wrong.size() > kLongestName) return {};
  // A third of the letters wrong is a typing error; more is another word.
  size_t best = wrong.size() / 3 + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const size_t distance = editDistance(wrong, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::string nearestKey(std::string_view wrong) {
  std::vector<std::string> all;
  for (const Setting& setting : settingTable()) all.emplace_back(setting.key);
  for (const Group& group : groupTable()) all.emplace_back(group.key);
  // The right name in the wrong group is the more likely slip.
  std::vector<std::string> elsewhere;
  for (const std::string& key : all)
    if (lastSegment(key) == lastSegment(wrong)) elsewhere.push_back(key);
  if (elsewhere.size() == 1) return elsewhere.front();
  return nearest(wrong, all);
}

}  // namespace parlour::conf
