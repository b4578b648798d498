// The table of settings: key, type, range and meaning of each, once. Parsing, the JSON Schema, the
// shipped parlour.yaml and the reference page are all made from it. Defaults are those of Settings.
// Thread: any (constant).
#pragma once

#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "conf/settings.hpp"

namespace parlour::conf {

/// What a text must look like.
enum class TextKind {
  kAny,
  kAddress,        ///< IPv4 or IPv6 address, or "localhost".
  kPublicAddress,  ///< Address, or "auto".
  kNetwork,        ///< Address or network in CIDR notation.
  kOrigin,         ///< scheme://host[:port], or "*".
  kUrl,            ///< https, or http to this machine.
  kFile,           ///< Path of a readable file.
  kDirectory,      ///< Path of a directory.
  kSocket,         ///< Path for a Unix socket.
  kChoice,         ///< One of ListType::choices.
};

struct FlagType {
  bool& (*at)(Settings&);
};
struct NumberType {
  uint32_t& (*at)(Settings&);
  uint32_t least, most;
};
struct TextType {
  std::string& (*at)(Settings&);
  TextKind kind;
};
struct ListType {
  Texts& (*at)(Settings&);
  TextKind kind;
  size_t leastItems;
  std::vector<std::string_view> choices = {};  ///< Empty: any that `kind` allows.
};
struct ChoiceType {
  std::vector<std::string_view> names;  ///< In the order of the enum.
  size_t (*get)(Settings&);
  void (*set)(Settings&, size_t);
};
using SettingType = std::variant<FlagType, NumberType, TextType, ListType, ChoiceType>;

struct Setting {
  std::string_view key;  ///< Dotted path, e.g. "http.tls.key".
  SettingType type;
  std::string_view meaning;  ///< Sentences for operators, in plain text.
};
/// A section of the file.
struct Group {
  std::string_view key;  ///< E.g. "http.tls".
  std::string_view meaning;
};

/// All settings, in the order of the manual; those of a group stand together.
std::span<const Setting> settingTable();
std::span<const Group> groupTable();
const Setting* findSetting(std::string_view key);
const Group* findGroup(std::string_view key);

/// "PARLOUR_HTTP_HEADERS_TIMEOUT_MS" of "http.headersTimeoutMs".
std::string environmentName(std::string_view key);

/// The key (of settings and groups) that is most like `wrong`, empty where none is near.
std::string nearestKey(std::string_view wrong);
/// The same among `candidates`.
std::string nearest(std::string_view wrong, const std::vector<std::string>& candidates);

}  // namespace parlour::conf
