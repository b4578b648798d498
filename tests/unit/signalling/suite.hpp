// Runs a Check suite: main() of every test program here.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <string>

#include <check.h>  // Last: it defines `fail`, a word of the standard library too.

namespace parlour::test {

inline int runSuite(const char* name, std::initializer_list<const TTest*> tests) {
  Suite* suite = suite_create(name);
  TCase* cases = tcase_create(name);
  tcase_set_timeout(cases, 20);
  for (const TTest* test : tests) tcase_add_test(cases, test);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// Strings compared as values, told in full when they differ.
inline void assertText(const std::string& actual, const std::string& expected) {
  ck_assert_str_eq(actual.c_str(), expected.c_str());
}
inline void assertHas(const std::string& text, const std::string& part) {
  ck_assert_msg(text.find(part) != std::string::npos, "'%s' is not in: %s", part.c_str(),
                text.c_str());
}

}  // namespace parlour::test
