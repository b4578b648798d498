// The main of a Check test program. Include it last: Check takes the name "fail".
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <string>

#include <check.h>

/// Compares texts by value; ck_assert_str_eq keeps pointers into temporaries that are gone.
#define ck_assert_text(actual, wanted)                                                          \
  do {                                                                                          \
    const std::string ckActual(actual), ckWanted(wanted);                                       \
    ck_assert_msg(ckActual == ckWanted, #actual " is\n%s\nand should be\n%s", ckActual.c_str(), \
                  ckWanted.c_str());                                                            \
  } while (0)

namespace parlour::test {

inline int runSuite(const char* name, std::initializer_list<const TTest*> tests) {
  Suite* suite = suite_create(name);
  TCase* cases = tcase_create(name);
  tcase_set_timeout(cases, 15);  // Inside meson's 20 s; Check's own 4 s are few on a busy machine.
  for (const TTest* test : tests) tcase_add_test(cases, test);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace parlour::test
