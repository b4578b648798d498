"""Runs the tests and prints their counts as node's runner does: `python3 -m tests.integration [NAME]`."""
import pathlib
import sys
import unittest

here = pathlib.Path(__file__).parent
loader = unittest.TestLoader()
if len(sys.argv) > 1:
    loader.testNamePatterns = [f"*{name}*" for name in sys.argv[1:]]
suite = loader.discover(str(here), "test_*.py", str(here.parents[1]))
result = unittest.TextTestRunner(verbosity=2).run(suite)
for test, reason in result.skipped:
    print(f"SKIP {test}: {reason}")
bad = len(result.failures) + len(result.errors)
print(f"# pass {result.testsRun - bad - len(result.skipped)}\n# fail {bad}\n# skipped {len(result.skipped)}")
sys.exit(1 if bad else 0)
