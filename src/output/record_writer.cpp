#include "output/record_writer.hpp"

#include "base/log.hpp"
#include "base/system/limits.hpp"
#include "fetch/media_type.hpp"
#include "output/draft.hpp"
#include "output/file_name.hpp"
#include "output/record_line.hpp"
#include "output/resumed_source.hpp"
#include "output/rewrite.hpp"
#include <cdp/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <string_view>
#include <system_error>
#include <utility>

namespace cdp {
namespace fs = std::filesystem;
namespace {

/// What a batch may hold: what is in it when the power fails is done again, and what it costs to
/// bring it to the disk is shared.
constexpr Batch::Limits batches{64, std::size_t{1} << 20, std::chrono::milliseconds(100)};
constexpr Batch::Limits one_by_one{1, 0, std::chrono::milliseconds(0)};

bool is_batched(const OutputOptions& options) {
  return !options.state.empty() || compression_of(options.file) != Compression::none;
}

std::string_view form_of(const OutputOptions& options) {
  if (!options.directory.empty()) return "files and their index";
  return options.html ? "html" : "jsonl";
}

/// Where the records go. Absolute: the same command may be given in another working directory.
fs::path path_of(const OutputOptions& options) {
  if (options.directory.empty() && options.file == "-") return "-";
  const fs::path path = options.directory.empty() ? fs::path(options.file)
                                                  : fs::path(options.directory) / "index.jsonl";
  return fs::absolute(path).lexically_normal();
}

void make_directory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    throw Error(errc::output_error, fmt::format("cannot create the directory {}: {}", path,
                                                describe_write_error(error.value())));
  }
  const OpenedFile opened = open_chosen_directory(path);
  if (!opened.file)
    throw Error(errc::output_error, fmt::format("cannot write to {}: {}", path, opened.reason));
}

bool holds_something(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && fs::file_size(path, ignored) > 0;
}

/// A new journal, and records that it knows nothing of: they may be worth something.
void expect_no_records(const fs::path& path) {
  if (!holds_something(path)) return;
  throw Error(
      errc::state_error,
      fmt::format("{} holds something that the state directory knows nothing of: remove it, "
                  "or name another output, or the --state directory it belongs to",
                  path.string()));
}

std::string extension_for(const Record& record) {
  if (record.fetch == FetchMode::browser || is_html(record.content_type)) return ".html";
  if (is_xml(record.content_type)) return ".xml";
  return record.content_type.ends_with("json") ? ".json" : ".txt";
}

Links links_of(const OutputOptions& options) {
  return options.directory.empty() ? Links::of_user : Links::none;
}

}  // namespace

RecordWriter::RecordWriter(OutputOptions options, Log log)
    : options_(std::move(options)),
      log_(std::move(log)),
      path_(path_of(options_)),
      compression_(options_.directory.empty() ? compression_of(options_.file) : Compression::none),
      batch_(is_batched(options_) ? batches : one_by_one) {
  if (!options_.directory.empty()) make_directory(options_.directory);
  may_hold_older_files_ = holds_something(path_);
  if (options_.state.empty()) {
    output_.emplace(
        path_.string(), links_of(options_),
        options_.append ? OutputFile::Existing::append : OutputFile::Existing::overwrite);
  } else {
    open_journal();
  }
}

void RecordWriter::open_journal() {
  journal_.emplace(options_.state);
  if (!journal_->has_output()) {
    // The journal gets to know of an output that is empty, and can be written.
    expect_no_records(path_);
    output_.emplace(path_.string(), 0, links_of(options_));
  }
  journal_->bind_output(path_.string(), form_of(options_));
  bind_settings();
  if (journal_->is_replacing()) {
    end_replacing();
  } else {
    std::error_code ignored;
    fs::remove(replacement(), ignored);  // of a run that was killed while it wrote that
  }
  output_.emplace(path_.string(), journal_->committed_length(), links_of(options_));
  if (options_.retry_failed && journal_->counts().failed > 0) replace_without_failed();
  sync_directory(path_.parent_path().string());
}

/// What failed may be tried in another way.
void RecordWriter::bind_settings() {
  const auto change = options_.retry_failed ? Journal::Change::taken : Journal::Change::refused;
  const std::string difference = journal_->bind_settings(options_.settings, change);
  if (difference.empty()) return;
  write_log(log_, LogLevel::warn, "what failed is tried with other options than before: {}",
            difference);
}

/// A URL has one record: those of the URLs that are tried again go before they are. The journal
/// forgets them and takes the replacement's length in one step; a run that ends anywhere before it
/// leaves all as it was, and one that ends after it is continued by the next.
void RecordWriter::replace_without_failed() {
  std::uint64_t length = journal_->committed_length();
  if (!options_.html) {  // which has nothing of failed pages
    const auto is_kept = [this](std::size_t seq) {
      const std::optional<RecordOutcome> outcome = journal_->outcome_of(seq);
      return outcome && *outcome != RecordOutcome::failed;
    };
    length = rewrite_records(path_.string(), length, replacement().string(), compression_, is_kept);
  }
  journal_->forget_failed(length);
  end_replacing();
  output_.emplace(path_.string(), length, links_of(options_));
}

/// Beside the output, under a name that only this journal knows: what has it is ours, and may be
/// removed.
fs::path RecordWriter::replacement() const {
  return path_.string() + ".without-failed-" + journal_->id();
}

/// The replacement takes the output's name, unless it has it already, or none was needed.
void RecordWriter::end_replacing() {
  std::error_code error;
  fs::rename(replacement(), path_, error);
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Error(errc::output_error,
                fmt::format("cannot rename {}: {}", replacement().string(), error.message()));
  }
  sync_directory(path_.parent_path().string());
  journal_->end_replacing();
}

std::unique_ptr<UrlSource> RecordWriter::unfinished(std::unique_ptr<UrlSource> source) {
  if (!journal_ || journal_->counts().total() == 0) return source;
  Resumption resumption;
  resumption.done_from = [this](std::size_t seq, std::size_t most) { return done_from(seq, most); };
  resumption.counts = journal_->counts();
  resumption.directory = options_.state;
  resumption.log = log_;
  return make_resumed_source(std::move(source), std::move(resumption));
}

Task<void> RecordWriter::write(Record record) {
  if (options_.directory.empty()) {
    add(std::move(record));
  } else {
    add_with_file(std::move(record));
  }
  if (batch_.is_due(std::chrono::steady_clock::now())) co_await flush();
}

void RecordWriter::add(Record record) {
  const DoneUrl url{record.seq, hash_of(record.url), record.outcome};
  OutputText text;
  if (!options_.html) {
    text = to_output_line(std::move(record));
  } else if (record.has_html()) {
    text = to_html(std::move(record), "\n");
  }
  batch_.add(url, std::move(text), std::chrono::steady_clock::now());
}

void RecordWriter::add_with_file(Record record) {
  const DoneUrl url{record.seq, hash_of(record.url), record.outcome};
  const bool has_html = record.has_html();
  RecordFile file;
  file.name =
      file_name_of(record.seq, record.url, has_html ? extension_for(record) : std::string(".html"));
  const std::string line = to_index_line(record, has_html ? file.name : std::string());
  if (has_html) file.content = to_html(std::move(record), {});
  batch_.add(url, line + '\n', std::chrono::steady_clock::now());
  batch_.add_file(std::move(file));
}

Task<void> RecordWriter::flush() {
  if (batch_.is_empty()) co_return;
  const Batch batch = std::exchange(batch_, Batch(is_batched(options_) ? batches : one_by_one));
  Task<void> writing = write_on_thread(batch);
  co_await boost::asio::co_spawn(thread_.get_executor(), std::move(writing),
                                 boost::asio::use_awaitable);
}

Task<void> RecordWriter::write_on_thread(const Batch& batch) {
  write_out(batch);
  co_return;
}

void RecordWriter::write_out(const Batch& batch) {
  if (!options_.directory.empty()) write_files(batch);
  try {
    append(batch.texts());
    if (journal_) output_->sync();
  } catch (...) {
    if (journal_) output_->cut_back(journal_->committed_length());
    throw;
  }
  // What fails here may be on the disk anyway: the output stays as long as it would have to be
  // then.
  if (journal_) journal_->commit(batch.urls(), output_->length());
}

/// Texts that are written together are compressed as one.
void RecordWriter::append(const std::vector<OutputText>& texts) {
  Compressor compressor(compression_, [this](std::string_view bytes) { output_->append(bytes); });
  for (const OutputText& text : texts)
    text.read([&](std::string_view piece) { compressor.feed(piece); });
  compressor.finish();
}

void RecordWriter::write_files(const Batch& batch) const {
  const fs::path directory = options_.directory;
  for (const RecordFile& file : batch.files()) {
    const std::string path = (directory / file.name).string();
    if (file.content) {
      Draft draft(path);
      file.content->read([&](std::string_view piece) { draft.append(piece); });
      if (journal_) draft.sync();
      draft.publish();
    } else if (may_hold_older_files_) {
      ::unlink(path.c_str());
    }
  }
  if (journal_) sync_directory(directory.string());
}

Task<std::vector<DoneUrl>> RecordWriter::done_from(std::size_t seq, std::size_t most) {
  Task<std::vector<DoneUrl>> reading = done_from_on_thread(seq, most);
  co_return co_await boost::asio::co_spawn(thread_.get_executor(), std::move(reading),
                                           boost::asio::use_awaitable);
}

Task<std::vector<DoneUrl>> RecordWriter::done_from_on_thread(std::size_t seq, std::size_t most) {
  co_return journal_->done_from(seq, most);
}

void RecordWriter::finish() {
  if (output_) output_->finish();
}

std::optional<Journal::Counts> RecordWriter::recorded() const {
  if (!journal_) return std::nullopt;
  return journal_->counts();
}

}  // namespace cdp
