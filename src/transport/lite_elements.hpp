// litesrc and litesink: the ends of webrtcbin's transport bins on our shared port. Elements
// without a task: litesrc pushes on the caller's thread, litesink sends on its streaming thread.
#pragma once

#include <gst/gst.h>

#include <memory>

namespace parlour::transport {

class Endpoint;

/// A new litesrc, floating. It gives out what parlour_lite_src_push() is given.
GstElement* parlour_lite_src_new(const std::shared_ptr<Endpoint>& endpoint);
/// A new litesink, floating. It lets DTLS out and drops everything else: webrtcbin's own RTCP must
/// never be encrypted by it and by us.
GstElement* parlour_lite_sink_new(const std::shared_ptr<Endpoint>& endpoint);

/// Pushes one datagram downstream. What follows is bounded: above 256 KiB waiting in webrtcbin's
/// receive queue the datagram is dropped, so that a stuck peer cannot hold the I/O thread.
/// Thread: one at a time.
void parlour_lite_src_push(GstElement* litesrc, const uint8_t* data, size_t size);
/// The queue behind litesrc, found by whoever sees it added to the bin.
void parlour_lite_src_set_queue(GstElement* litesrc, GstElement* queue);

}  // namespace parlour::transport
