// The page: the report's JSON in a script element, and what draws it (page.css, page.js), which the
// build turns into strings.
#include <nlohmann/json.hpp>

#include "load/report/scenario_report.hpp"
#include "page_parts.hpp"

namespace parlour::bench {
namespace {

/// JSON that cannot end the script element it stands in.
std::string insideScript(const nlohmann::json& json) {
  const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string safe;
  for (const char c : text) c == '<' ? safe += "\\u003c" : safe += c;
  return safe;
}

}  // namespace

std::string pageOf(const nlohmann::json& report) {
  return std::string(
             "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
             "<title>Load test</title>\n<style>\n") +
         kPageCss +
         "</style></head>\n<body data-svg=\"http://www.w3.org/2000/svg\"><main></main>\n"
         "<script type=\"application/json\" id=\"run\">" +
         insideScript(report) + "</script>\n<script>\n" + kPageJs + "</script></body></html>\n";
}

}  // namespace parlour::bench
