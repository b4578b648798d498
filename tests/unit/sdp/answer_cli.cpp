// Reads an offer on stdin and prints our answer; with a file, checks the offer as following the one
// in the file first. For the browser tests. Exit code 1 with the reason on stderr.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "answers.hpp"

using namespace parlour;

namespace {

std::string readAll(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

int fail(const Error& error) {
  std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const sdp::Policy policy;
  const auto offer = sdp::readOffer(readAll(std::cin), policy);
  if (!offer) return fail(offer.error());
  if (argc > 1) {
    std::ifstream file(argv[1]);
    const auto before = sdp::readOffer(readAll(file), policy);
    if (!before) return fail(before.error().within("offer before"));
    if (const auto checked = sdp::checkReoffer(*before, *offer); !checked)
      return fail(checked.error());
  }
  std::cout << sdp::test::answerTo(*offer);
  return 0;
}
