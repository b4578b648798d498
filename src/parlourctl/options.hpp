// Options: GOption's parsing for one subcommand, with what it allocates freed at the end.
// Thread: main.
#pragma once

#include <glib.h>

#include <list>
#include <optional>
#include <string>
#include <vector>

namespace parlour::ctl {

class Options {
 public:
  /// `usage` names the arguments, e.g. "ROOM PARTICIPANT"; `about` stands above the options.
  Options(std::string command, std::string usage, std::string about);
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // Each binds an option to a variable that outlives this.
  void flag(const char* name, const char* about, bool& value);
  /// `--can-x=false`, `--can-x` or `--can-x=true`.
  void yesNo(const char* name, const char* about, bool& value);
  void text(const char* name, const char* argument, const char* about, std::string& value,
            char shortName = 0);

  /// Parses. On wrong usage the message has been written. `--help` ends the program.
  /// Between `least` and `most` arguments must be left over: arguments().
  bool parse(int argc, char** argv, size_t least, size_t most);
  const std::vector<std::string>& arguments() const { return arguments_; }
  /// "kick", for messages.
  const std::string& command() const { return command_; }
  int wrong(const std::string& message) const;

 private:
  struct Binding;
  static gboolean onValue(const gchar* name, const gchar* value, gpointer bindings,
                          GError** error) noexcept;
  void add(const char* name, char shortName, int flags, const char* about, const char* argument,
           Binding binding);

  std::string command_, usage_, about_;
  std::list<Binding> bindings_;
  std::vector<GOptionEntry> entries_;
  std::vector<std::string> arguments_;
};

}  // namespace parlour::ctl
