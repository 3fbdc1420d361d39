// Where records go: the output, and the journal.
#pragma once

#include "frontier/url_source.hpp"
#include "output/batch.hpp"
#include "output/compressor.hpp"
#include "output/journal.hpp"
#include "output/output_file.hpp"
#include "output/output_options.hpp"
#include <cdp/log.hpp>
#include <cdp/record.hpp>
#include <cdp/task.hpp>

#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cdp {

/// Writes records, on a thread of its own: a full pipe or a slow disk must not keep the loop from
/// hearing what the browser says.
///
/// With a journal records are written in batches: appended, brought to the disk, and committed.
/// What a run did not commit before it ended, however it ended, is cut off by the next one, and
/// done again. docs/design/output.md says why that loses and doubles nothing.
class RecordWriter {
 public:
  /// Opens everything, and continues what an earlier run has left. Blocks.
  /// @throws Error output_error; state_error; invalid_argument when a journal is wanted for an
  /// output that cannot be cut
  RecordWriter(OutputOptions options, Log log);

  /// The URLs of the input that are still to be done. This object outlives the source.
  std::unique_ptr<UrlSource> unfinished(std::unique_ptr<UrlSource> source);

  /// Takes a record, and writes it, or keeps it for a batch. With a journal its URL is done then.
  /// One call of `write` or `flush` at a time.
  /// @throws Error output_error, state_error
  Task<void> write(Record record);

  /// When `flush` should be called; max when nothing is kept.
  Deadline due() const { return batch_.due(); }

  /// Writes what is kept. @throws Error output_error, state_error
  Task<void> flush();

  /// All records have been written. @throws Error output_error
  void finish();

  /// Whether the output is a pipe that nobody reads any more.
  bool is_broken_pipe() const { return output_ && output_->is_broken_pipe(); }

  /// With a journal: what it holds.
  std::optional<Journal::Counts> recorded() const;

 private:
  void open_journal();
  void bind_settings();
  void replace_without_failed();
  void end_replacing();
  std::filesystem::path replacement() const;
  void add(Record record);
  void add_with_file(Record record);
  void write_out(const Batch& batch);
  void append(const std::vector<OutputText>& texts);
  void write_files(const Batch& batch) const;
  Task<void> write_on_thread(const Batch& batch);
  Task<std::vector<DoneUrl>> done_from(std::size_t seq, std::size_t most);
  Task<std::vector<DoneUrl>> done_from_on_thread(std::size_t seq, std::size_t most);

  OutputOptions options_;
  Log log_;
  std::filesystem::path path_;  ///< of the file, or the index

  /// Whether there was an index: then files may be there of its pages, and those of pages that fail
  /// now are removed. A directory without one holds nothing of ours.
  bool may_hold_older_files_ = false;
  Compression compression_;
  Batch batch_;
  std::optional<Journal> journal_;
  std::optional<OutputFile> output_;
  boost::asio::thread_pool thread_{1};  ///< last: it is joined before what it uses goes
};

}  // namespace cdp
