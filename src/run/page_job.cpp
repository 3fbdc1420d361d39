#include "run/page_job.hpp"

#include "base/web/proxy_settings.hpp"
#include "frontier/fetch_rules.hpp"
#include "run/keeper/frame_pace.hpp"

#include <chrono>

namespace cdp {
namespace {

WaitOptions wait_of(const ScrapeOptions& options, const InputUrl& input) {
  WaitOptions wait = options.wait;
  if (input.wait_until) wait.until = *input.wait_until;
  if (input.wait_selector) wait.selector = *input.wait_selector;
  if (input.delay) wait.delay = *input.delay;
  return wait;
}

PageOptions page_of(const ScrapeOptions& options, const InputUrl& input, const WaitOptions& wait) {
  PageOptions page = options.page;
  page.watches_proxy = proxies_of(options.launch).any();
  page.watches_timers = wait.waits_for_rest();
  page.attach_frames = options.content.frames;
  page.paced_frames = options.launch.paced_frames && paces_frames(options, wait);
  page.headers.insert(page.headers.end(), input.headers.begin(), input.headers.end());
  return page;
}

}  // namespace

PageJob page_job(const ScrapeOptions& options, const QueuedUrl& url) {
  const InputUrl& input = url.input;
  PageJob job;
  job.seq = input.seq;
  job.url = input.url;
  job.wait = wait_of(options, input);
  job.timeout = input.timeout.value_or(options.timeout);
  job.timeout -= std::chrono::duration_cast<std::chrono::milliseconds>(url.spent);
  job.retries = options.retries - url.attempts;
  job.on_timeout = options.on_timeout;
  job.content = options.content;
  job.page = page_of(options, input, job.wait);
  if (options.connect.empty()) job.proxies = proxies_of(options.launch);
  job.headers = input.headers;
  job.log = options.log;
  job.max_body = options.max_body;
  job.screenshot = options.pictures.screenshots;
  job.pdf = options.pictures.pdfs;
  return job;
}

bool needs_rendering(const ScrapeOptions& options, const InputUrl& input) {
  return !what_needs_browser(options, wait_of(options, input)).empty();
}

}  // namespace cdp
