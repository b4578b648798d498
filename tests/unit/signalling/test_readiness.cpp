#include "signalling/readiness.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "loop.hpp"
#include "signalling/guard_stream.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::signalling;
using namespace parlour::test;

namespace {

/// Two ends of a connection: a guarded stream that Readiness watches, and a plain descriptor.
class Pair {
 public:
  explicit Pair(const std::shared_ptr<Readiness>& readiness, size_t readAtOnce = 1)
      : readAtOnce_(readAtOnce) {
    std::array<int, 2> ends{};
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    far_ = ends[1];
    auto socket = Ref<GSocket>::adopt(g_socket_new_from_fd(ends[0], nullptr));
    auto base = Ref<GSocketConnection>::adopt(
        g_socket_connection_factory_create_connection(socket.get()));
    GuardOptions options{.pauseInput = true};
    options.readiness = readiness;
    options.socket = socket;
    stream_ = guardStream(G_IO_STREAM(base.get()), std::move(options));
    in_ = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(stream_.get()));
    out_ = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(stream_.get()));
    source_ = g_pollable_input_stream_create_source(in_, nullptr);
    const GPollableSourceFunc onInput = [](GObject*, gpointer data) noexcept -> gboolean {
      static_cast<Pair*>(data)->read();
      return G_SOURCE_CONTINUE;
    };
    g_source_set_callback(source_, G_SOURCE_FUNC(onInput), this, nullptr);
    g_source_attach(source_, nullptr);
  }
  ~Pair() {
    stop();
    close(far_);
  }
  void stop() {
    if (!source_) return;
    g_source_destroy(source_);
    g_source_unref(std::exchange(source_, nullptr));
  }
  void write(const std::string& text) {
    ck_assert_int_eq(::write(far_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  /// Writes until the far end takes no more.
  void fill() {
    const std::string piece(4096, 'x');
    while (g_pollable_output_stream_write_nonblocking(out_, piece.data(), piece.size(), nullptr,
                                                      nullptr) > 0) {
    }
  }
  void drainFar() {
    std::array<char, 65536> bytes;
    while (::read(far_, bytes.data(), bytes.size()) > 0) {
    }
  }
  bool sendOne() {
    return g_pollable_output_stream_write_nonblocking(out_, "y", 1, nullptr, nullptr) == 1;
  }
  void hangUp() { shutdown(far_, SHUT_RDWR); }

  std::string got;
  unsigned calls = 0;
  bool ended = false;

 private:
  void read() {
    ++calls;
    std::array<char, 4096> bytes;
    const gssize n = g_pollable_input_stream_read_nonblocking(in_, bytes.data(), readAtOnce_,
                                                              nullptr, nullptr);
    if (n > 0) got.append(bytes.data(), static_cast<size_t>(n));
    if (n == 0) {
      ended = true;
      stop();
    }
  }

  const size_t readAtOnce_;
  int far_ = -1;
  Ref<GIOStream> stream_;
  GPollableInputStream* in_ = nullptr;
  GPollableOutputStream* out_ = nullptr;
  GSource* source_ = nullptr;
};

}  // namespace

START_TEST(input_is_told_and_silence_is_not) {
  const auto readiness = Readiness::create();
  Pair loud(readiness, 100), quiet(readiness, 100);
  runReady();
  ck_assert_uint_eq(loud.calls + quiet.calls, 0);
  loud.write("hello");
  ck_assert(runUntil([&] { return loud.got == "hello"; }));
  runReady();
  ck_assert_uint_eq(loud.calls, 1);
  ck_assert_uint_eq(quiet.calls, 0);
}
END_TEST

START_TEST(what_a_reader_leaves_it_is_told_again) {
  const auto readiness = Readiness::create();
  Pair pair(readiness, 1);
  pair.write("slowly");
  ck_assert(runUntil([&] { return pair.got == "slowly"; }));
  runReady();
  ck_assert_uint_eq(pair.calls, 6);
}
END_TEST

START_TEST(who_does_not_take_what_is_sent_is_not_read_until_it_does) {
  const auto readiness = Readiness::create();
  Pair pair(readiness, 100);
  pair.fill();
  pair.write("more");
  runReady();
  const unsigned before = pair.calls;
  ck_assert_str_eq(pair.got.c_str(), "");
  runReady();
  ck_assert_uint_eq(pair.calls, before);  // It sleeps; it does not spin.
  pair.drainFar();
  ck_assert(pair.sendOne());
  ck_assert(runUntil([&] { return pair.got == "more"; }));
}
END_TEST

START_TEST(an_end_is_told) {
  const auto readiness = Readiness::create();
  Pair pair(readiness, 100);
  pair.hangUp();
  ck_assert(runUntil([&] { return pair.ended; }));
}
END_TEST

START_TEST(a_stopped_reader_is_told_nothing_and_its_descriptor_can_be_another_s) {
  const auto readiness = Readiness::create();
  const size_t before = openDescriptors();
  auto gone = std::make_unique<Pair>(readiness, 100);
  gone->write("unread");
  gone->stop();
  runReady();
  ck_assert_uint_eq(gone->calls, 0);
  gone.reset();
  ck_assert_uint_eq(openDescriptors(), before);
  Pair next(readiness, 100);  // Gets the numbers that have become free.
  next.write("mine");
  ck_assert(runUntil([&] { return next.got == "mine"; }));
}
END_TEST

START_TEST(many_at_once_all_get_theirs) {
  const auto readiness = Readiness::create();
  std::vector<std::unique_ptr<Pair>> pairs;
  for (int i = 0; i < 400; ++i) pairs.push_back(std::make_unique<Pair>(readiness, 100));
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i]->write(std::to_string(i));
  ck_assert(runUntil([&] {
    for (size_t i = 0; i < pairs.size(); ++i)
      if (pairs[i]->got != std::to_string(i)) return false;
    return true;
  }));
}
END_TEST

int main() {
  return runSuite("readiness",
                  {input_is_told_and_silence_is_not, what_a_reader_leaves_it_is_told_again,
                   who_does_not_take_what_is_sent_is_not_read_until_it_does, an_end_is_told,
                   a_stopped_reader_is_told_nothing_and_its_descriptor_can_be_another_s,
                   many_at_once_all_get_theirs});
}
