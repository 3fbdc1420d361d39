// A browser without coroutines, where there is none.
#include "base/async/spawn.hpp"
#include "support/async/board.hpp"
#include "support/errors.hpp"
#include <cdp/error.hpp>
#include <cdp/race.hpp>
#include <cdp/spawn.hpp>
#include <cdp/sync.hpp>
#include <cdp/task.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace cdp {
namespace {

using test::error_of;
using test::give;
using testing::HasSubstr;

TEST(Sync, ABrowserOfNoLoopSaysSo) {
  const Error error = error_of([] { const sync::Browser browser{Browser(nullptr)}; });
  EXPECT_EQ(error.code(), errc::wrong_loop);
}

Task<void> make_sync_handle(std::optional<sync::Browser>* kept) {
  *kept = sync::Browser(Browser(nullptr));
  EXPECT_EQ((*kept)->run(give(5)), 5) << "on the loop that runs";
  std::optional<Error> error;
  std::thread([&] { error = error_of([&] { (*kept)->run(give(1)); }); }).join();
  EXPECT_EQ(error->code(), errc::wrong_loop);
  EXPECT_THAT(error->what(), HasSubstr("another thread"));
  co_return;
}

TEST(Sync, AHandleSaysSoOnAnotherThreadAndAfterItsLoop) {
  std::optional<sync::Browser> kept;
  run(make_sync_handle(&kept));
  const Error error = error_of([&] { kept->run(give(1)); });
  EXPECT_EQ(error.code(), errc::wrong_loop);
  EXPECT_THAT(error.what(), HasSubstr("has ended"));
}

}  // namespace
}  // namespace cdp
