// Any order of arrivals and feedbacks: each feedback fits, parses, and nothing recorded within the
// window gets lost.
#include <map>

#include "rtp/twcc.hpp"
#include "rtp_bytes.hpp"

using namespace parlour::rtp;
using parlour::fuzz::require;

namespace {

constexpr int64_t kTickNs = 250'000;
constexpr int64_t kWrapNs = (int64_t{1} << 24) * 256 * kTickNs;

/// By 16-bit sequence; of a duplicate the first.
using Arrivals = std::map<uint16_t, int64_t>;

void takeOne(TwccRecorder& recorder, size_t room, Arrivals& expected) {
  std::vector<uint8_t> out(room);
  out.resize(recorder.build(out.data(), room, 1, 2));
  require(out.size() % 4 == 0 && (!out.empty() || room < TwccRecorder::kMinSize));
  RtcpReader reader(out);
  RtcpPacket packet;
  if (!reader.next(packet)) return;
  TwccReader twcc;
  require(twcc.open(packet));
  for (TwccReader::Arrival arrival; twcc.next(arrival);) {
    const auto at = expected.find(arrival.sequence);
    if (!arrival.received || at == expected.end()) continue;
    require(arrival.arrivalNs == at->second / kTickNs * kTickNs % kWrapNs);
    expected.erase(at);
  }
  require(!twcc.malformed());
}

void forgetOld(Arrivals& arrivals, uint16_t newest) {
  std::erase_if(arrivals, [newest](const auto& arrival) {
    return static_cast<uint16_t>(newest - arrival.first) >= TwccRecorder::kWindow;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  parlour::fuzz::Input input(data, size);
  TwccRecorder recorder;
  Arrivals recorded, expected;
  uint16_t newest = input.word();
  int64_t nowNs = input.word() * int64_t{1'000'000'000};
  while (!input.empty()) {
    const uint8_t what = input.byte();
    if (what >= 0xF0 && recorder.pending()) {
      takeOne(recorder, input.byte() * 4, expected);
      continue;
    }
    nowNs += what * int64_t{100'000} * (what % 16 == 0 ? 200 : 1);
    // Sequences go up by 0 to 15, now and then back by less than the window is wide.
    const uint8_t step = input.byte();
    auto sequence = static_cast<uint16_t>(newest + step % 16);
    if (step >= 0xE0) sequence = static_cast<uint16_t>(newest - (step - 0xE0));
    recorder.record(sequence, nowNs);
    if (step < 0xE0) newest = sequence;
    if (recorded.try_emplace(sequence, nowNs).second) expected[sequence] = nowNs;
    forgetOld(recorded, newest);
    forgetOld(expected, newest);
  }
  while (recorder.pending()) takeOne(recorder, 200, expected);
  require(expected.empty());
  return 0;
}
