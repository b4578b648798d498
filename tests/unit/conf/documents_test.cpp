// The shipped file, the schema and the reference say what the table says.
#include <fstream>
#include <regex>
#include <sstream>

#include "loading.hpp"

#include "support/check_suite.hpp"

using namespace parlour;
using namespace parlour::conf;

namespace {

const std::string kSource = PARLOUR_SOURCE_ROOT;

std::string contentOf(const std::string& path) {
  std::ifstream in(kSource + "/" + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

START_TEST(the_shipped_file_loads_and_is_the_defaults) {
  const LoadOutcome outcome = loadFrom(kSource + "/config/parlour.yaml");
  ck_assert_text(mistakesOf(outcome), "");
  ck_assert_uint_eq(changedKeys(outcome.settings).size(), 0);
}
END_TEST

START_TEST(every_commented_line_of_the_shipped_file_is_the_default) {
  const std::string shipped = contentOf("config/parlour.yaml");
  const std::string active = std::regex_replace(shipped, std::regex("\n( *)#(\\w)"), "\n$1$2");
  const LoadOutcome outcome = loadYaml(active);
  ck_assert_text(mistakesOf(outcome), "");
  ck_assert_uint_eq(changedKeys(outcome.settings).size(), 0);
  for (const Setting& setting : settingTable()) {
    const std::string name(setting.key.substr(setting.key.rfind('.') + 1));
    ck_assert_msg(shipped.find("#" + name + ": " + shownDefault(setting)) != std::string::npos,
                  "%s does not stand in the shipped file", name.c_str());
  }
}
END_TEST

START_TEST(the_examples_load) {
  for (const auto& entry : std::filesystem::directory_iterator(kSource + "/config/conf.d")) {
    std::ifstream in(entry.path());
    std::ostringstream text;
    text << in.rdbuf();
    const test::TempDir directory;
    const auto outcome = loadFrom(directory.file("parlour.yaml", text.str()));
    // Only the files that an example names may be missing here.
    for (const Mistake& mistake : outcome.mistakes)
      ck_assert_msg(
          mistake.message.find("cannot be read as a file") != std::string::npos ||
              mistake.message.find("CREDENTIALS_DIRECTORY is not set") != std::string::npos,
          "%s: %s", entry.path().c_str(), describe(mistake).c_str());
    ck_assert_uint_gt(changedKeys(outcome.settings).size(), 0);
  }
}
END_TEST

START_TEST(every_setting_is_in_the_reference_with_its_variable) {
  const std::string page = contentOf("docs/manual/configuration.md");
  for (const Setting& setting : settingTable()) {
    ck_assert(page.find("### `" + std::string(setting.key) + "`") != std::string::npos);
    ck_assert(page.find(environmentName(setting.key)) != std::string::npos);
  }
  ck_assert_text(replaceReference(page), page);
  ck_assert_text(replaceReference("no place"), "");
}
END_TEST

START_TEST(settings_of_a_group_stand_together_and_have_a_group) {
  std::string current;
  std::vector<std::string> seen;
  for (const Setting& setting : settingTable()) {
    const std::string group(setting.key.substr(0, setting.key.rfind('.')));
    ck_assert_ptr_nonnull(findGroup(group));
    if (group == current) continue;
    ck_assert_msg(std::find(seen.begin(), seen.end(), group) == seen.end(), "%s", group.c_str());
    seen.push_back(group);
    current = group;
  }
}
END_TEST

int main() {
  return test::runSuite("configuration documents",
                        {the_shipped_file_loads_and_is_the_defaults,
                         every_commented_line_of_the_shipped_file_is_the_default, the_examples_load,
                         every_setting_is_in_the_reference_with_its_variable,
                         settings_of_a_group_stand_together_and_have_a_group});
}
