// Where settings come from and which one wins.
#include <cstring>
#include <set>

#include "loading.hpp"

#include "support/check_suite.hpp"

using namespace parlour;
using namespace parlour::conf;

namespace {

/// A value that `setting` takes and that is not its default.
std::string otherValue(const Setting& setting, const test::TempDir& directory) {
  struct Other {
    const Setting& setting;
    const test::TempDir& directory;
    std::string operator()(const FlagType&) const {
      return shownDefault(setting) == "true" ? "false" : "true";
    }
    std::string operator()(const NumberType& t) const {
      return std::to_string(shownDefault(setting) == std::to_string(t.most) ? t.least : t.most);
    }
    std::string operator()(const TextType& t) const { return ofKind(t.kind); }
    std::string operator()(const ListType& t) const {
      return t.choices.empty() ? ofKind(t.kind) : std::string(t.choices.front());
    }
    std::string operator()(const ChoiceType& t) const { return std::string(t.names.back()); }
    std::string ofKind(TextKind kind) const {
      switch (kind) {
        case TextKind::kAddress:
          return "127.0.0.9";
        case TextKind::kPublicAddress:
          return "203.0.113.7";
        case TextKind::kNetwork:
          return "10.0.0.0/8";
        case TextKind::kOrigin:
          return "https://app.example.org";
        case TextKind::kUrl:
          return "https://id.example.org/keys";
        case TextKind::kFile:
          return directory.file("file.txt", std::string(40, 'k') + "\n");
        case TextKind::kDirectory:
          return directory.path("");
        case TextKind::kSocket:
          return directory.path("socket");
        case TextKind::kAny:
        case TextKind::kChoice:
          break;
      }
      return std::string(40, 't');
    }
  };
  return std::visit(Other{setting, directory}, setting.type);
}

/// Mistakes of contradicting settings do not matter here: each is tried alone.
void expectSet(Settings settings, const Setting& setting, const std::string& value) {
  std::string wanted = value;
  if (std::holds_alternative<ListType>(setting.type)) wanted += ",";
  ck_assert_msg(valueOf(settings, setting) == wanted, "%s is %s, not %s",
                std::string(setting.key).c_str(), valueOf(settings, setting).c_str(),
                wanted.c_str());
}

std::string yamlOf(const Setting& setting, const std::string& value) {
  std::string yaml, indent;
  std::string key(setting.key);
  for (size_t dot; (dot = key.find('.')) != std::string::npos; key = key.substr(dot + 1)) {
    yaml += indent + key.substr(0, dot) + ":\n";
    indent += "  ";
  }
  const bool list = std::holds_alternative<ListType>(setting.type);
  return yaml + indent + key + ": " + (list ? "[\"" + value + "\"]" : value) + "\n";
}

}  // namespace

START_TEST(everything_has_its_default_without_any_source) {
  const test::TempDir directory;
  const LoadOutcome outcome = loadFrom(directory.file("parlour.yaml", ""));
  ck_assert_text(mistakesOf(outcome), "");
  ck_assert_uint_eq(changedKeys(outcome.settings).size(), 0);
}
END_TEST

START_TEST(every_setting_can_be_set_in_a_file) {
  const test::TempDir directory;
  for (const Setting& setting : settingTable()) {
    const std::string value = otherValue(setting, directory);
    expectSet(loadYaml(yamlOf(setting, value)).settings, setting, value);
  }
}
END_TEST

START_TEST(every_setting_can_be_set_by_its_environment_variable) {
  const test::TempDir directory;
  for (const Setting& setting : settingTable()) {
    const std::string value = otherValue(setting, directory);
    LoadOptions options;
    options.environment[environmentName(setting.key)] = value;
    expectSet(loadYaml("", options).settings, setting, value);
  }
}
END_TEST

START_TEST(every_setting_can_be_overridden_on_the_command_line) {
  const test::TempDir directory;
  for (const Setting& setting : settingTable()) {
    const std::string value = otherValue(setting, directory);
    LoadOptions options;
    options.overrides = {std::string(setting.key) + "=" + value};
    expectSet(loadYaml("", options).settings, setting, value);
  }
}
END_TEST

START_TEST(environment_names_split_capitals_and_are_unique) {
  ck_assert_text(environmentName("http.port"), "PARLOUR_HTTP_PORT");
  ck_assert_text(environmentName("http.headersTimeoutMs"), "PARLOUR_HTTP_HEADERS_TIMEOUT_MS");
  ck_assert_text(environmentName("auth.iKnowThisIsOpen"), "PARLOUR_AUTH_I_KNOW_THIS_IS_OPEN");
  std::set<std::string> names;
  for (const Setting& setting : settingTable())
    ck_assert(names.insert(environmentName(setting.key)).second);
}
END_TEST

START_TEST(the_stronger_source_wins_and_lists_are_replaced) {
  const test::TempDir directory;
  directory.file("conf.d/20-later.yaml", "http: {port: 3}\n");
  directory.file("conf.d/10-earlier.yaml", "http: {port: 2, origins: [https://two.example]}\n");
  directory.file("conf.d/30-not-read.yaml.example", "http: {port: 99}\n");
  const std::string main = directory.file(
      "parlour.yaml", "http: {port: 1, origins: [https://one.example, https://more.example]}\n");
  LoadOptions options;
  LoadOutcome outcome = loadFrom(main, options);
  ck_assert_uint_eq(outcome.settings.http.port, 3);
  ck_assert_uint_eq(outcome.settings.http.origins.size(), 1);
  ck_assert_text(outcome.settings.http.origins[0], "https://two.example");
  ck_assert_uint_eq(outcome.files.size(), 3);

  options.environment["PARLOUR_HTTP_PORT"] = "4";
  ck_assert_uint_eq(loadFrom(main, options).settings.http.port, 4);
  options.overrides = {"http.port=5", "http.port=6"};
  ck_assert_uint_eq(loadFrom(main, options).settings.http.port, 6);
}
END_TEST

START_TEST(lists_in_bare_text_are_separated_by_commas) {
  LoadOptions options;
  options.environment["PARLOUR_HTTP_LISTEN"] = "127.0.0.1, ::1";
  options.overrides = {"media.advertise=[203.0.113.7,2001:db8::7]", "http.trustedProxies="};
  const LoadOutcome outcome = loadYaml("", options);
  ck_assert_text(mistakesOf(outcome), "");
  ck_assert_text(outcome.settings.http.listen.at(1), "::1");
  ck_assert_text(outcome.settings.media.advertise.at(1), "2001:db8::7");
  ck_assert_uint_eq(outcome.settings.http.trustedProxies.size(), 0);
}
END_TEST

START_TEST(variables_of_other_programs_are_left_alone) {
  LoadOptions options;
  options.environment = {{"PARLOUR_SERVER", "http://x"}, {"PARLOUR_CONFIG", "y"}, {"HOME", "/"}};
  ck_assert_text(mistakesOf(loadYaml("", options)), "");
}
END_TEST

START_TEST(paths_in_a_file_start_at_that_file) {
  const test::TempDir directory;
  directory.file("keys/secret", std::string(32, 's') + "\r\n");
  const std::string main = directory.file(
      "parlour.yaml", "auth: {mode: jwt, secretFile: keys/secret}\nadmin: {socket: run/admin}\n");
  const LoadOutcome outcome = loadFrom(main);
  ck_assert_text(mistakesOf(outcome), "");
  ck_assert_text(outcome.settings.auth.secret, std::string(32, 's'));
  ck_assert_text(outcome.settings.admin.socket, directory.path("run/admin"));
}
END_TEST

START_TEST(secrets_can_come_from_the_credentials_directory) {
  const test::TempDir directory;
  directory.file("cred/jwt", std::string(40, 'j'));
  directory.file("cred/admin", std::string(20, 'a') + "\n");
  LoadOptions options;
  options.environment["CREDENTIALS_DIRECTORY"] = directory.path("cred");
  const std::string yaml =
      "auth: {mode: jwt, secretFile: $CREDENTIALS_DIRECTORY/jwt}\n"
      "admin: {tokenFile: $CREDENTIALS_DIRECTORY/admin}\n";
  const LoadOutcome outcome = loadYaml(yaml, options);
  ck_assert_text(mistakesOf(outcome), "");
  ck_assert_text(outcome.settings.auth.secret, std::string(40, 'j'));
  ck_assert_text(outcome.settings.admin.token, std::string(20, 'a'));
  ck_assert_ptr_nonnull(strstr(mistakesOf(loadYaml(yaml)).c_str(),
                               "parlour.yaml:1: auth.secretFile: CREDENTIALS_DIRECTORY is not"));
}
END_TEST

int main() {
  return test::runSuite(
      "configuration sources",
      {everything_has_its_default_without_any_source, every_setting_can_be_set_in_a_file,
       every_setting_can_be_set_by_its_environment_variable,
       every_setting_can_be_overridden_on_the_command_line,
       environment_names_split_capitals_and_are_unique,
       the_stronger_source_wins_and_lists_are_replaced, lists_in_bare_text_are_separated_by_commas,
       variables_of_other_programs_are_left_alone, paths_in_a_file_start_at_that_file,
       secrets_can_come_from_the_credentials_directory});
}
