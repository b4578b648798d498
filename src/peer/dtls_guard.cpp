#include "peer/dtls_guard.hpp"

#include <optional>

#include "base/mutex.hpp"
#include "peer/certificate.hpp"

namespace parlour::peer {
namespace {

constexpr guint kCipherAes128Icm = 1;  // GstDtlsSrtpCipher
constexpr guint kAuthHmacSha1_80 = 2;  // GstDtlsSrtpAuth

/// Shared by the handlers of one webrtcbin.
struct Watch {
  std::shared_ptr<transport::Endpoint> endpoint;
  std::vector<sdp::Fingerprint> promised;
  std::string certificatePem;
  DtlsGuard::Callbacks callbacks;
  Mutex mutex;
  std::optional<transport::SrtpKeys> send GUARDED_BY(mutex);
  std::optional<transport::SrtpKeys> receive GUARDED_BY(mutex);
  bool done GUARDED_BY(mutex) = false;
};
using WatchPtr = std::shared_ptr<Watch>;

void freeWatch(gpointer data, GClosure*) { delete static_cast<WatchPtr*>(data); }

/// The 30 bytes of key and salt. `decoder-key` is declared as caps but holds a buffer.
std::optional<transport::SrtpKeys> readKeys(GstElement* element, const char* property) {
  gpointer value = nullptr;
  guint cipher = 0, auth = 0;
  g_object_get(element, property, &value, "srtp-cipher", &cipher, "srtp-auth", &auth, nullptr);
  auto buffer = Buf<GstBuffer>::adopt(static_cast<GstBuffer*>(value));
  if (!buffer || cipher != kCipherAes128Icm || auth != kAuthHmacSha1_80) return std::nullopt;
  GstMapInfo map;
  if (!gst_buffer_map(buffer.get(), &map, GST_MAP_READ)) return std::nullopt;
  auto keys = transport::SrtpKeys::fromMaster(transport::SrtpProfile::kAes128CmSha1_80,
                                              {map.data, map.size});
  gst_buffer_unmap(buffer.get(), &map);
  if (!keys) return std::nullopt;
  return *keys;
}

void refuse(Watch& watch, const std::string& why) {
  watch.endpoint->close();
  {
    Lock lock(watch.mutex);
    if (std::exchange(watch.done, true)) return;
  }
  watch.callbacks.onRefused(why);
}

void report(Watch& watch) {
  DtlsGuard::Keys keys;
  {
    Lock lock(watch.mutex);
    if (!watch.send || !watch.receive || watch.done) return;
    watch.done = true;
    keys = {*watch.send, *watch.receive};
  }
  watch.callbacks.onKeys(keys);
}

void onEncoderKey(GstElement* dtlsenc, gpointer data) noexcept {
  Watch& watch = **static_cast<WatchPtr*>(data);
  auto keys = readKeys(dtlsenc, "encoder-key");
  if (!keys) return refuse(watch, "DTLS negotiated no SRTP profile that we have");
  {
    Lock lock(watch.mutex);
    watch.send = *keys;
  }
  report(watch);
}

void onDecoderKey(GstElement* dtlsdec, gpointer data) noexcept {
  Watch& watch = **static_cast<WatchPtr*>(data);
  gchar* pem = nullptr;
  g_object_get(dtlsdec, "peer-pem", &pem, nullptr);
  const bool promised = pem && matches(pem, watch.promised);
  g_free(pem);
  if (!promised)
    return refuse(watch, "the DTLS certificate is not the one whose fingerprint was offered");
  auto keys = readKeys(dtlsdec, "decoder-key");
  if (!keys) return refuse(watch, "DTLS negotiated no SRTP profile that we have");
  {
    Lock lock(watch.mutex);
    watch.receive = *keys;
  }
  report(watch);
}

void onElementAdded(GstBin*, GstBin*, GstElement* element, gpointer data) noexcept {
  const WatchPtr& watch = *static_cast<WatchPtr*>(data);
  GstElementFactory* factory = gst_element_get_factory(element);
  const std::string_view name = factory ? GST_OBJECT_NAME(factory) : "";
  if (name == "dtlsdec") {
    g_object_set(element, "pem", watch->certificatePem.c_str(), nullptr);
    g_signal_connect_data(element, "on-key-received", G_CALLBACK(onDecoderKey),
                          new WatchPtr(watch), freeWatch, static_cast<GConnectFlags>(0));
  } else if (name == "dtlsenc") {
    g_signal_connect_data(element, "on-key-received", G_CALLBACK(onEncoderKey),
                          new WatchPtr(watch), freeWatch, static_cast<GConnectFlags>(0));
  }
}

}  // namespace

void DtlsGuard::watch(GstElement* webrtcbin, std::shared_ptr<transport::Endpoint> endpoint,
                      std::vector<sdp::Fingerprint> promised, std::string certificatePem,
                      Callbacks callbacks) {
  auto watch = std::make_shared<Watch>();
  watch->endpoint = std::move(endpoint);
  watch->promised = std::move(promised);
  watch->certificatePem = std::move(certificatePem);
  watch->callbacks = std::move(callbacks);
  g_signal_connect_data(webrtcbin, "deep-element-added", G_CALLBACK(onElementAdded),
                        new WatchPtr(watch), freeWatch, static_cast<GConnectFlags>(0));
}

}  // namespace parlour::peer
