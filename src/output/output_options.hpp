// Where the records of a run go.
#pragma once

#include <map>
#include <string>

namespace cdp {

/// Options that decide what records contain: name, and value as it was given.
using RunSettings = std::map<std::string, std::string>;

struct OutputOptions {
  std::string file = "-";     ///< `-`: the standard output; `.gz` and `.zst` are compressed
  std::string directory;      ///< a file per URL and index.jsonl go there; empty: to `file`
  bool append = false;        ///< what the output holds stays; without a journal
  bool html = false;          ///< the pages' HTML instead of records
  std::string state;          ///< directory of the journal; empty: none
  bool retry_failed = false;  ///< what failed before is to be done again
  RunSettings settings;       ///< for the journal, which holds a run to them
};

}  // namespace cdp
