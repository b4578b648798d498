// Leads what GLib (and so libsoup) and GStreamer log into ours. Thread: start only.
#pragma once

namespace parlour::log {

/// Installs both bridges, once; later calls do nothing. GStreamer's warnings and errors are taken,
/// or what GST_DEBUG asks for; GLib's by level, debug only of domains in G_MESSAGES_DEBUG.
void installBridges();

}  // namespace parlour::log
