#include "load/scenario/machines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"

namespace parlour::bench {
namespace {

using Json = nlohmann::json;

constexpr uint32_t kGatherS = 600, kKnockS = 60;
constexpr gulong kKnockPauseUs = 500'000;
constexpr unsigned kTellS = 30;

/// What one of `count` gets of `total` things: the first ones get one more.
double partOf(double total, uint32_t index, uint32_t count) {
  const double each = std::floor(total / count);
  return each + (index < static_cast<uint32_t>(total - each * count) ? 1 : 0);
}

Error failure(const char* code, const std::string& what, GError* error) {
  std::string why = what + ": " + (error ? error->message : "no reason given");
  g_clear_error(&error);
  return unavailable(code, std::move(why));
}

/// On every address of the family.
Ref<GSocket> listenOn(GSocketFamily family, uint16_t port, GError** error) {
  auto socket = Ref<GSocket>::adopt(
      g_socket_new(family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error));
  if (!socket) return {};
  const auto any = Ref<GInetAddress>::adopt(g_inet_address_new_any(family));
  const auto address = Ref<GSocketAddress>::adopt(g_inet_socket_address_new(any.get(), port));
  if (!g_socket_bind(socket.get(), address.get(), TRUE, error) ||
      !g_socket_listen(socket.get(), error))
    return {};
  return socket;
}

Ref<GSocketConnection> nextMachine(GSocket* listening, int64_t untilNs, GError** error) {
  const int64_t leftS = (untilNs - SystemClock().nowNs()) / kNsPerSecond;
  g_socket_set_timeout(listening, static_cast<guint>(std::max<int64_t>(1, leftS)));
  const auto socket = Ref<GSocket>::adopt(g_socket_accept(listening, nullptr, error));
  if (!socket) return {};
  return Ref<GSocketConnection>::adopt(g_socket_connection_factory_create_connection(socket.get()));
}

}  // namespace

bool dividesRooms(const Scenario& scenario, uint32_t count) { return scenario.rooms >= count; }

Scenario shareOf(const Scenario& scenario, uint32_t index, uint32_t count) {
  Scenario share = scenario;
  if (dividesRooms(scenario, count)) {
    share.rooms = partOf(scenario.rooms, index, count);
    share.people = std::max(1.0, std::round(scenario.people * share.rooms / scenario.rooms));
  } else {
    share.people = std::max(1.0, partOf(scenario.people, index, count));
    if (index > 0 && scenario.publish.perRoom > 0) share.publish.video = share.publish.audio = false;
  }
  for (double* rate : {&share.joinRate, &share.churn.joinsPerSecond, &share.churn.renamesPerSecond,
                       &share.churn.resumesPerSecond, &share.chat.messagesPerSecond})
    *rate /= count;
  return share;
}

Colleague::Colleague(Ref<GSocketConnection> connection) : connection_(std::move(connection)) {
  lines_ = Ref<GDataInputStream>::adopt(
      g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection_.get()))));
  const auto address = Ref<GSocketAddress>::adopt(
      g_socket_connection_get_remote_address(connection_.get(), nullptr));
  g_autofree char* text =
      address ? g_socket_connectable_to_string(G_SOCKET_CONNECTABLE(address.get())) : nullptr;
  address_ = text ? text : "a machine";
}

GSocket* Colleague::socket() const { return g_socket_connection_get_socket(connection_.get()); }

Error Colleague::lost(GError* error) const {
  return failure("machine_lost", address_ + " is lost", error);
}

Result<void> Colleague::tell(const Json& message) {
  const std::string line = message.dump() + "\n";
  GError* error = nullptr;
  g_socket_set_timeout(socket(), kTellS);
  if (g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection_.get())),
                                line.data(), line.size(), nullptr, nullptr, &error))
    return {};
  return lost(error);
}

Result<Json> Colleague::hear(uint32_t deadlineS) {
  GError* error = nullptr;
  g_socket_set_timeout(socket(), deadlineS);
  g_autofree char* line = g_data_input_stream_read_line(lines_.get(), nullptr, nullptr, &error);
  if (!line && !error) return unavailable("machine_lost", address_ + " has hung up");
  if (!line) return lost(error);
  Json message = Json::parse(line, nullptr, false);
  if (message.is_discarded())
    return unavailable("machine_lost", address_ + " says what is no JSON: is it parlour-load?");
  return message;
}

Result<std::vector<Colleague>> gather(uint16_t port, uint32_t expect) {
  GError* error = nullptr;
  auto listening = listenOn(G_SOCKET_FAMILY_IPV6, port, nullptr);  // Takes IPv4 too.
  if (!listening) listening = listenOn(G_SOCKET_FAMILY_IPV4, port, &error);
  if (!listening) return failure("listen_failed", fmt::format("port {}", port), error);
  const int64_t untilNs = SystemClock().nowNs() + kGatherS * kNsPerSecond;
  std::vector<Colleague> all;
  while (all.size() < expect) {
    fmt::print(stderr, "{} of {} machines are here; the others: parlour-load run --join HOST:{}\n",
               all.size(), expect, port);
    auto connection = nextMachine(listening.get(), untilNs, &error);
    if (!connection)
      return failure("machine_lost",
                     fmt::format("{} of {} machines came", all.size(), expect), error);
    all.emplace_back(std::move(connection));
  }
  return all;
}

Result<Colleague> joinCoordinator(const std::string& where) {
  const auto client = Ref<GSocketClient>::adopt(g_socket_client_new());
  g_socket_client_set_timeout(client.get(), kKnockS);
  const int64_t untilNs = SystemClock().nowNs() + kKnockS * kNsPerSecond;
  while (true) {
    GError* error = nullptr;
    auto connection = Ref<GSocketConnection>::adopt(
        g_socket_client_connect_to_host(client.get(), where.c_str(), 0, nullptr, &error));
    if (connection) return Colleague(std::move(connection));
    const bool early = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
    if (!early || SystemClock().nowNs() >= untilNs)
      return failure("machine_lost", "no coordinator at " + where, error);
    g_clear_error(&error);
    g_usleep(kKnockPauseUs);
  }
}

}  // namespace parlour::bench
