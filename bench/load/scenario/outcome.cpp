#include "load/scenario/outcome.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace parlour::bench {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostFailures = 20;

void addQuantile(Figures& figures, const Outcome& outcome, const char* duration, const char* figure,
                 double share) {
  const auto found = outcome.durations.find(duration);
  if (found == outcome.durations.end() || found->second.count() == 0) return;
  figures[figure] = static_cast<double>(found->second.quantile(share)) / 1e6;
}

void addShare(Figures& figures, const char* figure, double part, double whole) {
  if (whole > 0) figures[figure] = part / whole;
}

}  // namespace

double Outcome::count(const std::string& name) const {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

void Outcome::fail(std::string why) {
  if (failures.size() < kMostFailures &&
      std::find(failures.begin(), failures.end(), why) == failures.end())
    failures.push_back(std::move(why));
}

void Outcome::merge(const Outcome& o) {
  for (const auto& [name, value] : o.counts) counts[name] += value;
  for (const auto& [name, value] : o.greatest)
    greatest[name] = std::max(greatest.emplace(name, value).first->second, value);
  for (const auto& [name, histogram] : o.durations) durations[name].merge(histogram);
  for (size_t i = 0; i < o.moments.size(); ++i) {
    if (i == moments.size()) moments.push_back({o.moments[i].atSeconds, {}});
    for (const auto& [name, value] : o.moments[i].values) moments[i].values[name] += value;
  }
  for (const std::string& why : o.failures) fail(why);
  invalid.insert(invalid.end(), o.invalid.begin(), o.invalid.end());
  windowSeconds = std::max(windowSeconds, o.windowSeconds);
  machines += o.machines;
}

Json Outcome::toJson() const {
  Json json = {
      {"counts", counts},     {"greatest", greatest},           {"failures", failures},
      {"invalid", invalid},   {"windowSeconds", windowSeconds}, {"windowFrom", windowFrom},
      {"machines", machines}, {"durations", Json::object()},    {"moments", Json::array()}};
  for (const auto& [name, histogram] : durations) {
    Json buckets = Json::array();
    histogram.forEach([&](size_t index, uint64_t n) { buckets.push_back({index, n}); });
    json["durations"][name] = {{"max", histogram.max()}, {"buckets", std::move(buckets)}};
  }
  for (const Moment& moment : moments)
    json["moments"].push_back({{"at", moment.atSeconds}, {"values", moment.values}});
  return json;
}

Result<Outcome> Outcome::fromJson(const Json& json) {
  Outcome outcome;
  try {
    json.at("counts").get_to(outcome.counts);
    json.at("greatest").get_to(outcome.greatest);
    json.at("failures").get_to(outcome.failures);
    json.at("invalid").get_to(outcome.invalid);
    json.at("windowSeconds").get_to(outcome.windowSeconds);
    json.at("windowFrom").get_to(outcome.windowFrom);
    json.at("machines").get_to(outcome.machines);
    for (const auto& [name, value] : json.at("durations").items()) {
      Histogram& histogram = outcome.durations[name];
      for (const Json& bucket : value.at("buckets"))
        histogram.addBucket(bucket.at(0).get<size_t>(), bucket.at(1).get<uint64_t>());
      histogram.raiseMax(value.at("max").get<uint64_t>());
    }
    for (const Json& moment : json.at("moments"))
      outcome.moments.push_back({moment.at("at").get<double>(),
                                 moment.at("values").get<std::map<std::string, double>>()});
  } catch (const Json::exception& e) {
    return parlour::invalid("bad_outcome", e.what());
  }
  return outcome;
}

Figures clientFigures(const Outcome& o) {
  Figures f;
  addShare(f, "joinedShare", o.count("joined"), o.count("joins"));
  addQuantile(f, o, "join", "joinP50Ms", 0.5);
  addQuantile(f, o, "join", "joinP99Ms", 0.99);
  addQuantile(f, o, "firstPacket", "firstPacketP99Ms", 0.99);
  addQuantile(f, o, "firstPicture", "firstPictureP50Ms", 0.5);
  addQuantile(f, o, "firstPicture", "firstPictureP99Ms", 0.99);
  addQuantile(f, o, "ice", "iceP99Ms", 0.99);
  addQuantile(f, o, "dtls", "dtlsP99Ms", 0.99);
  addQuantile(f, o, "delay", "delayP99Ms", 0.99);
  addQuantile(f, o, "jitter", "jitterP99Ms", 0.99);
  addQuantile(f, o, "signalling", "signallingP50Ms", 0.5);
  addQuantile(f, o, "signalling", "signallingP99Ms", 0.99);
  addQuantile(f, o, "chat", "chatP99Ms", 0.99);
  addShare(f, "lossShare", o.count("packetsLost"), o.count("packetsExpected"));
  addShare(f, "freezesPerMinute", o.count("freezes"), o.count("watchedSeconds") / 60);
  addShare(f, "frozenShare", o.count("frozenSeconds"), o.count("watchedSeconds"));
  addShare(f, "movingShare", o.count("picturesMoving"),
           o.count("picturesMoving") + o.count("picturesStalled"));
  addShare(f, "chatDeliveredShare", o.count("chatDelivered"), o.count("chatDue"));
  addShare(f, "resumedShare", o.count("resumed"), o.count("drops"));
  addShare(f, "messagesPerSecond", o.count("chats"), o.windowSeconds);
  addShare(f, "receivedKBytesPerPerson", o.count("receivedBytes") / 1000, o.count("personSeconds"));
  f["requestErrors"] = o.count("requestErrors");
  f["unexpectedEnds"] = o.count("unexpectedEnds");
  for (const Moment& moment : o.moments)
    if (const auto people = moment.values.find("people"); people != moment.values.end())
      f["peopleMost"] = std::max(f["peopleMost"], people->second);
  if (const auto cpu = o.greatest.find("loadCpuShare"); cpu != o.greatest.end())
    f["loadCpuShare"] = cpu->second;
  return f;
}

}  // namespace parlour::bench
