// The plug-in parloursfu.
#include "parlour_rtpsfu.hpp"

static gboolean plugin_init(GstPlugin* plugin) {
  GST_DEBUG_CATEGORY_INIT(parlour_rtp_sfu_debug, "rtpsfu", 0, "selective forwarding of RTP");
  parlour_rtp_meta_get_info();
  return gst_element_register(plugin, "rtpsfu", GST_RANK_NONE, PARLOUR_TYPE_RTP_SFU);
}

#define PACKAGE "parlour"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, parloursfu,
                  "Forwards the RTP streams of a call", plugin_init, PARLOUR_VERSION, "Apache 2.0",
                  "Parlour", "Unknown package origin")
