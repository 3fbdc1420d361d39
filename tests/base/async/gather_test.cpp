// Many pages at once.
#include "support/chromium/browser_test.hpp"

#include <array>

namespace cdp::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class GatherTest : public BrowserTest {
 protected:
  /// Chromium opens six connections to a host: each page has a host of its own.
  std::string own_host_url(int number, const std::string& path) {
    return server().url_on("host" + std::to_string(number) + ".localhost", path);
  }
};

Task<std::string> title_of(Browser browser, std::string url) {
  Page page = co_await browser.new_page();
  co_await page.navigate(std::move(url));
  const Content content = co_await page.capture(patience);
  co_await page.close();
  co_return content.title;
}

std::vector<std::string> names_of_tasks() {
  std::vector<std::string> names;
  for (const TaskInfo& task : all_tasks())
    names.push_back(task.name);
  return names;
}

TEST_F(GatherTest, twenty_pages_are_under_way_together) {
  with_browser([this](Browser& browser) -> Task<void> {
    constexpr int pages = 20;
    std::vector<Task<std::string>> tasks;
    for (int i = 0; i < pages; ++i)
      tasks.push_back(title_of(browser, own_host_url(i, "/gate/all?i=" + std::to_string(i))));
    const auto open_gate = [this]() -> Task<std::string> {
      for (int i = 0; i < pages; ++i)
        co_await arrival(server(), "/gate/all?i=" + std::to_string(i));
      server().open_gate("all");
      co_return "opened";
    };
    tasks.push_back(open_gate());
    const std::vector<std::string> titles = co_await gather(std::move(tasks));
    EXPECT_EQ(titles.size(), 21U);
    EXPECT_EQ(std::count(titles.begin(), titles.end(), "gate all"), pages);
    EXPECT_EQ(titles.back(), "opened");
  });
  EXPECT_EQ(server().max_in_flight("/gate/all"), 20);
}

TEST_F(GatherTest, results_come_in_the_order_of_the_input) {
  with_browser([this](Browser& browser) -> Task<void> {
    std::vector<std::string> ended;
    const auto scrape_and_note = [&](std::string url, std::string next) -> Task<std::string> {
      std::string title = co_await title_of(browser, std::move(url));
      ended.push_back(title);
      server().open_gate(next);
      co_return title;
    };
    std::vector<Task<std::string>> tasks;
    tasks.push_back(scrape_and_note(server().url("/gate/a"), "end"));
    tasks.push_back(scrape_and_note(server().url("/gate/b"), "a"));
    tasks.push_back(scrape_and_note(server().url("/static?title=c"), "b"));
    const std::vector<std::string> titles = co_await gather(std::move(tasks));
    EXPECT_THAT(titles, ElementsAre("gate a", "gate b", "c"));
    EXPECT_THAT(ended, ElementsAre("c", "gate b", "gate a"));
  });
}

TEST_F(GatherTest, one_failure_is_one_failure) {
  with_browser([this](Browser& browser) -> Task<void> {
    std::vector<Task<std::string>> tasks;
    for (int i = 0; i < 5; ++i) {
      const std::string path = i == 2 ? "/tcp-reset" : "/static?title=" + std::to_string(i);
      tasks.push_back(title_of(browser, server().url(path)));
    }
    std::vector<Outcome<std::string>> outcomes = co_await gather_outcomes(std::move(tasks));
    EXPECT_EQ(outcomes.size(), 5U);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const std::string title = outcomes[i].ok() ? outcomes[i].value() : "";
      EXPECT_EQ(title, i != 2 ? std::to_string(i) : "");
    }
    EXPECT_THROW(outcomes[2].value(), Error);
  });
}

TEST_F(GatherTest, the_first_failure_is_thrown_when_all_have_ended) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::size_t before = task_count();
    std::vector<Task<std::string>> tasks;
    tasks.push_back(title_of(browser, server().url("/static")));
    tasks.push_back(title_of(browser, server().url("/tcp-reset")));
    tasks.push_back(title_of(browser, server().url("/download")));
    Task<std::vector<std::string>> gathering = gather(std::move(tasks));
    const Error error = co_await fault_of(std::move(gathering));
    EXPECT_EQ(error.code(), errc::connect_error) << error.what();
    EXPECT_EQ(task_count(), before);
  });
}

TEST_F(GatherTest, tasks_are_listed_by_name) {
  with_browser([this](Browser& browser) -> Task<void> {
    EXPECT_THAT(names_of_tasks(), IsSupersetOf({"main", "receive loop", "send loop", "browser log",
                                                "browser process"}));
    const std::size_t before = task_count();
    std::vector<std::string> during;
    const auto look = [&]() -> Task<std::string> {
      co_await arrival(server(), "/gate/look");
      during = names_of_tasks();
      server().open_gate("look");
      co_return "";
    };
    std::vector<Task<std::string>> tasks;
    tasks.push_back(title_of(browser, server().url("/gate/look")));
    tasks.push_back(look());
    co_await gather(std::move(tasks));
    EXPECT_EQ(during.size(), before + 2);
    EXPECT_THAT(during, Contains("gather 0"));
    EXPECT_THAT(during, Contains("gather 1"));
    EXPECT_EQ(task_count(), before);
  });
}

/// As in the article: one page after the other keeps the number of tasks, all at once raises it.
TEST_F(GatherTest, one_after_the_other_starts_no_tasks) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::size_t before = task_count();
    for (int i = 0; i < 6; ++i) {
      const std::string title =
          co_await title_of(browser, server().url("/static?title=" + std::to_string(i)));
      EXPECT_EQ(title, std::to_string(i));
      EXPECT_EQ(task_count(), before);
    }
  });
}

/// Pages that fail in every way there is, between others that must not notice.
TEST_F(GatherTest, good_pages_do_not_notice_bad_ones) {
  with_browser([this](Browser& browser) -> Task<void> {
    constexpr std::array bad = {"/tcp-reset", "/close",         "/download",
                                "/pdf",       "/redirect-loop", "/reset-mid-body"};
    std::vector<Task<std::string>> tasks;
    for (std::size_t i = 0; i < 2 * bad.size(); ++i) {
      const std::string path = i % 2 == 0 ? "/page/" + std::to_string(i) : bad[i / 2];
      tasks.push_back(title_of(browser, server().url(path)));
    }
    std::vector<Outcome<std::string>> outcomes = co_await gather_outcomes(std::move(tasks));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const std::string title = outcomes[i].ok() ? outcomes[i].value() : "";
      EXPECT_EQ(title, i % 2 == 0 ? "Page " + std::to_string(i) : "");
    }
  });
}

}  // namespace
}  // namespace cdp::test
