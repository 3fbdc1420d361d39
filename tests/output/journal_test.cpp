// What a run has done, on disk.
#include "output/journal.hpp"

#include "done_urls.hpp"
#include "output/batch.hpp"
#include "output/compressor.hpp"
#include "output/record_writer.hpp"
#include "support/errors.hpp"
#include "support/process/files.hpp"
#include "support/process/private_tmpdir.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

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
  EXPECT_NO_THROW(journal.bind_output("/out.jsonl", "jsonl"));
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
  EXPECT_THROW(journal.commit({done(0), done(1)}, 30), Error);
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
    try {
      Journal journal(state());
      journal.bind_output("/out.jsonl", "jsonl");
      journal.done_from(0, 10'000);
    } catch (const Error& error) {
      ++noticed;
      EXPECT_EQ(error.code(), errc::state_error) << error.what();
    }
  }
  EXPECT_GT(noticed, 0);
}

}  // namespace
}  // namespace cdp::test
