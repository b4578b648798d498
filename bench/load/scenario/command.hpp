// The command `parlour-load run`. Thread: main.
#pragma once

namespace parlour::bench {

/// argv without "run". Returns the process' exit code.
int runScenario(int argc, char** argv);

}  // namespace parlour::bench
