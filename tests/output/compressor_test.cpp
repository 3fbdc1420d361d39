// Compressed output, and records in it.
#include "output/compressor.hpp"

#include "output/journal.hpp"
#include "output/record_line.hpp"
#include "output/record_writer.hpp"
#include "output/rewrite.hpp"
#include "support/errors.hpp"
#include "support/process/files.hpp"
#include "support/process/private_tmpdir.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

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

}  // namespace
}  // namespace cdp::test
