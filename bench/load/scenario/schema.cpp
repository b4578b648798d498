#include "load/scenario/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "load/report/figures.hpp"

namespace parlour::bench {
namespace {

#define NUMBER(path) ScenarioKey::Number([](Scenario& s) -> double& { return s.path; })
#define TRUTH(path) ScenarioKey::Truth([](Scenario& s) -> bool& { return s.path; })
#define TEXT(path) ScenarioKey::Text([](Scenario& s) -> std::string& { return s.path; })
#define NUMBERS(path) \
  ScenarioKey::Numbers([](Scenario& s) -> std::vector<double>& { return s.path; })

constexpr double kDay = 86400;

const std::vector<ScenarioKey>& table() {
  static const std::vector<ScenarioKey> kKeys = {
      {"name", TEXT(name), 0, 0, false, "Short name, also of its files"},
      {"title", TEXT(title), 0, 0, false, "What it shows, in one line"},
      {"people", NUMBER(people), 1, 20000, true, "Who is there at the same time"},
      {"rooms", NUMBER(rooms), 1, 5000, true, "Over which they are spread evenly"},
      {"seconds", NUMBER(seconds), 1, 7 * kDay, false, "Time measured"},
      {"settleSeconds", NUMBER(settleSeconds), 0, 600, false, "Pause before it is measured"},
      {"joinRate", NUMBER(joinRate), 0.1, 1000, false, "Joins a second until all are in"},
      {"publish.perRoom", NUMBER(publish.perRoom), 0, 2000, true,
       "Who publishes in a room; 0: everybody"},
      {"publish.video", TRUTH(publish.video), 0, 0, false, "They publish video; without audio either, everybody is muted"},
      {"publish.audio", TRUTH(publish.audio), 0, 0, false, "They publish audio"},
      {"publish.layers", NUMBER(publish.layers), 1, 3, true, "Simulcast layers"},
      {"publish.framesPerSecond", NUMBER(publish.framesPerSecond), 1, 120, true, "Pictures"},
      {"publish.packetBytes", NUMBER(publish.packetBytes), 200, 1400, true, "Of an RTP packet"},
      {"publish.kbit", NUMBER(publish.kbit), 10, 100000, false,
       "Kilobits a second of the largest layer; each smaller one has a quarter"},
      {"publish.height", NUMBER(publish.height), 16, 4320, true,
       "Pixels of the largest layer; each smaller one has half"},
      {"publish.audioPacketBytes", NUMBER(publish.audioPacketBytes), 64, 1400, true,
       "Of an audio packet, 50 a second"},
      {"view.videoSlots", NUMBER(view.videoSlots), 0, 49, true, "Pictures that a viewer sees"},
      {"view.audioSlots", NUMBER(view.audioSlots), 0, 3, true, "Voices that a viewer hears"},
      {"view.changeSeconds", NUMBER(view.changeSeconds), 0, 3600, false,
       "Between two changes of one viewer; 0: never"},
      {"view.heights", NUMBERS(view.heights), 16, 4320, true, "Sizes that are asked for"},
      {"talk.speakers", NUMBER(talk.speakers), 0, 50, true, "Who speaks at a time in a room"},
      {"talk.turnSeconds", NUMBER(talk.turnSeconds), 0.5, 3600, false, "Then another one does"},
      {"churn.joinsPerSecond", NUMBER(churn.joinsPerSecond), 0, 200, false,
       "Someone leaves and someone joins, so often"},
      {"churn.abruptShare", NUMBER(churn.abruptShare), 0, 1, false, "Of them die without a word"},
      {"churn.renamesPerSecond", NUMBER(churn.renamesPerSecond), 0, 1000, false, "Of all"},
      {"churn.resumesPerSecond", NUMBER(churn.resumesPerSecond), 0, 100, false,
       "WebSockets that drop and come back, of all"},
      {"chat.messagesPerSecond", NUMBER(chat.messagesPerSecond), 0, 5000, false, "Of all"},
      {"chat.bytes", NUMBER(chat.bytes), 40, 4000, true, "Of a message"},
      {"chat.pingsPerSecond", NUMBER(chat.pingsPerSecond), 0, 20, false, "Of each"},
      {"line.repair", TRUTH(line.repair), 0, 0, false, "Clients ask again for what is lost"},
      {"ramp.addPeople", NUMBER(ramp.addPeople), 0, 1000, true, "With every step; 0: no ramp"},
      {"ramp.stepSeconds", NUMBER(ramp.stepSeconds), 1, 600, false, "How long a step is"},
      {"ramp.cpuShare", NUMBER(ramp.cpuShare), 0.05, 1, false, "Limit, of the server's cores"},
      {"ramp.memoryMiB", NUMBER(ramp.memoryMiB), 0, 1e6, false, "Limit; 0: none"},
      {"ramp.megabitsPerSecond", NUMBER(ramp.megabitsPerSecond), 0, 1e6, false,
       "Limit of what the server sends; 0: none"},
      {"ramp.descriptorShare", NUMBER(ramp.descriptorShare), 0.05, 1, false,
       "Limit, of what the server may open"},
      {"ramp.lossShare", NUMBER(ramp.lossShare), 0, 1, false, "Limit in one step"},
      {"ramp.signallingP99Ms", NUMBER(ramp.signallingP99Ms), 1, 60000, false, "Limit in one step"},
  };
  return kKeys;
}

struct StageKey {
  std::string_view name;
  double LineStage::*field;
  double least, most;
};
constexpr std::array kStageKeys = {StageKey{"seconds", &LineStage::seconds, 0.5, kDay},
                                   StageKey{"delayMs", &LineStage::delayMs, 0, 5000},
                                   StageKey{"jitterMs", &LineStage::jitterMs, 0, 5000},
                                   StageKey{"lossPercent", &LineStage::lossPercent, 0, 100},
                                   StageKey{"rateKbit", &LineStage::rateKbit, 0, 10000000}};

/// NaN where `text` is no number.
double numberOf(std::string_view text) {
  double number = NAN;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : NAN;
}

std::string setNumber(double& field, double least, double most, bool whole, std::string_view text,
                      const std::string& allowed) {
  const double number = numberOf(text);
  if (!(number >= least && number <= most) || (whole && number != std::floor(number)))
    return fmt::format("is \"{}\"; it can be {}", text, allowed);
  field = number;
  return {};
}

std::string range(double least, double most, bool whole) {
  return fmt::format("{} from {} to {}", whole ? "a whole number" : "a number", least, most);
}

std::string setNumbers(std::vector<double>& field, const ScenarioKey& key, std::string_view text) {
  std::vector<double> numbers;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    double number = 0;
    if (auto wrong =
            setNumber(number, key.least, key.most, key.whole, text.substr(0, comma), key.allowed());
        !wrong.empty())
      return wrong;
    numbers.push_back(number);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (numbers.empty()) return "is empty; it can be " + key.allowed();
  field = std::move(numbers);
  return {};
}

}  // namespace

std::string ScenarioKey::allowed() const {
  if (std::holds_alternative<Truth>(field)) return "true or false";
  if (std::holds_alternative<Text>(field)) return "text";
  const std::string one = range(least, most, whole);
  return std::holds_alternative<Numbers>(field) ? "a list, each " + one : one;
}

std::span<const ScenarioKey> scenarioKeys() {
  return table();
}

const ScenarioKey* findScenarioKey(std::string_view name) {
  const auto found = std::find_if(table().begin(), table().end(),
                                  [name](const ScenarioKey& key) { return key.name == name; });
  return found == table().end() ? nullptr : &*found;
}

bool isScenarioSection(std::string_view name) {
  const std::string prefix = std::string(name) + ".";
  return std::any_of(table().begin(), table().end(),
                     [&prefix](const ScenarioKey& key) { return key.name.starts_with(prefix); });
}

std::string setScenarioKey(Scenario& scenario, const ScenarioKey& key, const std::string& text) {
  if (const auto* number = std::get_if<ScenarioKey::Number>(&key.field))
    return setNumber((*number)(scenario), key.least, key.most, key.whole, text, key.allowed());
  if (const auto* numbers = std::get_if<ScenarioKey::Numbers>(&key.field))
    return setNumbers((*numbers)(scenario), key, text);
  if (const auto* truth = std::get_if<ScenarioKey::Truth>(&key.field)) {
    if (text != "true" && text != "false")
      return fmt::format("is \"{}\"; it can be {}", text, key.allowed());
    (*truth)(scenario) = text == "true";
    return {};
  }
  std::get<ScenarioKey::Text>(key.field)(scenario) = text;
  return {};
}

std::string stageKeys() {
  std::string names;
  for (const StageKey& key : kStageKeys)
    names += (names.empty() ? "" : ", ") + std::string(key.name);
  return names;
}

std::string setStageKey(LineStage& stage, std::string_view name, const std::string& text) {
  for (const StageKey& key : kStageKeys)
    if (key.name == name)
      return setNumber(stage.*key.field, key.least, key.most, false, text,
                       range(key.least, key.most, false));
  return fmt::format("is no key of a stage; there are {}", stageKeys());
}

std::string readObjective(std::string_view figure, const std::string& text, Objective& objective) {
  using R = Objective::Relation;
  constexpr std::pair<std::string_view, R> kRelations[] = {
      {"<=", R::kAtMost}, {">=", R::kAtLeast}, {"==", R::kEqual}, {"<", R::kLess}, {">", R::kMore}};
  if (!findFigure(figure)) return fmt::format("is no figure; there are {}", figureNames());
  std::string_view rest = text;
  for (const auto& [sign, relation] : kRelations) {
    if (!rest.starts_with(sign)) continue;
    rest.remove_prefix(sign.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const double value = numberOf(rest);
    if (std::isnan(value)) break;
    objective = {std::string(figure), relation, value};
    return {};
  }
  return fmt::format("is \"{}\"; it can be <, <=, ==, >= or > and a number, in quotes: \"< 0.001\"",
                     text);
}

std::vector<std::string> checkScenario(const Scenario& s) {
  std::vector<std::string> wrong;
  if (s.rooms > s.people) wrong.push_back("rooms: there are more rooms than people");
  if (s.view.videoSlots + s.view.audioSlots == 0)
    wrong.push_back("view: a client without slots cannot keep its connection");
  if (s.ramp.addPeople > 0 && s.churn.joinsPerSecond > 0)
    wrong.push_back("ramp: a ramp has no churn, or it would not be known what broke");
  if (s.objectives.empty()) wrong.push_back("objectives: there are none, so nothing can be missed");
  return wrong;
}

}  // namespace parlour::bench
