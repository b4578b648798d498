"""What counts as a regression, and what the commands say of kept results."""
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
from rounds import history  # noqa: E402  (the path comes first)

HERE = {"cpu": "Test CPU", "cores": 2, "kernel": "6.1", "system": "Linux"}


def spread(median, noise=0.01, rounds=5):
    return {"median": median, "least": median * (1 - noise), "most": median * (1 + noise),
            "rounds": rounds}


def result(run="bench/run video-1-100", where=HERE, **figures):
    return history.entry(run, figures, where)


class Verdicts(unittest.TestCase):
    def test_more_than_five_percent_beyond_noise_is_worse(self):
        self.assertEqual(history.verdict("ratioToFloor", spread(1.40), spread(1.50)), "worse")

    def test_less_than_five_percent_is_the_same(self):
        self.assertEqual(history.verdict("ratioToFloor", spread(1.40), spread(1.46)), "same")

    def test_within_the_noise_of_either_side_is_the_same(self):
        self.assertEqual(history.verdict("ratioToFloor", spread(1.40, 0.2), spread(1.60)), "same")
        self.assertEqual(history.verdict("ratioToFloor", spread(1.40), spread(1.60, 0.2)), "same")

    def test_less_is_better(self):
        self.assertEqual(history.verdict("ratioToFloor", spread(1.50), spread(1.30)), "better")

    def test_where_more_is_better_less_is_worse(self):
        self.assertEqual(history.verdict("peopleMost", spread(1000), spread(900)), "worse")
        self.assertEqual(history.verdict("peopleMost", spread(900), spread(1000)), "better")

    def test_what_nobody_notices_is_no_regression(self):
        self.assertEqual(history.verdict("lossShare", spread(0), spread(0.0002)), "same")
        self.assertEqual(history.verdict("lossShare", spread(0), spread(0.01)), "worse")


class Kept(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def settle(self, added, compare=True, keep=False):
        options = types.SimpleNamespace(compare=compare, keep=keep, history=self.folder)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            worse = history.settle(added, options)
        return worse, out.getvalue()

    def test_a_regression_is_told_and_an_improvement_too(self):
        history.keep(result(ratioToFloor=spread(1.4), bytesEach=spread(600e3)), self.folder)
        worse, told = self.settle(result(ratioToFloor=spread(1.6), bytesEach=spread(500e3)))
        self.assertTrue(worse)
        self.assertRegex(told, r"ratioToFloor .*WORSE \+14\.3 %")
        self.assertRegex(told, r"bytesEach .*BETTER -16\.7 %")

    def test_nothing_kept_says_so_and_is_no_failure(self):
        worse, told = self.settle(result(ratioToFloor=spread(1.4)))
        self.assertFalse(worse)
        self.assertIn("nothing to compare with", told)

    def test_another_machine_and_another_run_say_nothing(self):
        history.keep(result(where=HERE | {"cores": 8}, ratioToFloor=spread(1.0)), self.folder)
        history.keep(result("bench/run audio-10-30", ratioToFloor=spread(1.0)), self.folder)
        self.assertFalse(self.settle(result(ratioToFloor=spread(1.4)))[0])

    def test_another_kernel_is_the_same_machine(self):
        history.keep(result(where=HERE | {"kernel": "6.9"}, ratioToFloor=spread(1.0)), self.folder)
        self.assertTrue(self.settle(result(ratioToFloor=spread(1.4)))[0])

    def test_one_bad_day_among_the_last_is_no_measure(self):
        for median in (1.4, 1.41, 1.39, 2.5, 1.4):
            history.keep(result(ratioToFloor=spread(median)), self.folder)
        old = history.before(history.read(history.file_of(HERE, self.folder)),
                             "bench/run video-1-100", "ratioToFloor")
        self.assertEqual(old["median"], 1.4)

    def test_the_present_is_compared_before_it_is_kept(self):
        history.keep(result(ratioToFloor=spread(1.4)), self.folder)
        self.assertTrue(self.settle(result(ratioToFloor=spread(1.6)), keep=True)[0])
        self.assertEqual(len(history.read(history.file_of(HERE, self.folder))), 2)

    def test_a_broken_line_is_named(self):
        path = history.keep(result(ratioToFloor=spread(1.4)), self.folder)
        path.write_text(path.read_text() + "{broken\n")
        with self.assertRaisesRegex(ValueError, r"\.jsonl:2 is no result"):
            history.read(path)

    def test_an_entry_names_its_commit_machine_and_time(self):
        added = json.loads(history.keep(result(ratioToFloor=spread(1.4)), self.folder).read_text())
        self.assertEqual(added["machine"], HERE)
        self.assertRegex(added["time"], r"^20\d\d-\d\d-\d\dT")
        self.assertIn("commit", added)


class Commands(unittest.TestCase):
    def test_what_is_kept_in_the_tree_can_be_read(self):
        for path in (BENCH / "history").glob("*.jsonl"):
            self.assertTrue(history.read(path), path)

    def test_both_commands_take_the_same_options(self):
        for command in ("run", "play"):
            told = subprocess.run([sys.executable, str(BENCH / command), "--help"],
                                  capture_output=True, text=True, timeout=20, check=True).stdout
            for option in ("--compare", "--keep", "--history"):
                self.assertIn(option, told)


if __name__ == "__main__":
    unittest.main()
