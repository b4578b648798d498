// What the process writes to stderr while this lives. For tests that run in a process of their own.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "support/temp_dir.hpp"

namespace parlour::test {

class CapturedStderr {
 public:
  CapturedStderr() : before_(dup(STDERR_FILENO)) {
    const int file = open(directory_.path("err").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    if (before_ < 0 || file < 0 || dup2(file, STDERR_FILENO) < 0) std::abort();
    close(file);
  }
  CapturedStderr(const CapturedStderr&) = delete;
  CapturedStderr& operator=(const CapturedStderr&) = delete;
  ~CapturedStderr() {
    dup2(before_, STDERR_FILENO);
    close(before_);
  }

  std::string text() const {
    std::ifstream in(directory_.path("err"), std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }

 private:
  TempDir directory_;
  int before_;
};

}  // namespace parlour::test
