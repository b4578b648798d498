#include "parlourctl/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace parlour::ctl {
namespace {

// Alternate screen, no cursor, no wrapping at the right edge; and back.
constexpr std::string_view kEnter = "\033[?1049h\033[?25l\033[?7l\033[2J";
constexpr std::string_view kLeave = "\033[0m\033[?7h\033[?25h\033[?1049l";
constexpr std::array kEndSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr std::array kCrashSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// What signal handlers use: set before they are installed.
termios before{};
volatile sig_atomic_t entered = 0;
volatile sig_atomic_t endedBy = 0;
volatile sig_atomic_t changed = 0;
int wakePipe[2] = {-1, -1};

/// Async-signal-safe.
void put(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
}

/// Async-signal-safe.
void restore() {
  if (!entered) return;
  entered = 0;
  put(kLeave);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

void onSignal(int number) noexcept {
  const int error = errno;
  if (number == SIGWINCH || number == SIGCONT || number == SIGTSTP)
    changed = number;
  else
    endedBy = number;
  (void)!write(wakePipe[1], "!", 1);
  errno = error;
}

void onCrash(int number) noexcept {
  restore();
  signal(number, SIG_DFL);
  raise(number);
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

bool Terminal::usable() {
  const char* kind = std::getenv("TERM");
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && kind && *kind &&
         std::strcmp(kind, "dumb") != 0;
}

Terminal::Terminal() {
  tcgetattr(STDIN_FILENO, &before);
  (void)!pipe2(wakePipe, O_CLOEXEC | O_NONBLOCK);
  std::atexit(restore);
  for (const int number : kEndSignals) handle(number, onSignal);
  for (const int number : {SIGWINCH, SIGCONT, SIGTSTP}) handle(number, onSignal);
  for (const int number : kCrashSignals) handle(number, onCrash);
  enter();
}

Terminal::~Terminal() {
  leave();
  for (const int number : kEndSignals) handle(number, SIG_DFL);
  for (const int number : {SIGWINCH, SIGCONT, SIGTSTP}) handle(number, SIG_DFL);
  for (const int number : kCrashSignals) handle(number, SIG_DFL);
  for (int& end : wakePipe) close(std::exchange(end, -1));
}

void Terminal::enter() {
  termios raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl-C and Ctrl-Z stay signals.
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  entered = 1;  // First: a signal between the two must undo both.
  tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  put(kEnter);
}

void Terminal::leave() {
  restore();
}

TerminalSize Terminal::size() const {
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0)
    return {};
  return {window.ws_col, window.ws_row};
}

void Terminal::draw(const std::vector<std::string>& lines) {
  std::string out = "\033[H";
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i != 0) out += "\r\n";
    out += lines[i];
  }
  put(out);
}

bool Terminal::wait(int timeoutMs, std::string& input) {
  pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {wakePipe[0], POLLIN, 0}};
  poll(fds, 2, timeoutMs);
  char bytes[64];
  while (read(wakePipe[0], bytes, sizeof bytes) > 0) {
  }
  if (changed == SIGTSTP) {
    leave();
    changed = 0;
    raise(SIGSTOP);  // Returns when we are continued.
    enter();
  }
  changed = 0;
  if (fds[0].revents == 0) return true;
  const ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
  if (got > 0) input.append(bytes, static_cast<size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

bool Terminal::interrupted() {
  if (endedBy) return true;
  pollfd fd{STDIN_FILENO, POLLIN, 0};
  return entered && poll(&fd, 1, 0) > 0;
}

int Terminal::endSignal() {
  return endedBy;
}

}  // namespace parlour::ctl
