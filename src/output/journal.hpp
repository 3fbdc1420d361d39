// What a run has done, on disk.
#pragma once

#include "base/unique_fd.hpp"
#include "output/batch.hpp"
#include "output/output_options.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// FNV-1a: stays the same from version to version, as the journal needs it to.
std::uint64_t hash_of(std::string_view url);

/// The journal of a run, an SQLite database in a directory of its own: which URLs of the input need
/// no more work, and how much of the output is theirs. Both change in one transaction; when
/// `commit` returns, that is on the disk. Nobody else can use the directory meanwhile.
///
/// All calls block, and come one at a time; the thread does not matter.
///
/// @throws Error from everything: state_error when the directory is in use, damaged or of another
/// version, or cannot be written; output_error when the disk is full
class Journal {
 public:
  /// How many URLs there are.
  struct Counts {
    std::size_t ok = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;

    std::size_t total() const { return ok + failed + skipped; }
  };

  /// Opens the journal in a directory, or makes both.
  explicit Journal(const std::filesystem::path& directory);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  const std::filesystem::path& directory() const { return directory_; }

  /// Random, and this journal's alone: names of files that hold it are ours.
  const std::string& id() const { return id_; }

  /// Whether it has been said where the run writes to.
  bool has_output() const { return !path_.empty(); }

  /// Says where, and in which form.
  /// @throws Error state_error when it was another place or form before
  void bind_output(const std::string& path, std::string_view form);

  /// What becomes of options that differ from those of the run so far.
  enum class Change { refused, taken };

  /// Says with which options. Those that differ would give records of two kinds.
  /// @return what differs from before, for people; empty: nothing
  /// @throws Error state_error when something does, and is to be refused
  std::string bind_settings(const RunSettings& settings, Change change);

  /// How many bytes of the output are the records of the URLs that are done.
  std::uint64_t committed_length() const { return committed_; }

  const Counts& counts() const { return counts_; }

  /// URLs have been recorded, in an output of so many bytes.
  void commit(const std::vector<DoneUrl>& urls, std::uint64_t length);

  /// The URLs that are done from a position on, in order, `most` of them.
  std::vector<DoneUrl> done_from(std::size_t seq, std::size_t most);

  std::optional<RecordOutcome> outcome_of(std::size_t seq);

  /// The URLs that failed are to be done again. From here on the output is its replacement, without
  /// their records and of so many bytes; it still has to be given the output's name.
  void forget_failed(std::uint64_t replacement_length);

  /// Whether there is a replacement, which may or may not have its name yet.
  bool is_replacing() const { return replacing_; }

  /// It has its name.
  void end_replacing();

 private:
  class Database;

  void open_tables();
  void make_tables();
  void check_version();
  void read_state();
  void read_id();
  RunSettings read_settings();
  void write_settings(const RunSettings& settings);

  std::filesystem::path directory_;
  UniqueFd lock_;  ///< before the database: nobody else may open that while it is being closed
  std::unique_ptr<Database> database_;
  std::string id_;
  Counts counts_;
  std::string path_;
  std::string form_;
  std::uint64_t committed_ = 0;
  bool replacing_ = false;
};

}  // namespace cdp
