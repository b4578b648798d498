// A light client's answer to what Janus' VideoRoom offers a subscriber. Thread: any (pure).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "load/offer.hpp"
#include "load/remote.hpp"

namespace parlour::bench {

/// Our transport as Janus has to be told it.
LocalTransport janusTransport(LocalTransport ours);

struct JanusAnswer {
  std::string sdp;
  Remote remote;
};
/// `shape`: how many m-lines were subscribed to, and our transport. Error (kInvalid): bad_answer,
/// where the offer is not of that many streams of VP8 and Opus.
Result<JanusAnswer> answerJanus(std::string_view offer, const OfferShape& shape);

}  // namespace parlour::bench
