#include "signalling/frame_meter.hpp"

#include <algorithm>

namespace parlour::signalling {

void FrameMeter::feed(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    if (payloadLeft_ > 0) {
      const size_t passed = std::min<uint64_t>(payloadLeft_, bytes.size());
      payloadLeft_ -= passed;
      if (dataFrame_) dataBytes_ += passed;
      bytes = bytes.subspan(passed);
      continue;
    }
    head_[headHave_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (headHave_ == 2) {
      const unsigned length = head_[1] & 0x7f;
      headNeed_ = 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (head_[1] & 0x80 ? 4 : 0);
    }
    if (headHave_ >= 2 && headHave_ == headNeed_) header();
  }
}

void FrameMeter::header() {
  const unsigned opcode = head_[0] & 0x0f;
  uint64_t length = head_[1] & 0x7f;
  const size_t lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (lengthBytes != 0) {
    length = 0;
    for (size_t i = 0; i < lengthBytes; ++i) length = length << 8 | head_[2 + i];
  }
  dataFrame_ = (opcode & 0x08) == 0;
  if (!dataFrame_)
    ++controlFrames_;
  else if (opcode != 0)
    messageBytes_ = length;
  else
    messageBytes_ = length > UINT64_MAX - messageBytes_ ? UINT64_MAX : messageBytes_ + length;
  payloadLeft_ = length;
  headHave_ = 0;
  headNeed_ = 2;
}

}  // namespace parlour::signalling
