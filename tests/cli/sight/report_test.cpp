// `--report`: the page about a run, in the browser that people will open it with.
#include "cli/sight/run_report.hpp"
#include "support/process/fakes.hpp"
#include "support/program/cli_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/record.hpp>
#include <cdp/task.hpp>

#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

namespace cdp::test {
namespace {

using namespace std::chrono_literals;
using cli::ReportCollector;
using cli::RunReport;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int workers = 8;

std::chrono::system_clock::time_point run_start() {
  constexpr std::chrono::seconds some_day{1'790'000'000};
  return std::chrono::system_clock::time_point(some_day);
}

Timings::Span span_of(double milliseconds) {
  return std::chrono::duration_cast<Timings::Span>(
      std::chrono::duration<double, std::milli>(milliseconds));
}

/// A run as there might have been one: as many workers as there are, hosts of different speed,
/// every kind of end.
class SampleRun {
 public:
  explicit SampleRun(int count) : collector_("cdp-scrape 1.2.3", run_start()) {
    for (int seq = 0; seq < count; ++seq)
      add_page(seq);
    const double end = *std::max_element(free_at_.begin(), free_at_.end());
    add_memory(end);
    collector_.note_event(run_start() + 40ms, "browser started");
    collector_.note_event(at(end * 0.42), "browser died");
    collector_.note_event(at(end * 0.42 + 400), "browser started");
    collector_.report().duration = end + 300;
    collector_.report().concurrency = workers;
    collector_.report().input_size = static_cast<std::size_t>(count);
  }

  RunReport& report() { return collector_.report(); }

 private:
  static std::chrono::system_clock::time_point at(double milliseconds) {
    return run_start() + std::chrono::microseconds(static_cast<std::int64_t>(milliseconds * 1000));
  }

  double pick(double least, double most) {
    return least + (most - least) * static_cast<double>(random_() % 10'000) / 10'000;
  }

  void add_page(int seq) {
    constexpr std::array hosts = {
        "www.example.com",      "shop.example.org",
        "news.example.net",     "a-long-host-name.department.university.example.edu",
        "static.example.io",    "wiki.example.org",
        "api.example.dev:8443", "forum.example.info",
        "blog.example.com",     "xn--bcher-kva.example"};
    const auto worker = static_cast<std::size_t>(
        std::min_element(free_at_.begin(), free_at_.end()) - free_at_.begin());
    const std::size_t host = random_() % hosts.size();
    Record record;
    record.seq = static_cast<std::size_t>(seq);
    record.url = std::string("https://") + hosts.at(host) + "/articles/" + std::to_string(seq) +
                 "?page=" + std::to_string(seq % 7);
    record.title = "Article " + std::to_string(seq);
    record.worker = static_cast<int>(worker);
    record.started_at = at(free_at_[worker]);
    record.browser = "HeadlessChrome/150.0.7000.1";
    const double pace = 0.6 + 0.35 * static_cast<double>(host);
    record.timings.open = span_of(pick(8, 30));
    record.timings.navigate = span_of(pick(30, 120) * pace);
    record.timings.wait = span_of(pick(90, 260) * pace);
    record.timings.extract = span_of(pick(4, 24));
    record.timings.close = span_of(pick(0, 2));
    record.attempts = 1;
    record.status = 200;
    record.outcome = RecordOutcome::ok;
    record.html.assign(5'000 + random_() % 80'000, 'x');
    record.attempt_starts = {Timings::Span::zero()};
    vary(record);
    Timings& timings = record.timings;
    timings.total +=
        timings.open + timings.navigate + timings.wait + timings.extract + timings.close;
    free_at_[worker] += std::chrono::duration<double, std::milli>(timings.total).count() + 1;
    collector_.note(record);
  }

  void vary(Record& record) {
    const std::size_t kind = random_() % 200;
    const auto fail = [&record](errc code, Phase phase, std::string detail) {
      record.outcome = RecordOutcome::failed;
      record.error = RecordError{code, phase, std::move(detail), {}};
      record.html.clear();
      record.status = 0;
    };
    if (kind < 5) {
      fail(errc::connect_error, Phase::navigate, "connection refused (ERR_CONNECTION_REFUSED)");
      record.attempts = 3;
      record.attempt_starts = {0ms, 300ms, 900ms};
      record.timings.total = span_of(900);
    } else if (kind < 7) {
      fail(errc::dns_error, Phase::navigate, "the name has no address (ERR_NAME_NOT_RESOLVED)");
      record.timings.wait = {};
      record.timings.extract = {};
    } else if (kind < 8) {
      fail(errc::page_hung, Phase::extract,
           "the page does not answer, even after its script was terminated");
      record.timings.wait = span_of(2'500);
    } else if (kind < 12) {
      record.attempts = 2;
      record.attempt_starts = {0ms, 450ms};
      record.timings.total = span_of(450);
    } else if (kind < 15) {
      record.partial = true;
      record.timings.wait = span_of(1'800);
    } else if (kind < 20) {
      record.status = 404;
    }
  }

  void add_memory(double end) {
    std::int64_t browser = 420'000;
    for (double time = 0; time < end; time += 1000) {
      browser += static_cast<std::int64_t>(random_() % 24'000) - 9'000;
      if (time > end * 0.42 && time < end * 0.42 + 1000) browser = 300'000;
      collector_.note_memory(at(time), {42'000 + static_cast<std::int64_t>(time / 20), browser});
    }
  }

  ReportCollector collector_;
  std::array<double, workers> free_at_{};  ///< when each worker is done, in milliseconds
  std::mt19937 random_{7};
};

class Report : public CliTest {
 protected:
  /// Opens a report in a browser of its own, and runs `body(page)`. Whatever the page says on its
  /// console, or throws, fails the test.
  template <class Body>
  void with_report(const std::string& path, PageOptions options, Body body) {
    cdp::run(drive("file://" + path, std::move(options), std::move(body)));
  }

  std::string write_sample(int count) const {
    return write_file("report.html", cli::to_html(SampleRun(count).report()));
  }

 private:
  template <class Body>
  static Task<void> drive(std::string url, PageOptions options, Body body) {
    Browser browser = co_await launch();
    std::exception_ptr failure;
    try {
      co_await watch(browser, std::move(url), std::move(options), body);
    } catch (...) {
      failure = std::current_exception();
    }
    co_await browser.close();
    if (failure) std::rethrow_exception(failure);
  }

  template <class Body>
  static Task<void> watch(Browser browser, std::string url, PageOptions options, Body& body) {
    Page page = co_await browser.new_page(std::move(options));
    std::vector<std::string> complaints;
    std::vector<std::string> requests;
    const auto complain = [&complaints](const Json& params) {
      complaints.push_back(params.dump());
    };
    const Subscription thrown = page.session().on("Runtime.exceptionThrown", complain);
    const Subscription said = page.session().on("Log.entryAdded", complain);
    const Subscription asked = page.session().on(
        "Network.requestWillBeSent",
        [&requests](const Json& params) { requests.push_back(params["request"]["url"]); });
    Json nothing = Json::object();
    co_await page.session().call("Runtime.enable", nothing);
    co_await page.session().call("Log.enable", nothing);
    co_await page.navigate(url);
    co_await body(page);
    EXPECT_THAT(complaints, IsEmpty());
    EXPECT_THAT(requests, Each(testing::StartsWith("file://"))) << "it needs nobody else";
    co_await page.close();
  }
};

Task<Json> evaluate(Page& page, std::string script) {
  co_return co_await page.evaluate(std::move(script));
}

Task<void> set_colours(Page& page, std::string scheme) {
  Json params = Json::object();
  Json feature = Json::object();
  feature["name"] = "prefers-color-scheme";
  feature["value"] = scheme;
  params["features"].push_back(feature);
  co_await page.session().call("Emulation.setEmulatedMedia", params);
  co_await page.evaluate(
      "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))");
}

/// For whoever works on the design: with CDP_SCRAPE_REPORT_PICTURES=DIR, what the page looks like.
Task<void> take_picture(Page& page, std::string name) {
  const char* const directory = std::getenv("CDP_SCRAPE_REPORT_PICTURES");
  if (directory == nullptr) co_return;
  Json params = Json::object();
  params["captureBeyondViewport"] = true;
  const Json answer = co_await page.session().call("Page.captureScreenshot", params);
  std::ofstream(std::string(directory) + "/" + name + ".png.base64")
      << answer["data"].get<std::string>();
}

/// How many different colours the canvas has in its plot.
std::string count_colours(const std::string& canvas) {
  return R"((() => {
    const canvas = document.getElementById(')" +
         canvas + R"(');
    const scale = canvas.width / canvas.clientWidth;
    const pixels = canvas.getContext('2d').getImageData(160 * scale, 0, canvas.width - 160 * scale, canvas.height).data;
    const colours = new Set();
    for (let at = 0; at < pixels.length; at += 4)
      if (pixels[at + 3] > 250) colours.add(pixels[at] << 16 | pixels[at + 1] << 8 | pixels[at + 2]);
    return colours.size;
  })())";
}

constexpr const char* first_row =
    "document.querySelector('.body .row .url').textContent.replace(/.*articles/, '')";

TEST_F(Report, OfTenThousandPagesShowsLanesAndRows) {
  const std::string path = write_sample(10'000);
  EXPECT_LT(std::filesystem::file_size(path), 3'000'000U);
  PageOptions options;
  options.viewport = {1440, 900};
  with_report(path, options, [](Page& page) -> Task<void> {
    const Json ready = co_await evaluate(page, "Number(document.documentElement.dataset.ready)");
    EXPECT_GT(ready, 0);
    RecordProperty("ready_ms", ready.get<int>());
    const Json headline =
        co_await evaluate(page, "document.getElementById('headline').textContent");
    EXPECT_THAT(headline.get<std::string>(), testing::StartsWith("10,000 pages in "));
    const Json lanes = co_await evaluate(page, "document.documentElement.dataset.lanes");
    EXPECT_EQ(lanes, "8");
    for (const char* canvas : {"overview", "lanes", "memory"}) {
      const std::string script = count_colours(canvas);
      const Json colours = co_await evaluate(page, script);
      EXPECT_GE(colours, 2) << canvas;
    }
    const Json rows = co_await evaluate(page, "document.querySelectorAll('.body .row').length");
    EXPECT_GT(rows, 5);
    EXPECT_LT(rows, 100) << "only what is seen is there";
    const Json count = co_await evaluate(page, "document.getElementById('count').textContent");
    EXPECT_EQ(count, "10,000 pages");
    co_await take_picture(page, "light");
    const Json light = co_await evaluate(page, "getComputedStyle(document.body).backgroundColor");
    co_await set_colours(page, "dark");
    const Json dark = co_await evaluate(page, "getComputedStyle(document.body).backgroundColor");
    EXPECT_NE(light, dark);
    co_await take_picture(page, "dark");
    co_await evaluate(page, "document.getElementById('by-host').click()");
    co_await evaluate(page, "document.getElementById('zoom-in').click()");
    co_await evaluate(page,
                      "for (let i = 0; i < 6; ++i) document.getElementById('zoom-in').click()");
    co_await set_colours(page, "light");
    const Json hosts = co_await evaluate(page, "document.documentElement.dataset.lanes");
    EXPECT_EQ(hosts, "10");
    co_await take_picture(page, "hosts");
    co_await evaluate(page, "document.getElementById('by-worker').click()");
    co_await set_colours(page, "light");
    co_await evaluate(page, "document.querySelector('.body .row').click()");
    co_await take_picture(page, "zoomed");
  });
}

TEST_F(Report, SortsFiltersAndScrolls) {
  const std::string path = write_sample(2'000);
  with_report(path, {}, [](Page& page) -> Task<void> {
    const Json first = co_await evaluate(page, first_row);
    EXPECT_EQ(first, "/0?page=0");
    co_await evaluate(page, "document.querySelector('[data-key=seq] button').click()");
    const Json last = co_await evaluate(page, first_row);
    EXPECT_EQ(last, "/1999?page=4");
    co_await evaluate(page, "document.querySelector('[data-key=time] button').click()");
    const Json sorted = co_await evaluate(
        page,
        "[...document.querySelectorAll('.body .row')].map(row => row.children[7].textContent)"
        ".map(text => parseFloat(text.replace(/,/g, '')) * (/ s$/.test(text) ? 1000 : 1))");
    EXPECT_TRUE(std::is_sorted(sorted.rbegin(), sorted.rend())) << sorted;
    const Json marked = co_await evaluate(
        page, "document.querySelector('[data-key=time]').getAttribute('aria-sort')");
    EXPECT_EQ(marked, "descending");
    co_await evaluate(page, "document.querySelector('.rows').scrollTop = 30 * 1000");
    const Json scrolled = co_await evaluate(
        page,
        "new Promise(done => setTimeout(() => done([...document.querySelectorAll('.body .row')]"
        ".some(row => row.getAttribute('aria-rowindex') === '1001')), 0))"
        ".then(async there => { for (let i = 0; !there && i < 100; ++i) { await new "
        "Promise(requestAnimationFrame);"
        " there = !!document.querySelector('[aria-rowindex=\"1001\"]'); } return there; })");
    EXPECT_EQ(scrolled, true);
    const auto filter = [&page](std::string text) {
      return evaluate(
          page, "(async () => { const box = document.getElementById('filter'); box.value = '" +
                    text +
                    "'; box.oninput(); await new Promise(done => setTimeout(done, 1));"
                    " return document.getElementById('count').textContent; })()");
    };
    const std::string number = "articles/1234?";
    const Json by_word = co_await filter(number);
    EXPECT_EQ(by_word, "1 of 2,000 pages");
    const std::string error = "error:dns_error";
    co_await filter(error);
    const Json codes =
        co_await evaluate(page,
                          "[...new Set([...document.querySelectorAll('.body .row')].map(row => "
                          "row.children[1].textContent))]");
    EXPECT_EQ(codes, Json({"✕ dns_error"}));
    const std::string nonsense = "no-such-page";
    const Json none = co_await filter(nonsense);
    EXPECT_EQ(none, "0 of 2,000 pages");
    co_await evaluate(page, "document.getElementById('tab-hosts').click()");
    const Json hosts = co_await evaluate(page, "document.getElementById('count').textContent");
    EXPECT_EQ(hosts, "10 hosts");
    co_await evaluate(page, "document.getElementById('tab-errors').click()");
    const Json errors = co_await evaluate(page, "document.getElementById('count').textContent");
    EXPECT_EQ(errors, "3 errors");
  });
}

TEST_F(Report, WhatPagesSayStaysText) {
  const std::string evil =
      "</script><script>window.owned = 1</script><!--<img src=x onerror=owned=1>\u2028\u2029";
  RunReport report = SampleRun(3).report();
  report.pages[0].url = "https://example.com/" + evil;
  report.pages[0].title = evil;
  report.pages[0].code = errc::internal;
  report.pages[0].outcome = RecordOutcome::failed;
  report.pages[0].detail = evil;
  report.browser = evil;
  report.pages[1].url = "javascript:window.owned=1//";
  report.events.push_back({1, evil});
  report.pages[2].screenshot = "\" onerror=\"owned=1";
  report.pages[2].screenshot.clear();
  const std::string html = cli::to_html(report);
  EXPECT_EQ(count_of("</script>", html), 2U) << "ours";
  EXPECT_EQ(html.find("\u2028"), std::string::npos);
  const std::string path = write_file("report.html", html);
  with_report(path, {}, [&evil](Page& page) -> Task<void> {
    co_await evaluate(page, "document.querySelectorAll('.body .row')[0].click()");
    const Json title = co_await evaluate(page, "document.querySelector('#details h2').textContent");
    EXPECT_EQ(title, evil);
    co_await evaluate(page, "document.querySelectorAll('.body .row')[1].click()");
    const Json links = co_await evaluate(page, "document.querySelectorAll('#details a').length");
    EXPECT_EQ(links, 0) << "no link to a script";
    const Json owned = co_await evaluate(page, "typeof window.owned");
    EXPECT_EQ(owned, "undefined");
    const Json images = co_await evaluate(page, "document.images.length");
    EXPECT_EQ(images, 0);
  });
}

TEST_F(Report, OfNothingOpensToo) {
  RunReport report;
  report.program = "cdp-scrape 1.2.3";
  const std::string path = write_file("report.html", cli::to_html(report));
  with_report(path, {}, [](Page& page) -> Task<void> {
    const Json ready = co_await evaluate(page, "Number(document.documentElement.dataset.ready)");
    EXPECT_GT(ready, 0);
  });
}

// ---- made by the program ----

/// The data of a report, as JSON.
Json data_of(const std::string& html) {
  const std::string mark = "id=\"data\">";
  const std::size_t start = html.find(mark);
  if (start == std::string::npos) return {};
  const std::size_t from = start + mark.size();
  return Json::parse(html.substr(from, html.find("</script>", from) - from), nullptr, false);
}

TEST_F(Report, IsWrittenAtTheEndOfARun) {
  const std::string path = file_path("report.html");
  const ProcessResult result =
      run({"-c", "2", "--report", path, server_.url("/static?token=abcdef"), server_.url("/close"),
           server_.url("/page/1"), "-o", file_path("out")});
  EXPECT_EQ(result.exit_code, 3) << result;
  const std::string html = read_file(path);
  EXPECT_THAT(html, Not(HasSubstr("abcdef"))) << "secrets stay in the records";
  EXPECT_THAT(read_file(file_path("out")), HasSubstr("token=abcdef"));
  const Json data = data_of(html);
  EXPECT_EQ(data["end"], "finished");
  EXPECT_EQ(data["concurrency"], 2);
  EXPECT_EQ(data["input_size"], 3);
  EXPECT_EQ(data["pages"]["seq"], Json({0, 1, 2}));
  EXPECT_EQ(data["pages"]["codes"], Json({"connect_error"}));
  EXPECT_EQ(data["pages"]["attempts"][1], 3) << "with two retries";
  EXPECT_THAT(data["pages"]["later"]["1"], SizeIs(2));
  for (const Json& worker : data["pages"]["worker"])
    EXPECT_THAT(worker.get<int>(), AllOf(testing::Ge(0), testing::Lt(2)));
  EXPECT_EQ(data["events"][0][1], "browser started");
  EXPECT_GT(data["memory"]["driver"][0], 1'000);
  EXPECT_GT(data["pages"]["total"][0], 0);
  EXPECT_EQ(data["pages"]["spans"].size(), 18U);
}

// Log, report and metrics count alike: all three ask the same.
TEST_F(Report, TellsWhatTheLogTells) {
  const std::string path = file_path("report.html");
  const ProcessResult result =
      run({"--fetch", "http", "--retries", "0", "--log-format", "json", "--report", path, "-o",
           file_path("out"), server_.url("/static"), server_.url("/static"), server_.url("/close"),
           server_.url("/status/404"), "nowhere"});
  EXPECT_EQ(result.exit_code, 3) << result;
  const Json summary = parse_lines(result.err).back()["summary"];
  EXPECT_EQ(data_of(read_file(path))["summary"], summary);
  EXPECT_EQ(summary["errors"], Json({{"connect_error", 1}, {"invalid_url", 1}}));
  EXPECT_EQ(summary["skips"], Json({{"duplicate", 1}}));
  EXPECT_EQ(summary["statuses"], Json({{"200", 1}, {"404", 1}}));
  EXPECT_EQ(summary["failing_hosts"][0]["pages"], 3) << "those that were asked for";
}

TEST_F(Report, IsWrittenAfterASignalToo) {
  const std::string path = file_path("report.html");
  RunningProcess scraper(
      program({"-c", "1", "--drain", "1", "--report", path, "-o", file_path("out"),
               server_.url("/static"), server_.url("/gate/never")}));
  ASSERT_TRUE(server_.wait_for_request("/gate/never", patience));
  scraper.send_signal(SIGINT);
  scraper.send_signal(SIGINT);
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, 130) << result;
  const Json data = data_of(read_file(path));
  EXPECT_EQ(data["end"], "stopped by SIGINT");
  EXPECT_EQ(data["pages"]["seq"], Json({0, 1}));
}

TEST_F(Report, NamesTheDeathsOfBrowsers) {
  const std::string path = file_path("report.html");
  const ProcessResult result =
      run({"--chrome", fake_chromium_path(), "--chrome-arg", "--fake-mode=crash-late", "-c", "1",
           "--retries", "0", "--report", path, "-o", file_path("out"), server_.url("/bad"),
           server_.url("/bad?2")});
  EXPECT_EQ(result.exit_code, 3) << result;
  std::vector<std::string> events;
  const Json data = data_of(read_file(path));
  for (const Json& event : data["events"])
    events.push_back(event[1]);
  EXPECT_THAT(events, ElementsAre("browser started", "browser died", "browser started"));
}

TEST_F(Report, WithoutAPlaceEndsTheRunBeforeItBegins) {
  const ProcessResult result =
      run({"--report", file_path("missing/report.html"), server_.url("/static")});
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("cannot write"), HasSubstr("missing/report.html")));
  EXPECT_EQ(server_.count("/static"), 0);
}

TEST_F(Report, ThatCannotBeWrittenCostsNoRecords) {
  const std::filesystem::path place = file_path("place");
  std::filesystem::create_directory(place);
  RunningProcess scraper(program(
      {"--report", (place / "report.html").string(), "-f", "jsonl", server_.url("/gate/late")}));
  ASSERT_TRUE(server_.wait_for_request("/gate/late", patience));
  std::filesystem::remove(place);
  server_.open_gate("late");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(1));
  EXPECT_THAT(result.err, HasSubstr("the report is lost"));
}

}  // namespace
}  // namespace cdp::test
