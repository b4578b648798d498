#include "wire/impairment.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "base/clock.hpp"

namespace parlour::wire {
namespace {

int64_t nsOf(double ms) { return static_cast<int64_t>(ms * static_cast<double>(kNsPerMs)); }

}  // namespace

std::optional<std::string> Qualities::set(const std::string& text) {
  double reordering = reorder ? 1 : 0;
  const std::map<std::string, double*> fields{
      {"delay", &delayMs},   {"jitter", &jitterMs}, {"loss", &lossPercent}, {"double", &doublePercent},
      {"rate", &rateKbit},   {"queue", &queueMs},   {"reorder", &reordering}};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    const auto field = fields.find(word.substr(0, equals));
    if (equals == std::string::npos || field == fields.end())
      return "'" + word + "' is none of delay=, jitter=, loss=, double=, rate=, queue=, reorder=";
    double value = 0;
    const char* end = word.data() + word.size();
    const auto [at, error] = std::from_chars(word.data() + equals + 1, end, value);
    if (error != std::errc() || at != end || value < 0)
      return "'" + word + "' needs a number that is not negative";
    *field->second = value;
  }
  reorder = reordering != 0;
  return std::nullopt;
}

bool Impairment::happens(double percent) {
  return percent > 0 && std::uniform_real_distribution<>(0, 100)(random_) < percent;
}

void Impairment::put(Packet packet, int64_t nowNs) {
  ++counts_.in;
  int64_t leftNs = nowNs;
  if (qualities_.rateKbit > 0) {
    const int64_t startNs = std::max(nowNs, senderFreeNs_);
    if (startNs - nowNs > nsOf(qualities_.queueMs)) {
      ++counts_.overflowed;
      return;
    }
    leftNs = startNs + nsOf(static_cast<double>(packet.size()) * 8 / qualities_.rateKbit);
    senderFreeNs_ = leftNs;
  }
  // Lost further on: it took its share of the rate.
  if (happens(qualities_.lossPercent)) {
    ++counts_.lost;
    return;
  }
  if (happens(qualities_.doublePercent)) arrive(packet, leftNs);
  arrive(std::move(packet), leftNs);
}

void Impairment::arrive(Packet packet, int64_t leftNs) {
  const double jitterMs =
      qualities_.jitterMs > 0
          ? std::uniform_real_distribution<>(-qualities_.jitterMs, qualities_.jitterMs)(random_)
          : 0;
  int64_t arrivalNs = leftNs + std::max<int64_t>(0, nsOf(qualities_.delayMs + jitterMs));
  if (!qualities_.reorder) arrivalNs = std::max(arrivalNs, lastArrivalNs_);
  lastArrivalNs_ = std::max(lastArrivalNs_, arrivalNs);
  line_.push({arrivalNs, number_++, std::move(packet)});
}

std::optional<Packet> Impairment::take(int64_t nowNs) {
  if (line_.empty() || line_.top().arrivalNs > nowNs) return std::nullopt;
  Packet packet = line_.top().packet;
  line_.pop();
  ++counts_.out;
  return packet;
}

std::optional<int64_t> Impairment::nextNs() const {
  if (line_.empty()) return std::nullopt;
  return line_.top().arrivalNs;
}

}  // namespace parlour::wire
