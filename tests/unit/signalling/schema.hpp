// The protocol's JSON Schema, as tests use it on real frames.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace parlour::test {

/// Empty if `message` is a valid `definition` ("request", "serverMessage", …), or else why not.
std::string schemaComplaint(const nlohmann::json& message, const std::string& definition);

}  // namespace parlour::test
