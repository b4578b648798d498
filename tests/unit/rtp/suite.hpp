// The main of a Check test program.
#pragma once

#include <cstdlib>
#include <initializer_list>

#include <check.h>  // Last: it takes the name "fail".

inline int runSuite(const char* name, std::initializer_list<const TTest*> tests) {
  Suite* suite = suite_create(name);
  TCase* cases = tcase_create(name);
  tcase_set_timeout(cases, 0);  // Meson's holds for the whole program; machines differ.
  for (const TTest* test : tests) tcase_add_test(cases, test);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
