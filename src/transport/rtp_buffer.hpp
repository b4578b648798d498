// RTP packets in GstBuffers: the parsed packet as a GstMeta, and a pool whose buffers keep both.
//
// Header only, because the server and the plug-in parloursfu both use it without linking each
// other. Both must come from one build: the layout of ParlourRtpMeta is not a stable ABI.
// Thread: any, per object; a pool may be used from several threads at once.
#pragma once

#include <gst/gst.h>

#include <new>
#include <utility>

#include "base/ref.hpp"
#include "rtp/packet.hpp"

/// The parsed packet that a buffer holds. `packet.data` is the buffer's only memory. It is not
/// copied along with a buffer (a copy is parsed again), and stays on pooled buffers for ever.
struct ParlourRtpMeta {
  GstMeta meta;
  parlour::rtp::ParsedPacket packet;
  uint8_t* bytes;     ///< Start of the memory, writable while the buffer is.
  uint32_t capacity;  ///< Bytes at `bytes`.
};

inline GType parlour_rtp_meta_api_get_type() {
  static const GType type = [] {
    const GType known = g_type_from_name("ParlourRtpMetaAPI");
    static const gchar* tags[] = {nullptr};
    return known ? known : gst_meta_api_type_register("ParlourRtpMetaAPI", tags);
  }();
  return type;
}

inline gboolean parlour_rtp_meta_init(GstMeta* meta, gpointer, GstBuffer*) {
  auto* self = reinterpret_cast<ParlourRtpMeta*>(meta);
  new (&self->packet) parlour::rtp::ParsedPacket();
  self->bytes = nullptr;
  self->capacity = 0;
  return TRUE;
}

/// Registered once per process, by whoever comes first: the executable and the plug-in each have
/// their own copy of this function. The first call must not race with another module's first call;
/// the server makes it before it loads a plug-in.
inline const GstMetaInfo* parlour_rtp_meta_get_info() {
  static const GstMetaInfo* info = [] {
    const GstMetaInfo* known = gst_meta_get_info("ParlourRtpMeta");
    return known
               ? known
               : gst_meta_register(parlour_rtp_meta_api_get_type(), "ParlourRtpMeta",
                                   sizeof(ParlourRtpMeta), parlour_rtp_meta_init, nullptr, nullptr);
  }();
  return info;
}

/// The meta of a buffer, or null where it has none: then the packet must be parsed.
inline ParlourRtpMeta* parlour_buffer_get_rtp_meta(GstBuffer* buffer) {
  return reinterpret_cast<ParlourRtpMeta*>(
      gst_buffer_get_meta(buffer, parlour_rtp_meta_api_get_type()));
}

namespace parlour::transport {

constexpr uint32_t kRtpBufferSize = 2048;  ///< Room for any packet that one UDP datagram brings.

/// Buffers of kRtpBufferSize bytes, each with its meta; acquiring and releasing allocates nothing
/// once a buffer exists. The pool outlives its owner until the last buffer has come back.
class RtpBufferPool {
 public:
  /// `least` buffers are made at once; with `most` of them in use acquire() returns nothing (0: no
  /// bound).
  RtpBufferPool(uint32_t least, uint32_t most)
      : pool_(Ref<GstBufferPool>::adopt(gst_buffer_pool_new())) {
    GstStructure* config = gst_buffer_pool_get_config(pool_.get());
    gst_buffer_pool_config_set_params(config, nullptr, kRtpBufferSize, least, most);
    gst_buffer_pool_set_config(pool_.get(), config);
    gst_buffer_pool_set_active(pool_.get(), TRUE);
  }
  ~RtpBufferPool() {
    if (pool_) gst_buffer_pool_set_active(pool_.get(), FALSE);
  }
  RtpBufferPool(RtpBufferPool&&) noexcept = default;
  RtpBufferPool& operator=(RtpBufferPool&&) = delete;

  /// A writable buffer of kRtpBufferSize bytes; empty when all are in use. The caller writes to
  /// `meta->bytes`, parses into `meta->packet` and calls finish().
  Buf<GstBuffer> acquire(ParlourRtpMeta*& meta) {
    GstBuffer* buffer = nullptr;
    GstBufferPoolAcquireParams params = {};
    params.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
    if (gst_buffer_pool_acquire_buffer(pool_.get(), &buffer, &params) != GST_FLOW_OK) return {};
    takeOver(buffer);  // From the last holder, who gave it back.
    meta = parlour_buffer_get_rtp_meta(buffer);
    if (!meta) meta = attach(buffer);
    return Buf<GstBuffer>::adopt(buffer);
  }

  /// Sets the buffer's size once the packet's is known.
  static void finish(GstBuffer* buffer, uint32_t size) { gst_buffer_set_size(buffer, size); }

 private:
  // The address of system memory never changes, so it is asked for once. The mapping itself is not
  // kept: a memory mapped for writing could not be shared by anyone downstream.
  static ParlourRtpMeta* attach(GstBuffer* buffer) {
    auto* meta = reinterpret_cast<ParlourRtpMeta*>(
        gst_buffer_add_meta(buffer, parlour_rtp_meta_get_info(), nullptr));
    meta->meta.flags = static_cast<GstMetaFlags>(meta->meta.flags | GST_META_FLAG_POOLED);
    GstMapInfo map;
    if (gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
      meta->bytes = map.data;
      meta->capacity = static_cast<uint32_t>(map.size);
      gst_buffer_unmap(buffer, &map);
    }
    return meta;
  }

  Ref<GstBufferPool> pool_;
};

}  // namespace parlour::transport
