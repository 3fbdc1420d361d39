// Text that may be too long for memory.
#include "base/system/long_text.hpp"

#include "base/text/json_text.hpp"
#include "output/output_text.hpp"
#include "output/record_line.hpp"
#include "support/process/private_tmpdir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <csignal>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

/// Lines with characters of one to four bytes.
std::string long_html(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes)
    text += "<p>a \"\u00fc\" \\ \u6f22\t\U0001F600</p>\n";
  return text;
}

LongText make(std::string_view text, std::size_t most_in_memory) {
  LongText made(most_in_memory);
  constexpr std::size_t piece = 77'777;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    made.append(text.substr(0, piece));
  return made;
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory))
    names.push_back(entry.path().filename());
  return names;
}

/// No file may grow beyond so many bytes while this lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit lower{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &lower), 0);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(LongText, IsTheSameInMemoryAndInAFile) {
  const PrivateTmpdir directory;
  const std::string text = long_html(3 * LongText::piece_size + 5);
  for (const std::size_t most : {std::size_t{100}, text.size() - 10, LongText::always_in_memory}) {
    LongText made = make(text, most);
    EXPECT_EQ(made.is_in_file(), most != LongText::always_in_memory);
    EXPECT_THAT(names_in(directory.path()), IsEmpty()) << "it has no name";
    EXPECT_EQ(made.size(), text.size());
    std::string read;
    made.read([&](std::string_view piece) {
      EXPECT_LE(piece.size(), LongText::piece_size);
      EXPECT_NE(static_cast<unsigned char>(piece.front()) & 0xC0, 0x80) << "between code points";
      read += piece;
    });
    EXPECT_TRUE(read == text);
    EXPECT_TRUE(std::move(made).text() == text);
  }
}

TEST(LongText, IsCutBetweenCodePoints) {
  const PrivateTmpdir directory;
  const std::string text = long_html(200'000);
  for (std::size_t bytes = 0; bytes < text.size(); bytes += bytes < 64 ? 1 : 9'973) {
    LongText in_memory = make(text, LongText::always_in_memory);
    LongText in_file = make(text, 50'000);
    EXPECT_TRUE(in_memory.cut(bytes));
    EXPECT_TRUE(in_file.cut(bytes));
    EXPECT_LE(in_file.size(), bytes);
    EXPECT_GT(in_file.size() + 4, bytes);
    EXPECT_TRUE(in_memory.text() == in_file.text()) << bytes;
    in_file.append("more");
    EXPECT_TRUE(in_file.text() == in_memory.text() + "more") << bytes;
  }
  EXPECT_FALSE(make(text, 10).cut(text.size()));
}

TEST(LongText, StaysInMemoryWhereThereCanBeNoFile) {
  const ScopedVariable nowhere("TMPDIR", "/no/such/directory");
  const std::string text = long_html(300'000);
  LongText made = make(text, 1000);
  EXPECT_FALSE(made.is_in_file());
  EXPECT_TRUE(made.text() == text);
}

TEST(LongText, ComesBackToMemoryWhenTheDiskIsFull) {
  const PrivateTmpdir directory;
  const std::string text = long_html(4 * LongText::piece_size);
  LongText made(1000);
  {
    const FileLimit full(2 * LongText::piece_size);
    made = make(text, 1000);
  }
  EXPECT_FALSE(made.is_in_file());
  EXPECT_TRUE(made.text() == text);
  EXPECT_THAT(names_in(directory.path()), IsEmpty());
}

TEST(LongText, IsQuotedPieceByPiece) {
  const PrivateTmpdir directory;
  const std::string html = long_html(3 * LongText::piece_size);
  Record record;
  record.outcome = RecordOutcome::ok;
  record.html = html;
  const std::string line = to_json_line(record);
  EXPECT_TRUE(nlohmann::json::parse(line).at("html") == html);

  record.html.clear();
  record.long_html = std::make_shared<const LongText>(make(html, 1000));
  EXPECT_EQ(record.html_bytes(), html.size());
  EXPECT_TRUE(text_of(record) == html);
  EXPECT_TRUE(to_json_line(record) == line);
  std::string file;
  to_html(record, "\n").read([&](std::string_view piece) { file += piece; });
  EXPECT_TRUE(file == html + "\n");
}

}  // namespace
}  // namespace cdp::test
