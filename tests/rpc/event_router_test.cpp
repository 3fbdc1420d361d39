// Events on their way to those who subscribed to them.
#include "rpc/event_router.hpp"

#include "protocol/codec.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/network.hpp"
#include "protocol/page.hpp"
#include "protocol/runtime.hpp"
#include "protocol/target.hpp"
#include "rpc/pending_calls.hpp"
#include "support/errors.hpp"
#include <cdp/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using nlohmann::json;
using test::error_of;
using testing::ElementsAre;
using testing::IsEmpty;

class Router : public testing::Test {
 protected:
  std::function<void(const json&)> note(std::string text) {
    return [this, text = std::move(text)](const json&) { seen_.push_back(text); };
  }

  void dispatch(std::string_view event, const json& params) {
    router_.dispatch(event, EventParams::of_json(params));
  }

  std::shared_ptr<WantedEvents> wanted_ = std::make_shared<WantedEvents>();
  EventRouter router_{wanted_};
  std::vector<std::string> seen_;
};

TEST_F(Router, HandlersRunInTheOrderTheySubscribed) {
  const Subscription a = router_.on("E", note("a"));
  const Subscription b = router_.on("E", note("b"));
  const Subscription other = router_.on("F", note("other"));
  dispatch("E", json::object());
  dispatch("unknown", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "b"));
}

TEST_F(Router, OnlySubscribedEventsAreWanted) {
  EXPECT_EQ(wanted_->find("E"), nullptr);
  Subscription a = router_.on("E", note("a"));
  Subscription b = router_.on("E", note("b"));
  EventRouter other_session(wanted_);
  Subscription c = other_session.on("E", note("c"));
  a.reset();
  b.reset();
  EXPECT_NE(wanted_->find("E"), nullptr);
  c.reset();
  EXPECT_EQ(wanted_->find("E"), nullptr);
}

TEST_F(Router, AnEventIsReadAsTheStructThatAllItsHandlersAskFor) {
  using protocol::page::LifecycleEvent;
  const std::string name(LifecycleEvent::event);
  const auto typed = [this](const LifecycleEvent& event) { seen_.push_back(event.name); };
  const Subscription a = router_.on<LifecycleEvent>(typed);
  const Subscription b = router_.on<LifecycleEvent>(typed);
  EXPECT_EQ(wanted_->find(name), &read_event<LifecycleEvent>);
  std::string text = R"({"method":"Page.lifecycleEvent","params":)"
                     R"({"frameId":"F","loaderId":"L","name":"load","timestamp":1},)"
                     R"("sessionId":"S"})";
  const auto route = [this](std::string_view event, const std::string& session,
                            const EventParams& params) {
    seen_.push_back(session);
    router_.dispatch(event, params);
  };
  EXPECT_TRUE(read_event<LifecycleEvent>(text, route));
  EXPECT_THAT(seen_, ElementsAre("S", "load", "load"));
}

TEST_F(Router, AnEventIsLeftAsJsonForHandlersThatReadDifferently) {
  using protocol::page::LifecycleEvent;
  const std::string name(LifecycleEvent::event);
  const Subscription a = router_.on<LifecycleEvent>(
      [this](const LifecycleEvent& event) { seen_.push_back(event.name); });
  const Subscription b =
      router_.on(name, [this](const json& params) { seen_.push_back(params.dump()); });
  EXPECT_EQ(wanted_->find(name), &leave_as_json);
  dispatch(name, {{"frameId", "F"}, {"loaderId", "L"}, {"name", "load"}});
  EXPECT_THAT(seen_, ElementsAre("load", R"({"frameId":"F","loaderId":"L","name":"load"})"));
}

TEST_F(Router, ParamsThatCannotBeReadAreAProtocolError) {
  using protocol::page::LifecycleEvent;
  const Subscription a = router_.on<LifecycleEvent>(
      [this](const LifecycleEvent& event) { seen_.push_back(event.name); });
  const Error error = error_of([this] { dispatch(LifecycleEvent::event, json::object()); });
  EXPECT_EQ(error.code(), errc::protocol_error);
  EXPECT_THAT(seen_, IsEmpty());
}

TEST_F(Router, EndingASubscriptionTwiceEndsItOnce) {
  Subscription a = router_.on("E", note("a"));
  const Subscription b = router_.on("E", note("b"));
  a.reset();
  a.reset();
  EXPECT_NE(wanted_->find("E"), nullptr);
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("b"));
}

TEST_F(Router, AMovedSubscriptionIsOneSubscription) {
  Subscription kept;
  {
    Subscription a = router_.on("E", note("a"));
    kept = std::move(a);
  }
  dispatch("E", json::object());
  kept = router_.on("E", note("b"));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "b"));
}

TEST_F(Router, WhoSubscribesDuringDeliveryGetsTheNextEvent) {
  std::vector<Subscription> later;
  const Subscription a = router_.on("E", [&](const json&) {
    seen_.push_back("a");
    // Many, so that the table moves its elements.
    for (int i = 0; later.size() < 100; ++i) {
      later.push_back(router_.on("E", [](const json&) {}));
      later.push_back(router_.on("X" + std::to_string(i), [](const json&) {}));
    }
  });
  const Subscription b = router_.on("E", note("b"));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "b"));
  later.push_back(router_.on("E", note("late")));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "b", "a", "b", "late"));
}

TEST_F(Router, WhoLeavesDuringDeliveryGetsNoMore) {
  Subscription b;
  const Subscription a = router_.on("E", [&](const json&) {
    seen_.push_back("a");
    b.reset();
  });
  b = router_.on("E", note("b"));
  const Subscription c = router_.on("E", note("c"));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "c"));
}

TEST_F(Router, AHandlerMayEndItsOwnSubscriptionAndGoOn) {
  auto text = std::make_shared<std::string>("own");
  Subscription own;
  own = router_.on("E", [this, &own, text](const json&) {
    own.reset();
    seen_.push_back(*text);  // lives in the handler: still there
  });
  text.reset();
  dispatch("E", json::object());
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("own"));
}

TEST_F(Router, AHandlerMayEndTheRouter) {
  auto doomed = std::make_unique<EventRouter>(wanted_);
  const Subscription a = doomed->on("E", [&](const json&) {
    seen_.push_back("a");
    doomed.reset();
  });
  const Subscription b = doomed->on("E", note("b"));
  const json nothing = json::object();
  doomed->dispatch("E", EventParams::of_json(nothing));
  EXPECT_THAT(seen_, ElementsAre("a", "b"));
}

TEST_F(Router, ASubscriptionMayOutliveItsRouter) {
  Subscription a;
  {
    EventRouter short_lived(wanted_);
    a = short_lived.on("E", note("a"));
  }
  a.reset();
  EXPECT_EQ(wanted_->find("E"), nullptr);
  EXPECT_THAT(seen_, IsEmpty());
}

TEST_F(Router, HandlersMayDispatchThemselves) {
  const Subscription inner = router_.on("inner", note("inner"));
  const Subscription a = router_.on("E", [&](const json&) {
    seen_.push_back("a");
    dispatch("inner", json::object());
  });
  const Subscription b = router_.on("E", note("b"));
  dispatch("E", json::object());
  EXPECT_THAT(seen_, ElementsAre("a", "inner", "b"));
}

}  // namespace
}  // namespace cdp
