// What a run has done, on disk: the journal, batches, compressed output, and what is left of a run
// that died.
#include "output/journal.hpp"

#include "output/batch.hpp"
#include "output/compressor.hpp"
#include "output/record_line.hpp"
#include "output/record_writer.hpp"
#include "output/resumed_source.hpp"
#include "output/rewrite.hpp"
#include "support/process/private_tmpdir.hpp"
#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// What `body` throws.
template <class Body>
std::optional<Error> error_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

template <class Body>
void expect_error(errc code, const std::string& text, Body body) {
  const std::optional<Error> error = error_of(body);
  ASSERT_TRUE(error) << "no error";
  EXPECT_EQ(error->code(), code) << error->what();
  EXPECT_THAT(error->what(), HasSubstr(text));
}

DoneUrl done(std::size_t seq, RecordOutcome outcome = RecordOutcome::ok) {
  return {seq, hash_of("http://h/" + std::to_string(seq)), outcome};
}

std::vector<std::size_t> seqs_of(const std::vector<DoneUrl>& urls) {
  std::vector<std::size_t> seqs;
  for (const DoneUrl& url : urls)
    seqs.push_back(url.seq);
  return seqs;
}

// ---- the journal ----

class JournalTest : public testing::Test {
 protected:
  fs::path state() const { return directory_.path() / "state"; }
  fs::path database() const { return state() / "journal.sqlite"; }

  void make_journal(std::size_t urls) const {
    Journal journal(state());
    journal.bind_output("/out.jsonl", "jsonl");
    std::vector<DoneUrl> all;
    for (std::size_t seq = 0; seq < urls; ++seq)
      all.push_back(done(seq));
    journal.commit(all, urls * 10);
  }

  void overwrite(std::size_t position, std::string_view bytes) const {
    std::string text = read_file(database());
    ASSERT_LE(position + bytes.size(), text.size());
    text.replace(position, bytes.size(), bytes);
    write_file(database(), text);
  }

  PrivateTmpdir directory_;
};

TEST_F(JournalTest, KeepsWhatWasCommitted) {
  {
    Journal journal(state());
    EXPECT_FALSE(journal.has_output());
    journal.bind_output("/out.jsonl", "jsonl");
    journal.commit({done(2), done(0, RecordOutcome::failed)}, 100);
    journal.commit({done(7, RecordOutcome::skipped)}, 150);
  }
  Journal journal(state());
  EXPECT_TRUE(journal.has_output());
  EXPECT_EQ(journal.committed_length(), 150U);
  EXPECT_EQ(journal.counts().ok, 1U);
  EXPECT_EQ(journal.counts().failed, 1U);
  EXPECT_EQ(journal.counts().skipped, 1U);
  EXPECT_THAT(seqs_of(journal.done_from(0, 10)), ElementsAre(0, 2, 7));
  EXPECT_THAT(seqs_of(journal.done_from(1, 1)), ElementsAre(2));
  EXPECT_THAT(seqs_of(journal.done_from(8, 10)), IsEmpty());
  EXPECT_EQ(journal.done_from(7, 1).front().url_hash, hash_of("http://h/7"));
  EXPECT_EQ(journal.outcome_of(0), RecordOutcome::failed);
  EXPECT_EQ(journal.outcome_of(1), std::nullopt);
}

TEST_F(JournalTest, HashesStayFromVersionToVersion) {
  EXPECT_EQ(hash_of(""), 0xcbf29ce484222325U);
  EXPECT_EQ(hash_of("a"), 0xaf63dc4c8601ec8cU);
}

TEST_F(JournalTest, OneRunAtATime) {
  const Journal journal(state());
  expect_error(errc::state_error, "in use by process " + std::to_string(::getpid()),
               [this] { Journal second(state()); });
}

TEST_F(JournalTest, ADirectoryThatCannotBe) {
  write_file(directory_.path() / "file", "");
  expect_error(errc::state_error, "cannot write to the state directory",
               [this] { Journal journal(directory_.path() / "file" / "state"); });
}

TEST_F(JournalTest, TheOutputStays) {
  make_journal(1);
  Journal journal(state());
  EXPECT_FALSE(error_of([&] { journal.bind_output("/out.jsonl", "jsonl"); }));
  expect_error(errc::state_error, "/out.jsonl", [&] { journal.bind_output("/b.jsonl", "jsonl"); });
  expect_error(errc::state_error, "html", [&] { journal.bind_output("/out.jsonl", "html"); });
}

TEST_F(JournalTest, ARunGoesOnWithItsOptions) {
  const RunSettings first = {{"--wait", "load"}, {"--shadow", "true"}};
  {
    Journal journal(state());
    journal.bind_output("/out.jsonl", "jsonl");
    EXPECT_EQ(journal.bind_settings({{"--wait", "auto"}}, Journal::Change::refused), "");
    EXPECT_EQ(journal.bind_settings(first, Journal::Change::refused), "") << "nothing is done yet";
    journal.commit({done(0)}, 10);
  }
  Journal journal(state());
  EXPECT_EQ(journal.bind_settings(first, Journal::Change::refused), "");
  const RunSettings other = {{"--wait", "auto"}, {"--fetch", "http"}};
  expect_error(errc::state_error, "--fetch http is new, --wait auto was load, --shadow is missing",
               [&] { journal.bind_settings(other, Journal::Change::refused); });
  EXPECT_NE(journal.bind_settings(other, Journal::Change::taken), "");
  EXPECT_EQ(journal.bind_settings(other, Journal::Change::refused), "") << "they are remembered";
}

/// Of a version that did not keep its options.
TEST_F(JournalTest, AnOlderJournalTakesTheOptionsItIsGiven) {
  make_journal(1);
  Journal journal(state());
  EXPECT_EQ(journal.bind_settings({{"--wait", "load"}}, Journal::Change::refused), "");
  expect_error(errc::state_error, "--wait load is missing",
               [&] { journal.bind_settings({}, Journal::Change::refused); });
}

TEST_F(JournalTest, ABatchIsCommittedWholeOrNotAtAll) {
  Journal journal(state());
  journal.bind_output("/out.jsonl", "jsonl");
  journal.commit({done(1)}, 10);
  EXPECT_TRUE(error_of([&] { journal.commit({done(0), done(1)}, 30); }));
  EXPECT_THAT(seqs_of(journal.done_from(0, 10)), ElementsAre(1));
  EXPECT_EQ(journal.committed_length(), 10U);
  EXPECT_EQ(journal.counts().ok, 1U);
}

TEST_F(JournalTest, ForgettingFailedUrlsTakesTheReplacementsLengthInOneStep) {
  {
    Journal journal(state());
    journal.bind_output("/out.jsonl", "jsonl");
    journal.commit({done(0), done(1, RecordOutcome::failed)}, 100);
    journal.forget_failed(60);
  }
  {
    Journal journal(state());
    EXPECT_TRUE(journal.is_replacing());
    EXPECT_EQ(journal.committed_length(), 60U);
    EXPECT_THAT(seqs_of(journal.done_from(0, 10)), ElementsAre(0));
    journal.end_replacing();
  }
  EXPECT_FALSE(Journal(state()).is_replacing());
}

TEST_F(JournalTest, AnotherVersion) {
  constexpr std::size_t user_version = 60;
  make_journal(1);
  overwrite(user_version + 3, "\x02");
  expect_error(errc::state_error, "version 2", [this] { Journal journal(state()); });
}

TEST_F(JournalTest, SomebodyElsesDatabase) {
  constexpr std::size_t application_id = 68;
  make_journal(1);
  overwrite(application_id, "abcd");
  expect_error(errc::state_error, "not a journal of cdp-scrape",
               [this] { Journal journal(state()); });
}

TEST_F(JournalTest, NoDatabase) {
  make_journal(1);
  write_file(database(), std::string(10'000, 'x'));
  expect_error(errc::state_error, "is damaged", [this] { Journal journal(state()); });
}

TEST_F(JournalTest, HalfADatabase) {
  make_journal(5000);
  fs::resize_file(database(), fs::file_size(database()) / 2 / 4096 * 4096);
  expect_error(errc::state_error, "is damaged", [this] { Journal journal(state()); });
}

// Whatever is flipped, it is said or it does not matter; nothing else happens.
TEST_F(JournalTest, FlippedBits) {
  make_journal(3000);
  const std::string sound = read_file(database());
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  int noticed = 0;
  for (int round = 0; round < 100; ++round) {
    std::string damaged = sound;
    for (int i = 0; i < 20; ++i)
      damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    write_file(database(), damaged);
    fs::remove(state() / "journal.sqlite-wal");
    const std::optional<Error> error = error_of([this] {
      Journal journal(state());
      journal.bind_output("/out.jsonl", "jsonl");
      journal.done_from(0, 10'000);
    });
    if (!error) continue;
    ++noticed;
    EXPECT_EQ(error->code(), errc::state_error) << error->what();
  }
  EXPECT_GT(noticed, 0);
}

// ---- batches ----

std::string text_of(const OutputText& output) {
  std::string text;
  output.read([&](std::string_view piece) { text += piece; });
  return text;
}

TEST(Batch, IsDueByCountBytesOrTime) {
  const Deadline start{};
  const Batch::Limits limits{3, 100, 50ms};
  Batch batch(limits);
  EXPECT_TRUE(batch.is_empty());
  EXPECT_EQ(batch.due(), Deadline::max());
  EXPECT_FALSE(batch.is_due(start + 1h));
  batch.add(done(0), OutputText("a"), start);
  batch.add(done(1), OutputText("b"), start + 40ms);
  EXPECT_EQ(batch.due(), start + 50ms) << "after the first one";
  EXPECT_FALSE(batch.is_due(start + 49ms));
  EXPECT_TRUE(batch.is_due(start + 50ms));
  batch.add(done(2), OutputText(), start);
  EXPECT_TRUE(batch.is_due(start));
  ASSERT_THAT(batch.texts(), SizeIs(1)) << "short texts are written at once";
  EXPECT_EQ(text_of(batch.texts().front()), "ab");
  EXPECT_THAT(seqs_of(batch.urls()), ElementsAre(0, 1, 2));

  Batch large(limits);
  large.add(done(0), OutputText(std::string(60, 'x')), start);
  EXPECT_FALSE(large.is_due(start));
  large.add_file({"name", OutputText(std::string(40, 'x'))});
  EXPECT_TRUE(large.is_due(start));
}

// ---- compression ----

class Compressed : public testing::TestWithParam<Compression> {
 protected:
  static std::optional<std::string> read(std::string_view bytes, std::size_t piece = 1000) {
    Decompressor decompressor(GetParam());
    std::string text;
    const auto take = [&](std::string_view part) { text += part; };
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
      if (!decompressor.feed(bytes.substr(0, piece), take)) return std::nullopt;
    if (!decompressor.is_complete()) return std::nullopt;
    return text;
  }
};

TEST_P(Compressed, PartsCanBePutEndToEndAndCutApart) {
  std::string text;
  std::string bytes;
  std::vector<std::size_t> cuts;
  for (const std::size_t size : {1U, 100U, 70'000U, 3'000'000U, 0U}) {
    const std::string part(size, static_cast<char>('a' + size % 20));
    text += part;
    cuts.push_back(bytes.size());
    bytes += compress(GetParam(), part);
  }
  EXPECT_TRUE(read(bytes) == text);
  EXPECT_TRUE(read(bytes, 1) == text);
  EXPECT_TRUE(read(bytes, bytes.size()) == text);
  EXPECT_EQ(read({}), "");
  for (const std::size_t cut : cuts)
    EXPECT_TRUE(read(std::string_view(bytes).substr(0, cut)));
}

TEST_P(Compressed, PiecesAreOneText) {
  std::string bytes;
  Compressor compressor(GetParam(), [&](std::string_view part) { bytes += part; });
  std::string text;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::string piece(i * 37, static_cast<char>('a' + i % 26));
    compressor.feed(piece);
    text += piece;
  }
  compressor.finish();
  EXPECT_TRUE(read(bytes) == text);
  Compressor idle(GetParam(), [](std::string_view) { FAIL() << "there was no text"; });
  idle.feed({});
  idle.finish();
}

TEST_P(Compressed, DamageIsNoticed) {
  if (GetParam() == Compression::none) return;
  const std::string bytes = compress(GetParam(), "text and text and text");
  EXPECT_FALSE(read(std::string_view(bytes).substr(0, bytes.size() - 1)));
  EXPECT_FALSE(read("no such thing at all"));
}

TEST_P(Compressed, RecordsCanBeTakenOut) {
  const PrivateTmpdir directory;
  const fs::path from = directory.path() / "from";
  const fs::path to = directory.path() / "to";
  std::string bytes;
  for (std::size_t seq = 0; seq < 100; ++seq) {
    Record record;
    record.seq = seq;
    record.html = std::string(50'000, 'x');
    record.outcome = RecordOutcome::ok;
    bytes += compress(GetParam(), to_json_line(std::move(record)) + '\n');
  }
  write_file(from, bytes + "what was not committed");
  const std::uint64_t length = rewrite_records(from, bytes.size(), to, GetParam(),
                                               [](std::size_t seq) { return seq % 3 == 0; });
  const std::string kept = read_file(to);
  EXPECT_EQ(length, kept.size());
  const std::optional<std::string> text = read(kept);
  ASSERT_TRUE(text);
  std::vector<std::size_t> seqs;
  for (std::size_t at = 0; at < text->size(); at = text->find('\n', at) + 1)
    seqs.push_back(json::parse(text->substr(at, text->find('\n', at) - at)).at("seq"));
  std::vector<std::size_t> expected;
  for (std::size_t seq = 0; seq < 100; seq += 3)
    expected.push_back(seq);
  EXPECT_EQ(seqs, expected);

  write_file(from, compress(GetParam(), "no records\n"));
  fs::remove(to);
  expect_error(errc::state_error, "from", [&] {
    rewrite_records(from, fs::file_size(from), to, GetParam(), [](std::size_t) { return true; });
  });
  EXPECT_FALSE(fs::exists(to));
}

std::string name_of(const testing::TestParamInfo<Compression>& given) {
  constexpr std::array names = {"None", "Gzip", "Zstd"};
  return names[static_cast<std::size_t>(given.param)];
}

INSTANTIATE_TEST_SUITE_P(Output, Compressed,
                         testing::Values(Compression::none, Compression::gzip, Compression::zstd),
                         name_of);

TEST(RecordLine, TheSeqIsFoundWithoutParsing) {
  Record record;
  record.seq = 1234567;
  record.url = "http://h/\",\"seq\":1";
  EXPECT_EQ(seq_of_line(to_json_line(record)), 1234567U);
  EXPECT_EQ(seq_of_line(to_index_line(record, "a.html")), 1234567U);
  for (const char* text :
       {"", "{}", "{\"v\":1,\"seq\":", "{\"v\":1,\"seq\":1", "{\"v\":1,\"seq\":x,", "{\"seq\":1,",
        "{\"v\":1,\"url\":\"0123456789\",\"seq\":1,"})
    EXPECT_EQ(seq_of_line(text), std::nullopt) << text;
}

// ---- what is left of the input ----

class ResumedSourceTest : public testing::Test {
 protected:
  static std::vector<std::string> urls(std::size_t count) {
    std::vector<std::string> list;
    for (std::size_t seq = 0; seq < count; ++seq)
      list.push_back("http://h/" + std::to_string(seq));
    return list;
  }

  /// The source over `list`, with these done.
  std::unique_ptr<UrlSource> resumed(std::vector<std::string> list, std::vector<DoneUrl> all) {
    all_ = std::move(all);
    Resumption resumption;
    resumption.counts.ok = all_.size();
    resumption.directory = "/state";
    resumption.log = {LogLevel::info,
                      [this](LogLevel, std::string_view line) { lines_.emplace_back(line); }};
    resumption.done_from = [this](std::size_t seq, std::size_t most) { return page(seq, most); };
    return make_resumed_source(make_list_source(std::move(list)), std::move(resumption));
  }

  Task<std::vector<DoneUrl>> page(std::size_t seq, std::size_t most) {
    std::vector<DoneUrl> found;
    for (const DoneUrl& url : all_)
      if (url.seq >= seq && found.size() < most) found.push_back(url);
    co_return found;
  }

  static Task<std::vector<std::size_t>> read(UrlSource& source) {
    std::vector<std::size_t> seqs;
    for (;;) {
      const std::optional<InputUrl> input = co_await source.next();
      if (!input) co_return seqs;
      if (!input->recorded) seqs.push_back(input->seq);
    }
  }

  std::vector<DoneUrl> all_;
  std::vector<std::string> lines_;
};

// What the journal keeps is the place in the whole input.
TEST_F(ResumedSourceTest, SourcesNumberTheirUrls) {
  const PrivateTmpdir directory;
  write_file(directory.path() / "urls", "# comment\nhttp://h/2\n\nhttp://h/3\n");
  boost::asio::io_context loop;
  std::vector<std::unique_ptr<UrlSource>> sources;
  sources.push_back(make_list_source(urls(2)));
  sources.push_back(make_file_source(loop.get_executor(), directory.path() / "urls"));
  const auto joined = make_joined_source(std::move(sources));
  std::vector<std::pair<std::size_t, std::size_t>> places;
  while (const std::optional<InputUrl> input = run(joined->next()))
    places.emplace_back(input->seq, input->line);
  using Place = std::pair<std::size_t, std::size_t>;
  EXPECT_THAT(places, ElementsAre(Place(0, 0), Place(1, 0), Place(2, 2), Place(3, 4)));
}

TEST_F(ResumedSourceTest, LeavesOutWhatIsDone) {
  const auto source = resumed(urls(6), {done(0), done(1), done(4)});
  EXPECT_EQ(source->size(), 3U);
  EXPECT_THAT(run(read(*source)), ElementsAre(2, 3, 5));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("resuming: 3 URLs are done")));
}

TEST_F(ResumedSourceTest, OverManyPages) {
  constexpr std::size_t count = 20'000;
  std::vector<DoneUrl> all;
  std::vector<std::size_t> left;
  std::mt19937 random(5);
  for (std::size_t seq = 0; seq < count; ++seq) {
    if (random() % 3 == 0 && (seq < 9000 || seq > 18'000)) {
      left.push_back(seq);
    } else {
      all.push_back(done(seq));
    }
  }
  const auto source = resumed(urls(count), std::move(all));
  EXPECT_EQ(run(read(*source)), left);
}

TEST_F(ResumedSourceTest, SaysWhenNothingIsLeft) {
  const auto source = resumed(urls(2), {done(0), done(1)});
  EXPECT_THAT(run(read(*source)), IsEmpty());
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("nothing left to do: all 2 URLs are done")));
}

TEST_F(ResumedSourceTest, AnotherUrlInThePlaceOfOneThatIsDone) {
  const auto source = resumed({"http://h/0", "http://other/"}, {done(0), done(1)});
  expect_error(errc::state_error, "URL 2 was not http://other/", [&] { run(read(*source)); });
}

TEST_F(ResumedSourceTest, AnotherUrlInThePlaceOfOneThatIsNot) {
  const auto source = resumed({"http://h/0", "http://other/"}, {done(0)});
  EXPECT_THAT(run(read(*source)), ElementsAre(1));
}

TEST_F(ResumedSourceTest, AShorterInput) {
  const auto source = resumed(urls(2), {done(0), done(3)});
  expect_error(errc::state_error, "ends after 2 URLs", [&] { run(read(*source)); });
}

TEST_F(ResumedSourceTest, OneThatIsClosedIsNotShort) {
  const auto source = resumed(urls(2), {done(0), done(3)});
  source->close();
  EXPECT_THAT(run(read(*source)), IsEmpty());
  EXPECT_THAT(lines_, IsEmpty());
}

// ---- writing records ----

class RecordWriterTest : public testing::Test {
 protected:
  fs::path output() const { return directory_.path() / "out.jsonl"; }

  OutputOptions options() const {
    OutputOptions options;
    options.file = output();
    options.state = directory_.path() / "state";
    return options;
  }

  static Record record_of(std::size_t seq, std::optional<errc> code = std::nullopt) {
    Record record;
    record.seq = seq;
    record.url = "http://h/" + std::to_string(seq);
    record.html = "html of " + std::to_string(seq);
    record.outcome = code ? RecordOutcome::failed : RecordOutcome::ok;
    if (code) record.error = RecordError{*code, Phase::wait, "it failed", {}};
    return record;
  }

  using Look = std::function<void(RecordWriter&)>;

  /// The writer goes before the loop does.
  static Task<void> write_and_look(OutputOptions options, std::vector<Record> records, Look before,
                                   Look after) {
    RecordWriter writer(std::move(options), {});
    for (Record& record : records)
      co_await writer.write(std::move(record));
    if (before) before(writer);
    co_await writer.flush();
    if (after) after(writer);
  }

  /// A run that writes these, and ends in order.
  /// @param before the last batch is written, and after
  static void write(const OutputOptions& options, std::vector<Record> records, Look before = {},
                    Look after = {}) {
    run(write_and_look(options, std::move(records), std::move(before), std::move(after)));
  }

  std::vector<std::size_t> written() const {
    std::vector<std::size_t> seqs;
    std::ifstream file(output());
    for (std::string line; std::getline(file, line);)
      seqs.push_back(json::parse(line).at("seq"));
    return seqs;
  }

  PrivateTmpdir directory_;
};

TEST_F(RecordWriterTest, KeepsABatchUntilItIsFlushed) {
  const auto before = [this](const RecordWriter& writer) {
    EXPECT_NE(writer.due(), Deadline::max());
    EXPECT_THAT(written(), IsEmpty());
  };
  const auto after = [this](const RecordWriter& writer) {
    EXPECT_EQ(writer.due(), Deadline::max());
    EXPECT_THAT(written(), ElementsAre(0));
    EXPECT_EQ(writer.recorded()->ok, 1U);
  };
  write(options(), {record_of(0)}, before, after);
}

TEST_F(RecordWriterTest, AFullBatchIsWrittenAtOnce) {
  std::vector<Record> records;
  for (std::size_t seq = 0; seq < 65; ++seq)
    records.push_back(record_of(seq));
  const auto before = [](const RecordWriter& writer) { EXPECT_GE(writer.recorded()->ok, 64U); };
  write(options(), std::move(records), before);
}

TEST_F(RecordWriterTest, WithoutAJournalEachRecordIsOutAtOnce) {
  OutputOptions plain = options();
  plain.state.clear();
  const auto before = [this](const RecordWriter& writer) {
    EXPECT_EQ(writer.due(), Deadline::max());
    EXPECT_THAT(written(), ElementsAre(0));
    EXPECT_FALSE(writer.recorded());
  };
  write(plain, {record_of(0)}, before);
  EXPECT_FALSE(fs::exists(directory_.path() / "state"));
}

TEST_F(RecordWriterTest, WhatWasNotCommittedIsCutOff) {
  write(options(), {record_of(0)});
  write_file(output(), read_file(output()) + to_json_line(record_of(1)) + "\n{\"v\":1,\"se");
  write(options(), {record_of(2)});
  EXPECT_THAT(written(), ElementsAre(0, 2));
}

TEST_F(RecordWriterTest, AnOutputThatIsShorterThanCommitted) {
  write(options(), {record_of(0)});
  write_file(output(), "{");
  expect_error(errc::state_error, "out.jsonl has 1 bytes", [this] { RecordWriter(options(), {}); });
  fs::remove(output());
  expect_error(errc::state_error, "out.jsonl has 0 bytes", [this] { RecordWriter(options(), {}); });
}

TEST_F(RecordWriterTest, AFileOfSomebodyElseIsLeftAlone) {
  write_file(output(), "precious");
  for (int time = 0; time < 2; ++time)
    expect_error(errc::state_error, "knows nothing of", [this] { RecordWriter(options(), {}); });
  EXPECT_EQ(read_file(output()), "precious");
}

TEST_F(RecordWriterTest, AnOutputThatCannotBeCut) {
  ASSERT_EQ(::mkfifo(output().c_str(), 0600), 0);
  expect_error(errc::invalid_argument, "not a regular file",
               [this] { RecordWriter(options(), {}); });
  OutputOptions other = options();
  other.file = "/dev/full";
  expect_error(errc::invalid_argument, "not a regular file", [&] { RecordWriter(other, {}); });
  other.file = directory_.path() / "no" / "such" / "directory";
  expect_error(errc::output_error, "no/such/directory", [&] { RecordWriter(other, {}); });
  other.file = directory_.path() / "good.jsonl";
  EXPECT_FALSE(error_of([&] { RecordWriter(other, {}); })) << "the journal is not bound to those";
}

TEST_F(RecordWriterTest, FailedRecordsGoBeforeTheirUrlsAreTriedAgain) {
  write(options(), {record_of(0), record_of(1, errc::dns_error), record_of(2)});
  OutputOptions again = options();
  again.retry_failed = true;
  write(again, {record_of(1)});
  EXPECT_THAT(written(), ElementsAre(0, 2, 1));
  EXPECT_EQ(RecordWriter(options(), {}).recorded()->ok, 3U);
}

/// A run with a failed record that dies while its records are taken out.
class RetryCut : public RecordWriterTest {
 protected:
  fs::path replacement() const {
    return output().string() + ".without-failed-" + Journal(options().state).id();
  }

  void SetUp() override {
    write(options(), {record_of(0), record_of(1, errc::dns_error), record_of(2)});
    before_ = read_file(output());
    after_ = to_json_line(record_of(0)) + '\n' + to_json_line(record_of(2)) + '\n';
  }

  /// What happens in the journal.
  void forget_failed() const {
    Journal journal(options().state);
    journal.forget_failed(after_.size());
  }

  std::string before_;
  std::string after_;
};

TEST_F(RetryCut, BeforeTheJournalKnows) {
  write_file(replacement(), after_.substr(0, 20));
  EXPECT_EQ(RecordWriter(options(), {}).recorded()->failed, 1U);
  EXPECT_EQ(read_file(output()), before_);
  EXPECT_FALSE(fs::exists(replacement()));
}

TEST_F(RetryCut, BeforeTheReplacementHasItsName) {
  write_file(replacement(), after_);
  forget_failed();
  EXPECT_EQ(RecordWriter(options(), {}).recorded()->failed, 0U);
  EXPECT_EQ(read_file(output()), after_);
  write(options(), {record_of(1)});
  EXPECT_THAT(written(), ElementsAre(0, 2, 1));
}

TEST_F(RetryCut, BeforeTheJournalKnowsThatItHasIt) {
  write_file(output(), after_);
  forget_failed();
  EXPECT_EQ(RecordWriter(options(), {}).recorded()->failed, 0U);
  EXPECT_EQ(read_file(output()), after_);
  EXPECT_FALSE(Journal(options().state).is_replacing());
}

TEST_F(RecordWriterTest, AFileForEachUrl) {
  OutputOptions options = this->options();
  options.directory = directory_.path() / "pages";
  options.file = "-";
  write(options, {record_of(0), record_of(1, errc::dns_error)});
  const fs::path pages = options.directory;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(pages))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::UnorderedElementsAre("index.jsonl", "0000000-h-0.html"));
  EXPECT_EQ(read_file(pages / "0000000-h-0.html"), "html of 0");
  std::ifstream index(pages / "index.jsonl");
  std::string line;
  std::getline(index, line);
  EXPECT_EQ(json::parse(line).at("html_file"), "0000000-h-0.html");
  EXPECT_FALSE(json::parse(line).contains("html"));
  EXPECT_EQ(json::parse(line).at("html_bytes"), 9);
  std::getline(index, line);
  EXPECT_EQ(json::parse(line).at("html_file"), nullptr);
}

}  // namespace
}  // namespace cdp::test
