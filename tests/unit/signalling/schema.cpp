#include "schema.hpp"

#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <check.h>  // Last: it defines `fail`, a word of the standard library too.

namespace parlour::test {
namespace {

using valijson::adapters::NlohmannJsonAdapter;

const valijson::Schema& schemaOf(const std::string& definition) {
  static std::map<std::string, std::unique_ptr<valijson::Schema>> parsed;
  auto& schema = parsed[definition];
  if (schema) return *schema;
  std::ifstream file(PARLOUR_PROTOCOL_SCHEMA);
  ck_assert_msg(file.good(), "cannot read %s", PARLOUR_PROTOCOL_SCHEMA);
  nlohmann::json document = nlohmann::json::parse(file);
  document["oneOf"] = nlohmann::json::array({{{"$ref", "#/definitions/" + definition}}});
  schema = std::make_unique<valijson::Schema>();
  valijson::SchemaParser().populateSchema(NlohmannJsonAdapter(document), *schema);
  return *schema;
}

}  // namespace

std::string schemaComplaint(const nlohmann::json& message, const std::string& definition) {
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schemaOf(definition), NlohmannJsonAdapter(message), &results)) return {};
  std::string complaint = message.dump() + " is no valid " + definition + ":";
  valijson::ValidationResults::Error error;
  while (results.popError(error)) complaint += " " + error.description;
  return complaint;
}

}  // namespace parlour::test
