#include "parlourctl/http_client.hpp"

#include <curl/curl.h>

#include <memory>

namespace parlour::ctl {
namespace {

constexpr long kConnectTimeoutMs = 5000;
constexpr size_t kLongestBody = 64u << 20;

size_t append(char* bytes, size_t size, size_t count, void* data) noexcept {
  auto& body = *static_cast<std::string*>(data);
  if (body.size() + size * count > kLongestBody) return 0;
  body.append(bytes, size * count);
  return size * count;
}

int onProgress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  return static_cast<const Request*>(data)->cancelled() ? 1 : 0;
}

struct Headers {
  curl_slist* list = nullptr;
  ~Headers() { curl_slist_free_all(list); }
  void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

}  // namespace

Result<Response> send(const Request& request) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (!curl) return failed("no_curl", "libcurl cannot be started");
  Headers headers;
  headers.add("Accept: " + request.accept);
  if (!request.token.empty()) headers.add("Authorization: Bearer " + request.token);
  if (!request.body.empty()) headers.add("Content-Type: application/json");

  Response response;
  char reason[CURL_ERROR_SIZE] = "";
  CURL* c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.list);
  curl_easy_setopt(c, CURLOPT_USERAGENT, "parlourctl/" PARLOUR_VERSION);
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, request.timeoutMs);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  if (request.cancelled) {
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, onProgress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, &request);
  }
  curl_easy_setopt(c, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &response.body);
  if (!request.socket.empty()) {
    curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, request.socket.c_str());
    curl_easy_setopt(c, CURLOPT_PROXY, "");
  }
  if (!request.body.empty()) {
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  }
  const CURLcode code = curl_easy_perform(c);
  if (code != CURLE_OK)
    return unavailable("unreachable", *reason ? reason : curl_easy_strerror(code));
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &response.status);
  return response;
}

}  // namespace parlour::ctl
