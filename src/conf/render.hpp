// The table of settings as documents: the shipped parlour.yaml, its JSON Schema, the reference.
// conf-doc writes them and a test compares them with what is checked in. Pure. Thread: any.
#pragma once

#include <string>

#include "conf/table.hpp"

namespace parlour::conf {

/// Every setting with its meaning, commented out at its default: "#port: 8080".
std::string renderYaml();
/// JSON Schema draft 07, the one that editors know best.
std::string renderSchema();
/// The reference part of docs/manual/configuration.md, in Markdown, between its two markers.
std::string renderManual();
/// `page` with what stands between the markers replaced by renderManual(); empty without markers.
std::string replaceReference(const std::string& page);

/// The default as YAML writes it, e.g. `["::"]`.
std::string shownDefault(const Setting& setting);
/// What may be written, e.g. "a whole number, 0 to 65535".
std::string shownType(const Setting& setting);
/// `text` with quotes and escapes as JSON (and YAML) wants them.
std::string quoted(std::string_view text);

}  // namespace parlour::conf
