// Options from files and the environment.
#pragma once

#include <CLI/CLI.hpp>

#include <map>
#include <string>
#include <vector>

namespace cdp::cli {

/// A file of options, one `name=value` a line, and from which line each came.
class OptionFile final : public CLI::ConfigINI {
 public:
  /// @param app whose options may stand there; outlives this
  explicit OptionFile(const CLI::App& app) : app_(app) {}

  /// Leaves out the options whose variable is set: CLI11 would have the file win.
  /// @throws CLI::ConfigError naming the line
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

  /// `urls.ini:3` for an option (`--wait`) that came from a file; or empty.
  std::string place_of(const std::string& option) const;

 private:
  std::string path() const;
  void read_line(const std::string& line, int number, std::vector<CLI::ConfigItem>& entries) const;

  const CLI::App& app_;
  mutable std::map<std::string, std::string> places_;  ///< by option, since the file was read
};

/// The file that is read where --config names none: that of CDP_SCRAPE_CONFIG, else the user's own,
/// `cdp-scrape/config` in $XDG_CONFIG_HOME or ~/.config, if there is one.
struct UsualFile {
  std::string path;       ///< empty: none
  bool required = false;  ///< it was asked for
};
UsualFile usual_option_file();

/// Has every option read its variable. @return complaints about variables whose name begins as ours
/// do, and that are none
std::vector<std::string> add_variables(CLI::App& app);

/// What is wrong with the value of a switch, wherever it stands; or nothing. A switch is on when it
/// says so, and not because a value is missing or misspelt.
std::string find_switch_fault(const std::string& value);

}  // namespace cdp::cli
