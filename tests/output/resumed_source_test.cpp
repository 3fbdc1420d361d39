// The input of a run that goes on.
#include "output/resumed_source.hpp"

#include "done_urls.hpp"
#include "output/batch.hpp"
#include "output/journal.hpp"
#include "output/record_writer.hpp"
#include "support/errors.hpp"
#include "support/process/files.hpp"
#include "support/process/private_tmpdir.hpp"
#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace cdp::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

}  // namespace
}  // namespace cdp::test
