// Proxies: one decision for the browser, plain HTTP and robots.txt, and one record for what they
// refuse.
#include "support/program/cli_test.hpp"
#include "support/server/test_proxy.hpp"

#include <gmock/gmock.h>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Proxies : public CliTest, public testing::WithParamInterface<const char*> {
 protected:
  ProcessResult fetch(std::vector<std::string> arguments,
                      std::vector<std::pair<std::string, std::string>> variables = {}) const {
    arguments.insert(arguments.end(), {"-f", "jsonl", "--fetch", GetParam(), "--retries", "1"});
    ProcessSpec spec = program(std::move(arguments));
    for (auto& variable : variables)
      spec.environment.push_back(variable.first + "=" + variable.second);
    return run_process(std::move(spec));
  }

  static void expect_refused(const ProcessResult& result, const TestProxy& proxy) {
    const std::vector<Json> records = parse_lines(result.out);
    EXPECT_THAT(error_codes(records), Each(Json("auth_required"))) << result;
    for (const Json& record : records) {
      EXPECT_THAT(record["error"]["detail"].get<std::string>(), HasSubstr(proxy.address()));
      EXPECT_EQ(record["attempts"], 1);
    }
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("canary")));
    EXPECT_THAT(proxy.passed(), IsEmpty());
  }
};

TEST_P(Proxies, TheOptionIsForEverything) {
  const TestProxy proxy("me:can ary");
  const ProcessResult result =
      fetch({"--robots", "obey", "--proxy", "http://me:can%20ary@" + proxy.address(),
             server_.url("/static"), "http://somewhere.test" + server_.url("/x").substr(16)});
  EXPECT_THAT(error_codes(parse_lines(result.out)), Each(Json(nullptr))) << result;
  EXPECT_THAT(proxy.passed(), Contains(HasSubstr("GET " + server_.url("/robots.txt"))));
  EXPECT_THAT(proxy.passed(), Contains(HasSubstr("GET " + server_.url("/static"))));
  EXPECT_THAT(proxy.passed(), Contains(HasSubstr("GET http://somewhere.test:")));
}

TEST_P(Proxies, OneThatCannotBeHadIsNamed) {
  std::string nobody;
  {
    const TestProxy gone;
    nobody = gone.address();
  }
  const ProcessResult result = fetch({"--robots", "ignore", "--proxy", "http://me:canary@" + nobody,
                                      server_.url("/static"), "https://somewhere.test/"});
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(error_codes(records), Each(Json("connect_error"))) << result;
  for (const Json& record : records)
    EXPECT_THAT(record["error"]["detail"].get<std::string>(), HasSubstr("http://" + nobody));
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("canary")));
}

TEST_P(Proxies, VariablesNameThemToo) {
  const TestProxy proxy;
  const std::string port = server_.url("").substr(16);
  const ProcessResult result =
      fetch({"--robots", "obey", server_.url("/static?1"), "http://far.test" + port + "/static?2",
             "http://www.near.test" + port + "/static?3"},
            {{"http_proxy", proxy.address()}, {"no_proxy", "near.test"}});
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_EQ(records[0]["title"], "static") << result;
  EXPECT_EQ(records[1]["title"], "static") << result;
  EXPECT_NE(records[2]["outcome"], "ok") << "asked for without the proxy, which knows the name";
  EXPECT_THAT(proxy.passed(), Contains(HasSubstr("/robots.txt")));
  EXPECT_THAT(proxy.passed(), Not(Contains(HasSubstr("near.test"))));
  const auto heard = proxy.passed().size();
  const ProcessResult direct =
      fetch({"--proxy", "none", server_.url("/static?4")}, {{"http_proxy", proxy.address()}});
  EXPECT_THAT(error_codes(parse_lines(direct.out)), ElementsAre(Json(nullptr))) << direct;
  EXPECT_EQ(proxy.passed().size(), heard);
}

/// With a wrong login, and without any; for http: and, through a tunnel, for https:.
TEST_P(Proxies, RefuseInOneWay) {
  const TestProxy proxy("me:right");
  const std::string port = server_.url("").substr(16);
  for (const std::string login : {"", "me:canary@"}) {
    const ProcessResult result =
        fetch({"--proxy", "http://" + login + proxy.address(), server_.url("/static"),
               "https://somewhere.test" + port + "/"});
    expect_refused(result, proxy);
  }
}

TEST_P(Proxies, RobotsTxtThatTheProxyKeepsIsUnreachable) {
  const TestProxy proxy("me:right");
  const ProcessResult result =
      fetch({"--robots", "obey", "--proxy", "http://" + proxy.address(), server_.url("/static")});
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre(Json("robots_unreachable")))
      << result;
}

TEST_P(Proxies, SocksIsSpoken) {
  const TestProxy proxy;
  const ProcessResult result =
      fetch({"--proxy", "socks5://" + proxy.address(),
             "http://somewhere.test" + server_.url("").substr(16) + "/static"});
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre(Json(nullptr))) << result;
  EXPECT_THAT(proxy.passed(), Contains(HasSubstr("SOCKS somewhere.test:")));
}

INSTANTIATE_TEST_SUITE_P(InBothWays, Proxies, testing::Values("http", "browser"),
                         [](const auto& each) { return std::string(each.param); });

using ProxyOptions = CliTest;

TEST_F(ProxyOptions, SocksTakesLoginsOverHttpOnly) {
  const TestProxy proxy("me:can:ary");
  const std::string option = "socks5://me:can%3Aary@" + proxy.address();
  const ProcessResult over_http =
      run({"-f", "jsonl", "--fetch", "http", "--proxy", option, server_.url("/static")});
  EXPECT_THAT(error_codes(parse_lines(over_http.out)), ElementsAre(Json(nullptr))) << over_http;
  EXPECT_THAT(proxy.passed(), ElementsAre(HasSubstr("SOCKS 127.0.0.1:")));
  const ProcessResult rendered = run({"--proxy", option, server_.url("/static")});
  EXPECT_EQ(rendered.exit_code, 2);
  EXPECT_THAT(rendered.err, AllOf(HasSubstr("SOCKS"), Not(HasSubstr("can:ary"))));
}

TEST_F(ProxyOptions, MalformedOnesAreRefusedWithoutAWordOfThem) {
  for (const char* proxy :
       {"proxy:3128", "ftp://me:canary@p:1", "http://me:canary@", "http://me:can/ary@p:1",
        "http://me:can#ary@p:1", "http://me:can?ary@p:1", "http://me:canary@p:port",
        "http://me:canary@p:99999", "http://me:canary@p:1/path", "socks4://me:canary@p:1",
        "http://me:canary@p p:1", "http://me:canary@[::1:1"}) {
    const ProcessResult option = run({"--dry-run", "--proxy", proxy, server_.url("/x")});
    EXPECT_EQ(option.exit_code, 2) << proxy << option;
    EXPECT_THAT(option.err, AllOf(Not(HasSubstr("canary")), Not(HasSubstr("ary@")))) << proxy;
    if (std::string(proxy) == "proxy:3128") continue;  // a variable may leave out the scheme
    ProcessSpec spec = program({"--dry-run", server_.url("/x")});
    spec.environment.push_back(std::string("https_proxy=") + proxy);
    const ProcessResult variable = run_process(std::move(spec));
    EXPECT_EQ(variable.exit_code, 2) << proxy << variable;
    EXPECT_THAT(variable.err, AllOf(HasSubstr("https_proxy"), Not(HasSubstr("ary@")))) << proxy;
  }
}

}  // namespace
}  // namespace cdp::test
