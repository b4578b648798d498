// Every offer of the corpus, as it is and spoiled in many ways, through the fuzz target.
// Usage: corpus_test <folder>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "sdp/sdp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kSpoiledPerFile = 100;
constexpr size_t kLargestSpoiled = 64 * 1024;

using Lines = std::vector<std::string>;

Lines linesOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  Lines lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line + "\n");
  return lines;
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

/// Takes lines out, doubles them, moves them and changes characters.
std::string spoiled(Lines lines, std::mt19937& random) {
  const int changes = 1 + static_cast<int>(random() % 4);
  for (int i = 0; i < changes && !lines.empty(); ++i) {
    const size_t at = random() % lines.size(), other = random() % lines.size();
    switch (random() % 5) {
      case 0:
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 1:
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), lines[other]);
        break;
      case 2:
        std::swap(lines[at], lines[other]);
        break;
      case 3:
        lines[at][random() % lines[at].size()] = static_cast<char>(random());
        break;
      default:
        lines[at].insert(random() % lines[at].size(), 1, "0129-:;=/ ~\r\n"[random() % 13]);
    }
  }
  return joined(lines);
}

void run(const std::string& text) {
  // An exact allocation, so that a sanitizer sees a read past its end.
  const std::vector<uint8_t> exact(text.begin(), text.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::mt19937 random(1);
  int refused = 0, files = 0;
  std::vector<std::filesystem::path> paths(std::filesystem::directory_iterator(argv[1]), {});
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    if (path.extension() != ".sdp") continue;
    ++files;
    const Lines lines = linesOf(path);
    const std::string text = joined(lines);
    const auto offer = parlour::sdp::readOffer(text, {});
    if (!offer) {
      std::fprintf(stderr, "%s is refused: %s\n", path.c_str(), offer.error().message.c_str());
      ++refused;
    }
    run(text);
    const int count = text.size() > kLargestSpoiled ? kSpoiledPerFile / 10 : kSpoiledPerFile;
    for (int i = 0; i < count; ++i) run(spoiled(lines, random));
  }
  std::printf("%d offers, %d refused\n", files, refused);
  return files > 0 && refused == 0 ? 0 : 1;
}
