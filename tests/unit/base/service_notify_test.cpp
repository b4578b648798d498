// What the service manager hears, and the check of the descriptor limit.
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/service_notify.hpp"
#include "support/temp_dir.hpp"

#include "support/check_suite.hpp"

using namespace parlour;

namespace {

/// Listens where systemd would.
class Manager {
 public:
  Manager() : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory_.path("notify");
    strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    ck_assert_int_eq(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Manager() { close(socket_); }
  std::string heard() const {
    char text[1024];
    const ssize_t size = recv(socket_, text, sizeof text, 0);
    return size < 0 ? "" : std::string(text, static_cast<size_t>(size));
  }

 private:
  test::TempDir directory_;
  int socket_;
};

}  // namespace

#if HAVE_SYSTEMD
START_TEST(the_manager_hears_of_start_and_stop) {
  const Manager manager;
  service::notifyReady("3 rooms");
  ck_assert_text(manager.heard(), "READY=1\nSTATUS=3 rooms");
  service::notifyStatus("two\nlines");
  ck_assert_text(manager.heard(), "STATUS=two lines");
  service::notifyWatchdog();
  ck_assert_text(manager.heard(), "WATCHDOG=1");
  service::notifyStopping("draining");
  ck_assert_text(manager.heard(), "STOPPING=1\nSTATUS=draining");
}
END_TEST

START_TEST(the_watchdog_is_fed_twice_as_often_as_asked) {
  setenv("WATCHDOG_USEC", "30000000", 1);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  ck_assert_uint_eq(service::watchdogIntervalMs(), 15000);
  setenv("WATCHDOG_PID", "1", 1);
  ck_assert_uint_eq(service::watchdogIntervalMs(), 0);
}
END_TEST
#endif

START_TEST(nothing_happens_without_a_manager) {
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
  service::notifyReady("ready");
  service::notifyWatchdog();
  ck_assert_uint_eq(service::watchdogIntervalMs(), 0);
}
END_TEST

START_TEST(the_descriptor_limit_is_raised_as_far_as_it_goes) {
  const rlimit before{300, 1000};
  ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
  ck_assert(static_cast<bool>(service::checkDescriptorLimit(100)));
  rlimit after{};
  getrlimit(RLIMIT_NOFILE, &after);
  ck_assert_uint_eq(after.rlim_cur, 1000);
}
END_TEST

START_TEST(too_few_descriptors_are_an_error_with_figures) {
  const rlimit low{656, 656};
  ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
  const auto result = service::checkDescriptorLimit(1000);
  ck_assert(!result);
  ck_assert_text(result.error().code, "descriptor_limit");
  ck_assert_text(result.error().message,
                 "1000 participants need 4256 open files and 656 are allowed, enough for 100; "
                 "raise LimitNOFILE= of the service (or ulimit -n) to 4256");
}
END_TEST

int main() {
  return test::runSuite("service", {
#if HAVE_SYSTEMD
    the_manager_hears_of_start_and_stop, the_watchdog_is_fed_twice_as_often_as_asked,
#endif
        nothing_happens_without_a_manager, the_descriptor_limit_is_raised_as_far_as_it_goes,
        too_few_descriptors_are_an_error_with_figures
  });
}
