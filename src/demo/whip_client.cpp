#include "demo/whip_client.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>

#include "base/loop.hpp"

namespace parlour::demo {
namespace {

constexpr const char* kSdpType = "application/sdp";
constexpr uint32_t kMsPerSecond = 1000;

struct FreeUri {
  void operator()(char* text) const { g_free(text); }
};

/// One request under way; it ends by its reply, its deadline or the end of the client.
struct Exchange {
  Ref<GCancellable> cancellable = Ref<GCancellable>::adopt(g_cancellable_new());
  Ref<GCancellable> closing;
  gulong closingHandler = 0;
  Timer deadline;
  bool late = false;
  std::function<void(const std::string&, const GError*)> done;
  ~Exchange() { g_cancellable_disconnect(closing.get(), closingHandler); }
};

void onSent(GObject* session, GAsyncResult* result, gpointer data) noexcept {
  const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(data));
  GError* error = nullptr;
  GBytes* bytes = soup_session_send_and_read_finish(SOUP_SESSION(session), result, &error);
  std::string body;
  if (bytes) {
    gsize size = 0;
    const void* content = g_bytes_get_data(bytes, &size);
    body.assign(static_cast<const char*>(content), size);
    g_bytes_unref(bytes);
  }
  if (error && exchange->late) {
    g_free(error->message);
    error->message = g_strdup("no reply in time");
  }
  if (!g_cancellable_is_cancelled(exchange->closing.get())) exchange->done(body, error);
  g_clear_error(&error);
}

WhipClient::Refusal refusalOf(SoupMessage* message, const std::string& body) {
  const guint status = soup_message_get_status(message);
  SoupMessageHeaders* headers = soup_message_get_response_headers(message);
  WhipClient::Refusal refusal;
  refusal.message = fmt::format("{} {}", status, soup_message_get_reason_phrase(message));
  constexpr size_t kMostShown = 300;
  if (!body.empty()) refusal.message += ": " + body.substr(0, kMostShown);
  const bool passing = status == SOUP_STATUS_REQUEST_TIMEOUT || status == SOUP_STATUS_CONFLICT ||
                       status == 425 || status == 429;
  refusal.final = status >= 400 && status < 500 && !passing;
  if (const char* seconds = soup_message_headers_get_one(headers, "Retry-After"))
    refusal.retryAfterMs = static_cast<uint32_t>(std::strtoul(seconds, nullptr, 10)) * kMsPerSecond;
  return refusal;
}

}  // namespace

WhipClient::WhipClient(std::string bearer)
    : bearer_(std::move(bearer)),
      session_(Ref<SoupSession>::adopt(
          soup_session_new_with_options("user-agent", "parlour-demo/" PARLOUR_VERSION, nullptr))),
      closing_(Ref<GCancellable>::adopt(g_cancellable_new())) {}

WhipClient::~WhipClient() {
  g_cancellable_cancel(closing_.get());
}

Ref<SoupMessage> WhipClient::request(const char* method, const std::string& url) const {
  auto message = Ref<SoupMessage>::adopt(soup_message_new(method, url.c_str()));
  if (message && !bearer_.empty())
    soup_message_headers_replace(soup_message_get_request_headers(message.get()), "Authorization",
                                 ("Bearer " + bearer_).c_str());
  return message;
}

void WhipClient::send(const Ref<SoupMessage>& message, uint32_t deadlineMs,
                      std::function<void(const std::string&, const GError*)> done) {
  Exchange* exchange = std::make_unique<Exchange>().release();  // onSent() owns it.
  exchange->done = std::move(done);
  exchange->closing = closing_;
  exchange->closingHandler =
      g_cancellable_connect(closing_.get(), G_CALLBACK(+[](GCancellable*, gpointer inner) {
                              g_cancellable_cancel(G_CANCELLABLE(inner));
                            }),
                            g_object_ref(exchange->cancellable.get()), g_object_unref);
  exchange->deadline = Timer::once(deadlineMs, [exchange] {
    exchange->late = true;
    g_cancellable_cancel(exchange->cancellable.get());
  });
  soup_session_send_and_read_async(session_.get(), message.get(), G_PRIORITY_DEFAULT,
                                   exchange->cancellable.get(), onSent, exchange);
}

void WhipClient::publish(const std::string& url, const std::string& offer, uint32_t deadlineMs,
                         Answered answered) {
  const auto message = request("POST", url);
  if (!message) {
    const Refusal refusal{"no URL: " + url, true, 0};
    return answered(nullptr, &refusal);
  }
  GBytes* body = g_bytes_new(offer.data(), offer.size());
  soup_message_set_request_body_from_bytes(message.get(), kSdpType, body);
  g_bytes_unref(body);
  send(message, deadlineMs, [message, answered](const std::string& text, const GError* error) {
    if (error) {
      const Refusal refusal{error->message, false, 0};
      return answered(nullptr, &refusal);
    }
    if (soup_message_get_status(message.get()) != SOUP_STATUS_CREATED) {
      const Refusal refusal = refusalOf(message.get(), text);
      return answered(nullptr, &refusal);
    }
    const char* location =
        soup_message_headers_get_one(soup_message_get_response_headers(message.get()), "Location");
    Answer answer{text, {}};
    if (location) {
      const std::unique_ptr<char, FreeUri> posted(
          g_uri_to_string(soup_message_get_uri(message.get())));
      const std::unique_ptr<char, FreeUri> resource(
          g_uri_resolve_relative(posted.get(), location, G_URI_FLAGS_NONE, nullptr));
      if (resource) answer.resource = resource.get();
    }
    answered(&answer, nullptr);
  });
}

void WhipClient::remove(const std::string& resource, uint32_t deadlineMs,
                        std::function<void(Result<void>)> removed) {
  const auto message = request("DELETE", resource);
  if (!message) return removed(invalid("bad_url", "no URL: " + resource));
  send(message, deadlineMs, [message, removed](const std::string& body, const GError* error) {
    const guint status = soup_message_get_status(message.get());
    if (error) return removed(unavailable("unreachable", error->message));
    // Gone is what was wanted.
    if (!SOUP_STATUS_IS_SUCCESSFUL(status) && status != SOUP_STATUS_NOT_FOUND)
      return removed(failed("refused", refusalOf(message.get(), body).message));
    removed({});
  });
}

}  // namespace parlour::demo
