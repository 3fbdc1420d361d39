// Secrets of the user: whom they are told, in both ways.
#include "support/program/cli_test.hpp"
#include "support/server/test_proxy.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Pages that lead, and load, here and there. Remembers what each request carried.
class Secrets : public CliTest, public testing::WithParamInterface<const char*> {
 protected:
  Secrets() {
    serve("/start", [this](const Request&) { return moved(server_.url("/here")); });
    serve("/here", [](const Request&) { return moved("/page"); });
    serve("/page", [this](const Request&) {
      const std::string foreign = server_.url_on("localhost", "");
      return Response{.body = "<title>t</title><img src='/picture'><script src='" + foreign +
                              "/foreign-script'></script><img src='" + foreign +
                              "/foreign-picture'><img src='/picture-away'><iframe src='" + foreign +
                              "/foreign-frame'></iframe>"};
    });
    serve("/picture-away",
          [this](const Request&) { return moved(server_.url_on("localhost", "/foreign-end")); });
    serve("/leave", [this](const Request&) { return moved(server_.other_origin_url("/foreign")); });
    for (const char* path : {"/picture", "/foreign", "/foreign-script", "/foreign-picture",
                             "/foreign-end", "/foreign-frame"})
      serve(path, [](const Request&) { return Response{.body = "x"}; });
  }

  static Response moved(std::string location) {
    return {.status = 302, .headers = {{"Location", std::move(location)}}};
  }

  void serve(const std::string& path, Handler handler) {
    server_.on(path, [this, handler = std::move(handler)](const Request& request) {
      std::string all;
      for (const auto& [name, value] : request.headers)
        all += name + ": " + value + "\n";
      const std::lock_guard lock(mutex_);
      seen_[request.path] = all;
      return handler(request);
    });
  }

  std::string seen(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = seen_.find(path);
    return found == seen_.end() ? "never asked" : found->second;
  }

  ProcessResult fetch(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-f", "jsonl", "--fetch", GetParam(), "--robots", "ignore",
                                       "--log-level", "debug"});
    return run(std::move(arguments));
  }

  std::mutex mutex_;
  std::map<std::string, std::string> seen_;
};

TEST_P(Secrets, StayAtTheirOrigin) {
  const std::vector<std::string> secrets = {"-H", "authorization: Bearer canary-1",
                                            "-H", "Cookie: c=canary-2",
                                            "-H", "X-Api-Key: canary-3",
                                            "-H", "X-Plain: for-all"};
  std::vector<std::string> arguments = secrets;
  arguments.push_back(server_.url("/start"));
  arguments.push_back(server_.url("/leave"));
  const ProcessResult result = fetch(arguments);
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre(nullptr, nullptr)) << result;
  std::vector<std::string> at_home = {"/start", "/here", "/page", "/leave"};
  std::vector<std::string> away = {"/foreign"};
  if (std::string(GetParam()) == "browser") {
    at_home.insert(at_home.end(), {"/picture", "/picture-away"});
    away.insert(away.end(),
                {"/foreign-script", "/foreign-picture", "/foreign-end", "/foreign-frame"});
  }
  for (const std::string& path : at_home) {
    for (const char* canary : {"canary-1", "canary-2", "canary-3", "for-all"})
      EXPECT_THAT(seen(path), HasSubstr(canary)) << path;
  }
  for (const std::string& path : away) {
    EXPECT_THAT(seen(path), HasSubstr("Host: ")) << path;
    EXPECT_THAT(seen(path), Not(HasSubstr("canary"))) << path;
  }
  EXPECT_THAT(result.err, Not(HasSubstr("canary"))) << "the log";
}

TEST_P(Secrets, CredentialsFindTheirOriginHoweverItIsWritten) {
  serve("/door", [](const Request& request) {
    if (request.header("Authorization") == "Basic dTpjYW5hcnk=") return Response{.body = "in"};
    return Response{.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}};
  });
  const std::string port = server_.url("").substr(std::string("http://127.0.0.1").size());
  const ProcessResult result =
      fetch({"--auth", "u:canary", "--duplicates", "keep", "http://127.1" + port + "/door",
             "  http://0x7f.0.0.1" + port + "/door", "http://2130706433" + port + "/door"});
  EXPECT_THAT(column(parse_lines(result.out), "status"), ElementsAre(200, 200, 200)) << result;
}

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// All that is in the files below a directory.
std::string contents_below(const fs::path& directory) {
  std::string all;
  std::error_code ignored;
  for (fs::recursive_directory_iterator entry(directory, ignored), end; entry != end;
       entry.increment(ignored))
    if (entry->is_regular_file(ignored)) all += content_of(entry->path());
  return all;
}

/// Every form in which a canary may fly.
void expect_no_canary(const std::string& text, const std::string& where) {
  for (const char* form : {"canary", "dTpjYW5hcnkt", "bWU6Y2FuYXJ5L"}) {
    const std::size_t at = text.find(form);
    const std::size_t from = at == text.npos ? 0 : at - std::min(at, std::size_t{60});
    EXPECT_EQ(at, text.npos) << where << ": " << text.substr(from, 160);
  }
}

// One canary in each option that takes a secret; they are given by a file, because everybody may
// read the arguments of a process.
TEST_P(Secrets, AreFoundAtTheirOriginAndNowhereElse) {
  const TestProxy proxy("me:canary-proxy");
  serve("/door", [](const Request& request) {
    if (request.header("Authorization") == "Basic dTpjYW5hcnktYXV0aA==")
      return Response{.body = "<iframe src='/page'></iframe>"};
    return Response{.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}};
  });
  // Cookies know hosts, but no ports.
  serve("/leave-host",
        [this](const Request&) { return moved(server_.url_on("localhost", "/foreign")); });
  serve("/held", [this](const Request&) { return moved(server_.url("/gate/held")); });
  const std::string cookies =
      write_file("cookies.json", R"([{"name":"c","value":"canary-cookie","domain":"127.0.0.1"}])");
  const std::string config =
      write_file("config", "proxy=http://me:canary-proxy@" + proxy.address() +
                               "\nauth=u:canary-auth\n"
                               "header=X-Api-Key: canary-key\n"
                               "cookie-file=" +
                               cookies + "\n");
  RunningProcess scraper(program({"--config",
                                  config,
                                  "--report",
                                  file_path("report.html"),
                                  "--metrics",
                                  "127.0.0.1:0",
                                  "--state",
                                  file_path("state"),
                                  "-o",
                                  file_path("out.jsonl"),
                                  "--log-level",
                                  "trace",
                                  "--fetch",
                                  GetParam(),
                                  "--robots",
                                  "ignore",
                                  "--retries",
                                  "0",
                                  "-c",
                                  "1",
                                  "--order",
                                  "completion",
                                  server_.url("/start"),
                                  server_.url("/leave-host"),
                                  server_.url("/door"),
                                  "http://127.0.0.1:1/none",
                                  server_.url("/held")}));
  ASSERT_TRUE(server_.wait_for_request("/gate/held", patience));

  std::string processes;
  const std::vector<pid_t> all = leaks_.browser_processes();
  EXPECT_EQ(all.empty(), std::string(GetParam()) == "http");
  for (const pid_t process : all) {
    const fs::path directory = "/proc/" + std::to_string(process);
    processes += content_of(directory / "cmdline") + content_of(directory / "environ");
  }
  processes += content_of("/proc/" + std::to_string(scraper.pid()) + "/cmdline");
  expect_no_canary(processes, "arguments and environments");
  for (const std::string& session : leaks_.session_directories())
    expect_no_canary(contents_below(leaks_.directory() / session), "the browser's directory");
  const std::string said = scraper.output(Output::err);
  const std::size_t start = said.find("http://", said.find("metrics"));
  const std::string address = said.substr(start, said.find("/metrics", start) - start);
  const ProcessResult metrics = run_process(
      {.argv = {"curl", "-sS", "--noproxy", "*", "--max-time", "20", address + "/metrics"}});
  EXPECT_THAT(metrics.out, HasSubstr("cdp_scrape_")) << metrics << said.substr(0, 2000);
  expect_no_canary(metrics.out, "the metrics");

  server_.open_gate("held");
  const ProcessResult result = scraper.wait(patience);
  expect_no_canary(result.err, "the log");
  expect_no_canary(content_of(file_path("report.html")), "the report");
  expect_no_canary(contents_below(file_path("state")), "the state");
  expect_no_canary(content_of(file_path("out.jsonl")), "the records");

  for (const char* path : {"/start", "/here", "/page", "/leave-host"}) {
    EXPECT_THAT(seen(path), HasSubstr("canary-cookie")) << path;
    EXPECT_THAT(seen(path), HasSubstr("canary-key")) << path;
  }
  EXPECT_THAT(seen("/door"), HasSubstr("dTpjYW5hcnktYXV0aA=="));
  std::vector<std::string> away = {"/foreign"};
  if (std::string(GetParam()) == "browser")
    away.insert(away.end(),
                {"/foreign-script", "/foreign-picture", "/foreign-end", "/foreign-frame"});
  for (const std::string& path : away) {
    EXPECT_THAT(seen(path), HasSubstr("Host: ")) << path;
    expect_no_canary(seen(path), path);
  }
  for (const char* path : {"/start", "/page", "/door", "/foreign"})
    EXPECT_THAT(seen(path), Not(HasSubstr("bWU6Y2FuYXJ5L"))) << "the proxy's login, at " << path;
}

INSTANTIATE_TEST_SUITE_P(InBothWays, Secrets, testing::Values("http", "browser"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace cdp::test
