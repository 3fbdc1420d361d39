// Records on their way to disk, and what is left of a run that died.
#include "output/record_writer.hpp"

#include "output/batch.hpp"
#include "output/compressor.hpp"
#include "output/journal.hpp"
#include "support/errors.hpp"
#include "support/process/files.hpp"
#include "support/process/private_tmpdir.hpp"
#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

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
  EXPECT_NO_THROW(RecordWriter(other, {})) << "the journal is not bound to those";
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
