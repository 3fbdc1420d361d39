// Secrets of the user: whom they are told, in both ways.
#include "cli_test.hpp"

#include <gmock/gmock.h>

#include <map>
#include <mutex>

namespace cdp::test {
namespace {

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

INSTANTIATE_TEST_SUITE_P(InBothWays, Secrets, testing::Values("http", "browser"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace cdp::test
