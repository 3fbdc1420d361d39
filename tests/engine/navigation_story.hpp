// A navigation told event by event.
#pragma once

#include "engine/navigation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp::test {

namespace network = protocol::network;
namespace page = protocol::page;

inline constexpr const char* main_frame = "F";

/// A navigation of the frame F, told event by event. Every loader's request has the loader's id.
class NavigationStory : public testing::Test {
 protected:
  void sent(const std::string& loader, const std::string& url,
            const std::string& frame = main_frame) {
    network::RequestWillBeSent event;
    event.request_id = event.loader_id = loader;
    event.request.url = url;
    event.type = "Document";
    event.frame_id = frame;
    navigation_.on(event);
  }

  void redirected(const std::string& loader, int status, const std::string& to) {
    network::RequestWillBeSent event;
    event.request_id = event.loader_id = loader;
    event.request.url = to;
    event.type = "Document";
    event.frame_id = main_frame;
    event.redirect_response.emplace();
    event.redirect_response->status = status;
    navigation_.on(event);
  }

  void answered(const std::string& loader, int status, const std::string& type = "text/html") {
    network::ResponseReceived event;
    event.request_id = loader;
    event.response.status = status;
    event.response.mime_type = type;
    navigation_.on(event);
  }

  void failed(const std::string& loader, const std::string& error) {
    network::LoadingFailed event;
    event.request_id = loader;
    event.error_text = error;
    navigation_.on(event);
  }

  void committed(const std::string& loader, const std::string& url,
                 const std::string& frame = main_frame) {
    page::FrameNavigated event;
    event.frame.id = frame;
    event.frame.loader_id = loader;
    event.frame.url = url;
    event.frame.mime_type = "text/html";
    navigation_.on(event);
  }

  void error_page(const std::string& loader, const std::string& unreachable) {
    page::FrameNavigated event;
    event.frame.id = main_frame;
    event.frame.loader_id = loader;
    event.frame.url = "chrome-error://chromewebdata/";
    event.frame.mime_type = "text/html";
    event.frame.unreachable_url = unreachable;
    navigation_.on(event);
  }

  void life(const std::string& loader, const std::string& name,
            const std::string& frame = main_frame) {
    navigation_.on(page::LifecycleEvent{frame, loader, name});
  }

  /// All lifecycle events up to load.
  void lives(const std::string& loader, const std::string& frame = main_frame) {
    for (const char* name : {"init", "commit", "DOMContentLoaded", "load"})
      life(loader, name, frame);
  }

  void stopped(const std::string& frame = main_frame) {
    navigation_.on(page::FrameStoppedLoading{frame});
  }

  void scheduled(const std::string& url, const std::string& reason = "scriptInitiated",
                 double delay = 0) {
    navigation_.on(page::FrameScheduledNavigation{main_frame, delay, reason, url});
  }

  void requested(const std::string& url, const std::string& reason = "scriptInitiated") {
    navigation_.on(page::FrameRequestedNavigation{main_frame, reason, url, "currentTab"});
  }

  void cleared() { navigation_.on(page::FrameClearedScheduledNavigation{main_frame}); }

  /// A document's request fails of which nothing was seen before.
  void failed_unsent(const std::string& loader, const std::string& error) {
    network::LoadingFailed event;
    event.request_id = loader;
    event.error_text = error;
    event.type = "Document";
    navigation_.on(event);
  }

  /// A document that is there and still loads.
  void begins(const std::string& loader, const std::string& url) {
    navigation_.begin();
    sent(loader, url);
    answered(loader, 200);
    committed(loader, url);
    life(loader, "init");
  }

  /// What became of where the page went, as `why url`.
  std::vector<std::string> not_followed() const {
    std::vector<std::string> all;
    for (const NotFollowed& attempt : navigation_.not_followed())
      all.push_back(attempt.why + " " + attempt.url);
    return all;
  }

  /// The page is as it was, and done with.
  void expect_first_document() {
    EXPECT_TRUE(loaded());
    EXPECT_FALSE(navigation_.expects_another());
    EXPECT_FALSE(navigation_.is_leaving());
    EXPECT_EQ(fault(), "");
    EXPECT_EQ(navigation_.document().url, "http://a/");
    EXPECT_EQ(navigation_.document().status, 200);
    EXPECT_EQ(navigation_.document().content_type, "text/html");
    EXPECT_TRUE(navigation_.document().redirects.empty());
  }

  void replied(const std::string& loader) {
    page::Navigate::Result reply;
    reply.frame_id = main_frame;
    reply.loader_id = loader;
    navigation_.on(reply);
  }

  void replied_with_error(const std::string& loader, const std::string& error) {
    page::Navigate::Result reply;
    reply.frame_id = main_frame;
    reply.loader_id = loader;
    reply.error_text = error;
    navigation_.on(reply);
  }

  void replied_same_document() {
    page::Navigate::Result reply;
    reply.frame_id = main_frame;
    navigation_.on(reply);
  }

  /// A whole document, without a redirect.
  void arrives(const std::string& loader, const std::string& url, int status = 200) {
    sent(loader, url);
    answered(loader, status);
    committed(loader, url);
    lives(loader);
  }

  bool loaded() const { return navigation_.is_over(WaitUntil::load); }
  bool parsed() const { return navigation_.is_over(WaitUntil::domcontentloaded); }

  /// The code of the fault, as text; empty when there is none.
  std::string fault() const {
    return navigation_.fault() ? std::string(to_string(navigation_.fault()->code())) : "";
  }

  Navigation navigation_{main_frame};
};

}  // namespace cdp::test
