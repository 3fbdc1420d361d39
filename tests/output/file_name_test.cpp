// Names of files, made of URLs.
#include "output/file_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

TEST(FileName, TellsPeopleWhatIsInTheFile) {
  EXPECT_EQ(file_name_of(17, "https://example.com/articles/index.html", ".html"),
            "0000017-example.com-articles-index.html");
  EXPECT_EQ(file_name_of(0, "https://example.com/", ".html"), "0000000-example.com.html");
  EXPECT_EQ(file_name_of(3, "https://example.com/a?b=c#d", ".pdf"),
            "0000003-example.com-a-b-c.pdf");
}

TEST(FileName, IsSafeWhateverTheUrlHolds) {
  const std::string nasty[] = {"",
                               "https://user:secret@host/",
                               "http://h/../../etc/passwd",
                               "http://h/%2e%2e/\"$(rm -rf)\n\0",
                               "http://h/" + std::string(5000, 'x'),
                               "http://h/\xE6\x97\xA5\xE6\x9C\xAC",
                               "-rf /",
                               std::string("http://h/a\0b", 12)};
  for (const std::string& url : nasty) {
    const std::string name = file_name_of(1, url, ".html");
    EXPECT_TRUE(name.starts_with("0000001")) << name;
    EXPECT_TRUE(name.ends_with(".html")) << name;
    EXPECT_LE(name.size(), 120U) << name;
    EXPECT_EQ(name.find("secret"), name.npos) << name;
    EXPECT_EQ(name.find(".."), name.npos) << name;
    EXPECT_EQ(
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "._-"),
        name.npos)
        << name;
  }
}

TEST(FileName, TakesOnlyPlausibleExtensions) {
  EXPECT_EQ(extension_of("report.PDF"), ".PDF");
  EXPECT_EQ(extension_of("archive.tar.gz"), ".gz");
  EXPECT_EQ(extension_of("none"), "");
  EXPECT_EQ(extension_of(".hidden"), "");
  EXPECT_EQ(extension_of("a./../b"), "");
  EXPECT_EQ(extension_of("a.waytoolongextension"), "");
  EXPECT_EQ(extension_of("a."), "");
}

}  // namespace
}  // namespace cdp
