// What may have been meant.
#include "cli/options/suggestion.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

TEST(Suggestion, IsTheNearestName) {
  const std::vector<std::string> names = {"--concurrency", "--connect", "--wait", "--timeout"};
  EXPECT_EQ(cli::suggestion("--concurency", names), "; did you mean --concurrency?");
  EXPECT_EQ(cli::suggestion("--tiemout", names), "; did you mean --timeout?");
  EXPECT_EQ(cli::suggestion("--conc", names), "; did you mean --concurrency?");
  EXPECT_EQ(cli::suggestion("--colour", names), "");
}

}  // namespace
}  // namespace cdp
