// curlFetch(): one bounded HTTPS GET on a worker.
#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "auth/jwks_source.hpp"
#include "base/loop.hpp"

namespace parlour::auth {
namespace {

constexpr long kTimeoutMs = 10000;
constexpr size_t kLongestBody = 1 << 20;

size_t append(char* bytes, size_t size, size_t count, void* data) noexcept {
  auto& body = *static_cast<std::string*>(data);
  if (body.size() + size * count > kLongestBody) return 0;  // Ends the transfer with an error.
  body.append(bytes, size * count);
  return size * count;
}

Result<std::string> get(const std::string& url) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (!curl) return failed("fetch_failed", "libcurl cannot be started");
  std::string body;
  char message[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "parlour/" PARLOUR_VERSION);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, message);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK)
    return unavailable("fetch_failed", *message ? message : curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return unavailable("fetch_failed", fmt::format("HTTP status {}", status));
  return body;
}

}  // namespace

Fetch curlFetch() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  return [ready = started == CURLE_OK](const std::string& url, FetchDone done) {
    if (!ready) return done(failed("fetch_failed", "libcurl cannot be started"));
    runOnWorker([url, done = std::move(done)] {
      auto answer = std::make_shared<Result<std::string>>(get(url));
      post([answer, done] { done(std::move(*answer)); });
    });
  };
}

}  // namespace parlour::auth
