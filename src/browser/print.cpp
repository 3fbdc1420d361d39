// Pictures of pages, and pages on paper.
#include "protocol/print.hpp"

#include "base/text/base64.hpp"
#include "browser/page_state.hpp"
#include <cdp/error.hpp>
#include <cdp/page.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

namespace cdp {
namespace {

using namespace protocol;

/// The most that Skia draws, in pixels; a longer page is cut.
constexpr double most_pixels = 16'384;

std::string decoded(const std::string& data) {
  std::optional<std::string> bytes = decode_base64(data);
  if (!bytes) throw Error(errc::protocol_error, "the browser sent an image that is not base64");
  return std::move(*bytes);
}

Task<std::string> take_screenshot(std::shared_ptr<PageState> page, ScreenshotOptions options) {
  const Deadline deadline = deadline_in(options.timeout);
  co_await page->ready(deadline);
  page->hurry_frames();
  page::CaptureScreenshot command;
  if (options.full_page) {
    const page::GetLayoutMetrics ask;
    const auto metrics = co_await page->connection()->call(page->session(), ask, deadline);
    const page::Rect& size = metrics.css_content_size;
    page::Viewport clip;
    clip.width = std::clamp(std::ceil(size.width), 1.0, most_pixels);
    clip.height = std::clamp(std::ceil(size.height), 1.0, most_pixels);
    command.clip = clip;
    command.capture_beyond_viewport = true;
  }
  const auto answer = co_await page->connection()->call(page->session(), command, deadline);
  co_return decoded(answer.data);
}

Task<std::string> print(std::shared_ptr<PageState> page, PdfOptions options) {
  const Deadline deadline = deadline_in(options.timeout);
  co_await page->ready(deadline);
  page::PrintToPdf command;
  command.landscape = options.landscape;
  command.print_background = options.backgrounds;
  command.paper_width = options.paper_width;
  command.paper_height = options.paper_height;
  const auto answer = co_await page->connection()->call(page->session(), command, deadline);
  co_return decoded(answer.data);
}

}  // namespace

Task<std::string> Page::screenshot() {
  return screenshot(ScreenshotOptions{});
}

Task<std::string> Page::screenshot(ScreenshotOptions options) {
  return take_screenshot(state_, options);
}

Task<std::string> Page::pdf() {
  return pdf(PdfOptions{});
}

Task<std::string> Page::pdf(PdfOptions options) {
  return print(state_, options);
}

}  // namespace cdp
