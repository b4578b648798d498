// The server's command line: what main() is told to do, and what people read.
#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "conf/command_line.hpp"
#include "loading.hpp"

#include "support/check_suite.hpp"

using namespace parlour;
using namespace parlour::conf;

namespace {

struct Outcome {
  std::variant<Start, Exit> result;
  std::string out, err;
  int code() const {
    const auto* exit = std::get_if<Exit>(&result);
    return exit ? exit->code : -1;
  }
};

std::string contentOf(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Each test is a process of its own, so that its outputs can be redirected.
Outcome run(std::vector<std::string> arguments) {
  const test::TempDir directory;
  for (const auto& [name, fd] :
       {std::pair{"out", STDOUT_FILENO}, std::pair{"err", STDERR_FILENO}}) {
    const int file = open(directory.path(name).c_str(), O_CREAT | O_WRONLY, 0600);
    dup2(file, fd);
    close(file);
  }
  arguments.insert(arguments.begin(), "parlour");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  Outcome outcome{readCommandLine(static_cast<int>(argv.size()) - 1, argv.data()), "", ""};
  fflush(stdout);
  fflush(stderr);
  outcome.out = contentOf(directory.path("out"));
  outcome.err = contentOf(directory.path("err"));
  return outcome;
}

}  // namespace

START_TEST(options_reach_the_settings) {
  const test::TempDir directory;
  const std::string file = directory.file("p.yaml", "http: {port: 1}\nmedia: {port: 7}\n");
  const Outcome outcome =
      run({"--config", file, "--set", "http.port=2", "-s", "log.level=debug", "--web-root",
           directory.path(""), "--plugin-path", "/a", "--plugin-path=/b"});
  const Start& start = std::get<Start>(outcome.result);
  ck_assert_uint_eq(start.settings.http.port, 2);
  ck_assert_uint_eq(start.settings.media.port, 7);
  ck_assert(start.settings.log.level == log::Level::kDebug);
  ck_assert_text(start.settings.http.webRoot, directory.path(""));
  ck_assert_uint_eq(start.pluginPaths.size(), 2);
  ck_assert_text(start.files.at(0), file);
}
END_TEST

START_TEST(mistakes_are_all_written_and_end_with_2) {
  const test::TempDir directory;
  const std::string file = directory.file("p.yaml", "http:\n  prot: 1\n  port: x\n");
  for (const std::string option : {"--check-config", "--set=log.level=info"}) {
    const Outcome outcome = run({"--config", file, option});
    ck_assert_int_eq(outcome.code(), 2);
    ck_assert_text(outcome.err, (file + ":2: http.prot: no such setting; is http.port meant?\n" +
                                 file + ":3: http.port: must be a whole number, not x\n"));
  }
}
END_TEST

START_TEST(check_config_starts_nothing) {
  const test::TempDir directory;
  const Outcome outcome = run({"--check-config", "-c", directory.file("p.yaml", "")});
  ck_assert_int_eq(outcome.code(), 0);
  ck_assert_text(outcome.err, "");
}
END_TEST

START_TEST(a_named_file_must_exist) {
  const Outcome outcome = run({"--config", "/nonexistent.yaml"});
  ck_assert_int_eq(outcome.code(), 2);
  ck_assert_text(outcome.err, "/nonexistent.yaml: cannot be read\n");
}
END_TEST

START_TEST(the_file_can_be_named_by_the_environment) {
  const test::TempDir directory;
  setenv("PARLOUR_CONFIG", directory.file("p.yaml", "http: {port: 77}\n").c_str(), 1);
  ck_assert_uint_eq(std::get<Start>(run({}).result).settings.http.port, 77);
}
END_TEST

START_TEST(wrong_usage_ends_with_2_and_points_to_help) {
  for (const std::string wrong : {"--prot=1", "stray", "--set"}) {
    const Outcome outcome = run({wrong});
    ck_assert_int_eq(outcome.code(), 2);
    ck_assert_msg(outcome.err.find("try --help") != std::string::npos, "%s", outcome.err.c_str());
  }
}
END_TEST

START_TEST(the_version_is_shown) {
  const Outcome outcome = run({"--version"});
  ck_assert_int_eq(outcome.code(), 0);
  ck_assert(outcome.out.starts_with("parlour " PARLOUR_VERSION));
}
END_TEST

int main() {
  // Nothing of the caller's environment is a setting here.
  for (const auto& [name, value] : processEnvironment())
    if (name.starts_with("PARLOUR_")) unsetenv(name.c_str());
  return test::runSuite("command line",
                        {options_reach_the_settings, mistakes_are_all_written_and_end_with_2,
                         check_config_starts_nothing, a_named_file_must_exist,
                         the_file_can_be_named_by_the_environment,
                         wrong_usage_ends_with_2_and_points_to_help, the_version_is_shown});
}
