// ParlourRtpSfu, ParlourRtpSfuSinkPad, ParlourRtpSfuSrcPad: the GObject types of element rtpsfu.
// Internal to the plug-in.
#pragma once

#include <gst/gst.h>

#include <memory>

#include "output.hpp"
#include "source.hpp"

G_BEGIN_DECLS

#define PARLOUR_TYPE_RTP_SFU (parlour_rtp_sfu_get_type())
G_DECLARE_FINAL_TYPE(ParlourRtpSfu, parlour_rtp_sfu, PARLOUR, RTP_SFU, GstElement)

#define PARLOUR_TYPE_RTP_SFU_SINK_PAD (parlour_rtp_sfu_sink_pad_get_type())
G_DECLARE_FINAL_TYPE(ParlourRtpSfuSinkPad, parlour_rtp_sfu_sink_pad, PARLOUR, RTP_SFU_SINK_PAD,
                     GstPad)

#define PARLOUR_TYPE_RTP_SFU_SRC_PAD (parlour_rtp_sfu_src_pad_get_type())
G_DECLARE_FINAL_TYPE(ParlourRtpSfuSrcPad, parlour_rtp_sfu_src_pad, PARLOUR, RTP_SFU_SRC_PAD, GstPad)

G_END_DECLS

GST_DEBUG_CATEGORY_EXTERN(parlour_rtp_sfu_debug);

/// New pads, floating, inactive.
ParlourRtpSfuSinkPad* parlour_rtp_sfu_sink_pad_new(
    GstPadTemplate* templ, const gchar* name,
    std::shared_ptr<parlour::sfu::Housekeeping> housekeeping);
ParlourRtpSfuSrcPad* parlour_rtp_sfu_src_pad_new(GstPadTemplate* templ, const gchar* name);

const std::shared_ptr<parlour::sfu::Source>& parlour_rtp_sfu_sink_pad_source(
    ParlourRtpSfuSinkPad* self);

const std::shared_ptr<parlour::sfu::Output>& parlour_rtp_sfu_src_pad_output(
    ParlourRtpSfuSrcPad* self);

// Called by pads on their element; `element` is borrowed.
/// A pad's track or source changed: every output is matched with its source again.
void parlour_rtp_sfu_rematch(ParlourRtpSfu* element);
void parlour_rtp_sfu_answer_latency(ParlourRtpSfu* element, GstQuery* query);
/// A sink pad's EOS came or went.
void parlour_rtp_sfu_sink_eos_changed(ParlourRtpSfu* element);
