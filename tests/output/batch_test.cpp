// When what has come is written.
#include "output/batch.hpp"

#include "done_urls.hpp"
#include "output/journal.hpp"
#include "output/record_line.hpp"
#include "output/record_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace cdp::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

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

}  // namespace
}  // namespace cdp::test
