// WhipClient: the HTTP side of WHIP (RFC 9725), without trickle. Thread: main.
#pragma once

#include <libsoup/soup.h>

#include <cstdint>
#include <functional>
#include <string>

#include "base/ref.hpp"
#include "base/result.hpp"

namespace parlour::demo {

class WhipClient {
 public:
  struct Answer {
    std::string sdp;
    std::string resource;  ///< Absolute URL of the session, for remove().
  };
  /// What the server or the network said instead of an answer.
  struct Refusal {
    std::string message;
    bool final = false;         ///< Asking again will not help.
    uint32_t retryAfterMs = 0;  ///< 0: not said.
  };
  using Answered = std::function<void(const Answer*, const Refusal*)>;

  explicit WhipClient(std::string bearer);
  ~WhipClient();

  /// Posts an offer; `answered` gets exactly one of the two, within `deadlineMs`, unless the
  /// client is destroyed before.
  void publish(const std::string& url, const std::string& offer, uint32_t deadlineMs,
               Answered answered);
  /// Deletes a session; `removed` is called once, within `deadlineMs`, with what went wrong.
  void remove(const std::string& resource, uint32_t deadlineMs,
              std::function<void(Result<void>)> removed);

 private:
  Ref<SoupMessage> request(const char* method, const std::string& url) const;
  void send(const Ref<SoupMessage>& message, uint32_t deadlineMs,
            std::function<void(const std::string& body, const GError* error)> done);

  const std::string bearer_;
  Ref<SoupSession> session_;
  Ref<GCancellable> closing_;
};

}  // namespace parlour::demo
