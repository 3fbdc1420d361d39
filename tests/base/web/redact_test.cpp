// Secrets in URLs are not shown.
#include "base/web/redact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Redacted, UserAndPassword) {
  EXPECT_EQ(redacted("https://me:pw@example.com/a"), "https://***@example.com/a");
  EXPECT_EQ(redacted("https://me@example.com"), "https://***@example.com");
  EXPECT_EQ(redacted("https://a@b@example.com/c@d"), "https://***@example.com/c@d");
  EXPECT_EQ(redacted("https://example.com/@name?x=a@b"), "https://example.com/@name?x=a@b");
  EXPECT_EQ(redacted("socks5://me:pw@proxy:1080"), "socks5://***@proxy:1080");
}

TEST(Redacted, ParametersWhoseNameSoundsLikeASecret) {
  for (const char* name : {"token",
                           "access_token",
                           "accessToken",
                           "key",
                           "api_key",
                           "apikey",
                           "apiKey",
                           "API-KEY",
                           "sig",
                           "signature",
                           "X-Amz-Signature",
                           "X-Amz-Credential",
                           "client_secret",
                           "pass",
                           "password",
                           "passwd",
                           "auth",
                           "oauth_verifier",
                           "session",
                           "sessionid",
                           "PHPSESSID",
                           "code",
                           "jwt",
                           "to%6ben",
                           "sid",
                           "user[key]"}) {
    EXPECT_EQ(redacted(std::string("http://h/p?a=1&") + name + "=s3cr3t&b=2"),
              std::string("http://h/p?a=1&") + name + "=***&b=2");
  }
}

TEST(Redacted, OthersStay) {
  for (const char* url : {"http://h/p?q=1&page=2", "http://h/?keyword=cat", "http://h/?author=me",
                          "http://h/?postcode=1", "http://h/?monkey=1", "http://h/token=1",
                          "http://h/?token", "http://h/?token=", "http://h/?", "http://h",
                          "http://", "no url at all?token=1", "://x?token=1", ""})
    EXPECT_EQ(redacted(url), url);
}

TEST(Redacted, FragmentsAndSeveralUrlsInAText) {
  EXPECT_EQ(redacted("http://h/#access_token=1&state=2"), "http://h/#access_token=***&state=2");
  EXPECT_EQ(redacted("http://h/?a=1;key=2#x"), "http://h/?a=1;key=***#x");
  EXPECT_EQ(redacted("http://h/?next=/x?token=1"), "http://h/?next=/x?token=***");
  EXPECT_EQ(redacted("http://u:p@h/?key=1: dns_error: \"https://h/?sig=2\", http://h/."),
            "http://***@h/?key=***: dns_error: \"https://h/?sig=***\", http://h/.");
}

TEST(RedactedMessage, HasNoSecrets) {
  const std::string safe = redacted_message(
      R"({"id":1,"sessionId":"S1","params":{"headers":{"X-Mine":"secret1","Cookie":"a=\"secret2"},)"
      R"("request":{"url":"http://a/","urlFragment":"#secret3","postData":"secret4"},)"
      R"("cookies":[{"name":"sid","value":"secret5","domain":"a"}],"password":"secret6",)"
      R"("responseHeaders":[{"name":"Set-Cookie","value":"secret7"}],"username":"secret8"}})");
  EXPECT_THAT(safe, Not(HasSubstr("secret")));
  EXPECT_THAT(safe, AllOf(HasSubstr(R"("sessionId":"S1")"), HasSubstr(R"("name":"sid")"),
                          HasSubstr(R"("url":"http://a/")"), HasSubstr(R"("domain":"a")")));
  EXPECT_EQ(redacted_message(R"({"password":"secr)"), R"({"password":"***)") << "cut off";
  EXPECT_EQ(redacted_message(R"({"method":"Page.enable"})"), R"({"method":"Page.enable"})");
}

}  // namespace
}  // namespace cdp
