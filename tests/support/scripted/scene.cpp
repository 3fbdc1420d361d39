#include "scene.hpp"

#include <gtest/gtest.h>

namespace cdp::test {

// No coroutines but the last: what they hand on is not made inside of an awaited expression.
Task<Page> Scene::open_loaded() {
  return open_loaded(PageOptions{});
}

Task<Page> Scene::open_with_reader() {
  return open_loaded(with_reader());
}

Task<Page> Scene::open_recyclable() {
  return open_loaded(recyclable());
}

Task<Page> Scene::open_loaded(PageOptions options) {
  Page page = co_await browser().open("http://a/", options, patience);
  co_await page.loaded();
  co_return page;
}

Task<void> Scene::close() {
  const auto connection = state->connection();
  co_await state->close();
  EXPECT_EQ(connection->pending(), 0U);
  EXPECT_EQ(connection->sessions(), 0U);
  state.reset();
  co_await settle();
  EXPECT_EQ(task_count(), 1U);
}

Task<Scene> open_scene(TargetRegistry::Scope scope) {
  Scene scene;
  scene.chrome = co_await ScriptedBrowser::make();
  scene.state = co_await scene.chrome->start(scope);
  co_return scene;
}

Task<Scene> open_quiet_scene() {
  Scene scene = co_await open_scene();
  scene.chrome->ignore("Page.navigate");
  co_return scene;
}

PageOptions with_reader() {
  PageOptions options;
  options.watches_timers = false;
  return options;
}

PageOptions recyclable() {
  PageOptions options = with_reader();
  options.recyclable = true;
  return options;
}

}  // namespace cdp::test
