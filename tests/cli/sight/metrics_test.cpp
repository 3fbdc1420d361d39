// `--metrics`: numbers of a run, as Prometheus reads them.
#include "cli/sight/metrics_text.hpp"
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <regex>
#include <set>

namespace cdp::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Reads the text format 0.0.4, strictly: what does not follow it fails the test.
class Samples {
 public:
  explicit Samples(const std::string& text) {
    EXPECT_TRUE(text.ends_with('\n')) << "the last line ends too";
    for (const std::string& line : split_lines(text))
      read_line(line);
  }

  double operator[](const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) ADD_FAILURE() << "no sample " << name;
    return found == values_.end() ? -1 : found->second;
  }
  bool has(const std::string& name) const { return values_.contains(name); }
  std::string type_of(const std::string& family) const {
    return types_.contains(family) ? types_.at(family) : "";
  }

 private:
  void read_line(const std::string& line) {
    static const std::regex help(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^\n]+)");
    static const std::regex type(R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram))");
    static const std::regex sample(
        R"rx(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="(\\[\\"n]|[^\\"\n])*"(,|(?=\})))+\})? (-?[0-9.]+(e[+-]?[0-9]+)?|\+Inf))rx");
    std::smatch match;
    if (std::regex_match(line, match, help)) {
      EXPECT_TRUE(helped_.insert(match[1]).second) << line;
    } else if (std::regex_match(line, match, type)) {
      EXPECT_TRUE(types_.emplace(match[1], match[2]).second) << "twice: " << line;
      family_ = match[1];
    } else if (std::regex_match(line, match, sample)) {
      const std::string name = match[1];
      const bool of_histogram =
          types_[family_] == "histogram" &&
          (name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count");
      EXPECT_TRUE(name == family_ || of_histogram) << "not in its family: " << line;
      const bool is_new = values_.emplace(name + match[2].str(), std::stod(match[6])).second;
      EXPECT_TRUE(is_new) << "twice: " << line;
    } else {
      ADD_FAILURE() << "no line of the format: " << line;
    }
  }

  std::map<std::string, double> values_;      ///< name with labels → value
  std::map<std::string, std::string> types_;  ///< family → type
  std::set<std::string> helped_;
  std::string family_;  ///< the last that was introduced
};

Record record_of(std::chrono::milliseconds total, std::optional<errc> code) {
  Record record;
  record.url = "http://h/";
  record.attempts = 2;
  record.timings.total = total;
  record.html = "12345";
  record.outcome = code ? RecordOutcome::failed : RecordOutcome::ok;
  if (code) record.error = RecordError{*code, Phase::navigate, "why", {}};
  return record;
}

TEST(MetricsText, HoldsToTheFormat) {
  cli::RunStats stats;
  stats.note(record_of(40ms, std::nullopt));
  stats.note(record_of(700ms, errc::dns_error));
  stats.note(record_of(100s, errc::page_timeout));
  Record skipped = record_of(0ms, errc::duplicate);
  skipped.outcome = RecordOutcome::skipped;
  skipped.attempts = 0;
  stats.note(skipped);
  cli::RunGauges gauges;
  gauges.in_flight = 3;
  gauges.queued = 17;
  gauges.browser_restarts = 2;
  gauges.memory = {100, 2000};
  gauges.started = 1'790'000'000.25;
  const Samples samples(cli::metrics_text(stats, gauges));
  EXPECT_EQ(samples[R"(cdp_scrape_pages_total{outcome="ok",code="none"})"], 1);
  EXPECT_EQ(samples[R"(cdp_scrape_pages_total{outcome="failed",code="dns_error"})"], 1);
  EXPECT_EQ(samples[R"(cdp_scrape_pages_total{outcome="skipped",code="duplicate"})"], 1);
  EXPECT_EQ(samples["cdp_scrape_pages_in_flight"], 3);
  EXPECT_EQ(samples["cdp_scrape_pages_queued"], 17);
  EXPECT_EQ(samples[R"(cdp_scrape_page_duration_seconds_bucket{le="0.05"})"], 1);
  EXPECT_EQ(samples[R"(cdp_scrape_page_duration_seconds_bucket{le="0.5"})"], 1);
  EXPECT_EQ(samples[R"(cdp_scrape_page_duration_seconds_bucket{le="1"})"], 2);
  EXPECT_EQ(samples[R"(cdp_scrape_page_duration_seconds_bucket{le="60"})"], 2);
  EXPECT_EQ(samples[R"(cdp_scrape_page_duration_seconds_bucket{le="+Inf"})"], 3);
  EXPECT_EQ(samples["cdp_scrape_page_duration_seconds_count"], 3);
  EXPECT_NEAR(samples["cdp_scrape_page_duration_seconds_sum"], 100.74, 0.001);
  EXPECT_EQ(samples["cdp_scrape_retries_total"], 3);
  EXPECT_EQ(samples["cdp_scrape_browser_restarts_total"], 2);
  EXPECT_EQ(samples["process_resident_memory_bytes"], 102'400);
  EXPECT_EQ(samples["process_start_time_seconds"], 1'790'000'000.25);
  EXPECT_EQ(samples.type_of("cdp_scrape_page_duration_seconds"), "histogram");
}

TEST(MetricsText, AnInputWithoutAnEndHasNoQueue) {
  EXPECT_FALSE(Samples(cli::metrics_text({}, {})).has("cdp_scrape_pages_queued"));
}

TEST(MetricsText, LabelsAreEscaped) {
  EXPECT_EQ(cli::label_text("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
}

class Metrics : public CliTest {
 protected:
  /// Waits for the line that names the address. @return `http://127.0.0.1:PORT`
  static std::string address_of(const RunningProcess& scraper) {
    EXPECT_TRUE(scraper.read_until("/metrics\n", patience));
    const std::string said = scraper.output(Output::err);
    const std::size_t start = said.find("http://");
    return said.substr(start, said.find("/metrics", start) - start);
  }

  static ProcessResult fetch(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"curl", "-sS", "--noproxy", "*", "--max-time", "20"});
    return run_process({.argv = std::move(arguments)});
  }
};

TEST_F(Metrics, AreToldDuringARun) {
  RunningProcess scraper(program({"--metrics", "127.0.0.1:0", "-c", "1", "--retries", "0", "-o",
                                  file_path("out"), server_.url("/static"), server_.url("/close"),
                                  server_.url("/gate/late"), server_.url("/page/1")}));
  const std::string address = address_of(scraper);
  ASSERT_TRUE(server_.wait_for_request("/gate/late", patience));
  const ProcessResult answer = fetch({"-i", address + "/metrics"});
  EXPECT_THAT(answer.out, AllOf(HasSubstr("HTTP/1.1 200"),
                                HasSubstr("Content-Type: text/plain; version=0.0.4")));
  const Samples samples(answer.out.substr(answer.out.find("\r\n\r\n") + 4));
  EXPECT_EQ(samples[R"(cdp_scrape_pages_total{outcome="ok",code="none"})"], 1);
  EXPECT_EQ(samples[R"(cdp_scrape_pages_total{outcome="failed",code="connect_error"})"], 1);
  EXPECT_EQ(samples["cdp_scrape_pages_in_flight"], 1);
  EXPECT_EQ(samples["cdp_scrape_pages_queued"], 1);
  EXPECT_EQ(samples["cdp_scrape_page_duration_seconds_count"], 2);
  EXPECT_EQ(samples["cdp_scrape_browser_restarts_total"], 0);
  EXPECT_GT(samples["process_resident_memory_bytes"], 1e6);
  EXPECT_GT(samples["cdp_scrape_browser_resident_memory_bytes"], 1e7);
  server_.open_gate("late");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_NE(fetch({address + "/metrics"}).exit_code, 0) << "they end with the run";
}

TEST_F(Metrics, OtherRequestsAreRefused) {
  RunningProcess scraper(
      program({"--metrics", "localhost:0", "-o", file_path("out"), server_.url("/gate/late")}));
  const std::string address = address_of(scraper);
  const std::vector<std::string> status = {"-o", file_path("body"), "-w", "%{http_code}"};
  const auto status_of = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), status.begin(), status.end());
    return fetch(std::move(arguments)).out;
  };
  EXPECT_EQ(status_of({address + "/"}), "404");
  EXPECT_EQ(status_of({"-X", "DELETE", address + "/metrics"}), "405");
  EXPECT_EQ(status_of({"-I", address + "/metrics"}), "200");
  const std::string long_header = "X-Long: " + std::string(100'000, 'x');
  EXPECT_NE(status_of({"-H", long_header, address + "/metrics"}), "200");
  EXPECT_EQ(status_of({address + "/metrics"}), "200") << "and it goes on";
  server_.open_gate("late");
  EXPECT_TRUE(scraper.wait(patience).ok());
}

TEST_F(Metrics, AnAddressThatCannotBeHadEndsTheRunBeforeItBegins) {
  const std::string taken = "127.0.0.1:" + std::to_string(server_.port());
  const ProcessResult result = run({"--metrics", taken, server_.url("/static")});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr("cannot listen on " + taken), HasSubstr("in use"))));
  EXPECT_EQ(server_.count("/static"), 0);
  for (const char* bad : {"9090", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "1.2.3.4:9x"}) {
    const ProcessResult refused = run({"--metrics", bad, server_.url("/static")});
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("--metrics"), HasSubstr("ADDR:PORT"))) << bad;
  }
  const ProcessResult named = run({"--metrics", "example.com:9090", server_.url("/static")});
  EXPECT_EQ(named.exit_code, 2) << named;
  EXPECT_THAT(named.err, HasSubstr("'example.com' is not a numeric address"));
}

}  // namespace
}  // namespace cdp::test
