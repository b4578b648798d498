// Runs a fuzz target on random inputs where there is no libFuzzer, so that targets are built and
// exercised by every test run. Usage: fuzz_<name> [inputs [seed [directory]]]: with a directory,
// the files in it are run first, and half of the inputs begin as one of them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::vector<std::vector<uint8_t>> filesIn(const char* directory) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::vector<uint8_t>> out;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const long inputs = argc > 1 ? std::atol(argv[1]) : 20000;
  std::mt19937 random(argc > 2 ? static_cast<uint32_t>(std::atol(argv[2])) : 1);
  const auto seeds = argc > 3 ? filesIn(argv[3]) : std::vector<std::vector<uint8_t>>();
  for (const auto& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
  std::vector<uint8_t> last;
  for (long i = 0; i < inputs; ++i) {
    // A third are the input before with a few bytes changed, so that valid beginnings live on.
    if (i % 6 == 0 && !seeds.empty()) {
      last = seeds[random() % seeds.size()];
    } else if (i % 3 == 0 || last.empty()) {
      last.resize(random() % (random() % 8 ? 128 : 2048));
      for (uint8_t& byte : last) byte = static_cast<uint8_t>(random());
      // Version 2 of RTP, RTCP and their like is otherwise rare.
      for (size_t at = 0; at < last.size() && at < 2; ++at)
        if (random() % 2) last[at] = static_cast<uint8_t>(0x80 | (last[at] & 0x3f));
    } else {
      for (int change = 0; change < 3; ++change)
        last[random() % last.size()] = static_cast<uint8_t>(random());
    }
    // An exact allocation, so that a sanitizer sees a read past its end.
    const std::vector<uint8_t> exact(last);
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
  }
  return 0;
}
