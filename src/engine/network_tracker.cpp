#include "engine/network_tracker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace cdp {
namespace {

/// Types of the Network domain that a page is not waiting for.
constexpr std::array uncounted_types = {
    std::string_view("WebSocket"), std::string_view("EventSource"),
    std::string_view("Ping"),      std::string_view("Prefetch"),
    std::string_view("Preflight"), std::string_view("CSPViolationReport"),
    std::string_view("Media")};

bool type_counts(std::string_view type) {
  return std::find(uncounted_types.begin(), uncounted_types.end(), type) == uncounted_types.end();
}

std::string without_query(const std::string& url) {
  return url.substr(0, url.find_first_of("?#"));
}

/// A worker's script has the id of its target; ids of a page's own requests hold a dot.
bool is_of_worker(const protocol::network::RequestWillBeSent& event) {
  return event.type == "Script" && event.request_id.find('.') == std::string::npos;
}

double seconds(NetworkTracker::Clock::duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

void NetworkTracker::on(const protocol::network::RequestWillBeSent& event, Clock::time_point now) {
  Request request;
  request.url = event.request.url;
  request.type = event.type.value_or("Other");
  request.since = now;
  request.counts = type_counts(request.type) && !request.url.starts_with("data:");
  if (loaded_ && ++asked_[without_query(request.url)] > repeats) request.counts = false;
  request.of_worker = is_of_worker(event);
  if (request.counts) last_activity_ = now;
  last_event_ = now;
  under_way_.insert_or_assign(event.request_id, std::move(request));
}

void NetworkTracker::on(const protocol::network::ResponseReceived& event, Clock::time_point now) {
  last_event_ = now;
  const auto found = under_way_.find(event.request_id);
  if (found == under_way_.end()) return;
  const std::string& type = event.response.mime_type;
  if (type == "text/event-stream") found->second.counts = false;
  if (found->second.type == "Stylesheet" && type.find("css") == std::string::npos)
    end(event.request_id, now);
}

void NetworkTracker::on(const protocol::network::LoadingFinished& event, Clock::time_point now) {
  end(event.request_id, now);
}

void NetworkTracker::on(const protocol::network::LoadingFailed& event, Clock::time_point now) {
  end(event.request_id, now);
}

/// Not a request of its own in the protocol. What will come over it, nobody knows.
void NetworkTracker::on(const protocol::network::WebSocketCreated& event, Clock::time_point now) {
  under_way_.insert_or_assign(event.request_id, Request{event.url, "WebSocket", now, false});
}

void NetworkTracker::on(const protocol::network::WebSocketClosed& event, Clock::time_point now) {
  end(event.request_id, now);
}

void NetworkTracker::on(const protocol::page::FrameScheduledNavigation& event,
                        Clock::time_point now) {
  const auto delay = std::chrono::duration<double>(std::clamp(event.delay, 0.0, 1e6));
  refreshes_[event.frame_id] = {event.url,
                                now + std::chrono::duration_cast<Clock::duration>(delay)};
}

void NetworkTracker::on(const protocol::page::FrameClearedScheduledNavigation& event) {
  refreshes_.erase(event.frame_id);
}

bool NetworkTracker::starts_worker() const {
  return std::any_of(under_way_.begin(), under_way_.end(),
                     [](const auto& entry) { return entry.second.of_worker; });
}

void NetworkTracker::end(const std::string& id, Clock::time_point now) {
  last_event_ = now;
  const auto node = under_way_.extract(id);
  if (!node.empty() && counts(node.mapped(), now)) last_activity_ = now;
}

void NetworkTracker::restart(const std::string& document_request, Clock::time_point now) {
  std::erase_if(under_way_, [&](const auto& entry) { return entry.first != document_request; });
  asked_.clear();
  refreshes_.clear();
  loaded_ = false;
  last_activity_ = last_event_ = now;
}

bool NetworkTracker::counts(const Request& request, Clock::time_point now) const {
  return request.counts && now - request.since < patience;
}

bool NetworkTracker::is_quiet(Clock::time_point now) const {
  return std::none_of(under_way_.begin(), under_way_.end(),
                      [&](const auto& entry) { return counts(entry.second, now); });
}

NetworkTracker::Clock::duration NetworkTracker::quiet_for(Clock::time_point now) const {
  if (!is_quiet(now)) return {};
  Clock::time_point since = last_activity_;
  for (const auto& [id, request] : under_way_) {
    // One that stopped counting by its age did so at a known time.
    if (request.counts) since = std::max(since, request.since + patience);
  }
  return now - std::min(since, now);
}

NetworkTracker::Clock::time_point NetworkTracker::next_change(Clock::time_point now) const {
  Clock::time_point next = now;
  for (const auto& [id, request] : under_way_) {
    if (counts(request, now)) next = std::max(next, request.since + patience);
  }
  return next;
}

std::vector<std::string> NetworkTracker::describe(Clock::time_point now) const {
  constexpr std::size_t most = 20;
  constexpr std::size_t longest_url = 300;
  std::vector<std::string> lines;
  for (const auto& [id, request] : under_way_) {
    if (lines.size() == most) break;
    lines.push_back(fmt::format("{} {} ({:.1f} s{})", request.type,
                                request.url.substr(0, longest_url), seconds(now - request.since),
                                counts(request, now) ? "" : ", not waited for"));
  }
  for (const auto& [frame, refresh] : refreshes_) {
    if (lines.size() == most) break;
    lines.push_back(fmt::format("refresh to {} (due in {:.1f} s, not waited for)",
                                refresh.url.substr(0, longest_url),
                                std::max(seconds(refresh.due - now), 0.0)));
  }
  return lines;
}

}  // namespace cdp
