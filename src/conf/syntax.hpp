// What texts of each kind must look like. Pure. Thread: any.
#pragma once

#include <string>

#include "conf/table.hpp"

namespace parlour::conf {

/// Why `text` is not of `kind`, empty where it is. Files are not looked at.
std::string syntaxProblem(TextKind kind, const std::string& text);

/// The address is this machine's own: 127.0.0.0/8, ::1, localhost.
bool isLoopback(const std::string& address);

}  // namespace parlour::conf
