// Pictures of pages, and pages on paper.
#include "support/chromium/browser_test.hpp"

namespace cdp::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class PrintTest : public BrowserTest {};

/// A number of the header of a PNG (PNG Specification, 11.2.2), most significant byte first.
unsigned number_at(const std::string& png, std::size_t at) {
  unsigned value = 0;
  for (std::size_t byte = at; byte < at + 4; ++byte)
    value = value << 8 | static_cast<unsigned char>(png.at(byte));
  return value;
}

constexpr const char* signature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t width_at = 16;
constexpr std::size_t height_at = 20;

TEST_F(PrintTest, a_screenshot_is_of_the_whole_page_or_of_what_is_in_view) {
  server().on("/tall", [](const Request&) {
    return Response{.body =
                        "<!DOCTYPE html><body style='margin:0'><div style='height:3000px;"
                        "background:linear-gradient(red,blue)'></div>"};
  });
  with_browser([this](Browser& browser) -> Task<void> {
    PageOptions options;
    options.viewport = {500, 400};
    Page page = co_await browser.new_page(options);
    co_await page.navigate(server().url("/tall"));
    const std::string whole = co_await page.screenshot();
    EXPECT_THAT(whole, StartsWith(signature));
    EXPECT_EQ(number_at(whole, width_at), 500U);
    EXPECT_EQ(number_at(whole, height_at), 3000U);
    ScreenshotOptions in_view;
    in_view.full_page = false;
    const std::string part = co_await page.screenshot(in_view);
    EXPECT_EQ(number_at(part, width_at), 500U);
    EXPECT_EQ(number_at(part, height_at), 400U);
    const json height = co_await evaluate(page, "innerHeight");
    EXPECT_EQ(height, 400) << "the page is as it was";
  });
}

TEST_F(PrintTest, a_page_on_paper) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    const std::string pdf = co_await page.pdf();
    EXPECT_THAT(pdf, StartsWith("%PDF-"));
    EXPECT_THAT(pdf, HasSubstr("%%EOF"));
    EXPECT_THAT(pdf, HasSubstr("/MediaBox [0 0 595"));
    PdfOptions wide;
    wide.landscape = true;
    const std::string other = co_await page.pdf(wide);
    EXPECT_THAT(other, HasSubstr("/MediaBox [0 0 84"));
  });
}

TEST_F(PrintTest, a_page_that_hangs_has_its_deadline) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    json hang = json::object();
    hang["expression"] =
        "setTimeout(() => { const request = new XMLHttpRequest(); request.open('GET', '/hung', "
        "false);"
        " request.send(); for (;;); }, 0)";
    co_await page.session().call("Runtime.evaluate", hang);
    const std::string hung = "/hung";
    co_await arrival(server(), hung);
    PdfOptions options;
    options.timeout = 300ms;
    Task<std::string> printing = page.pdf(options);
    const Error error = co_await fault_of(std::move(printing));
    EXPECT_EQ(error.code(), errc::protocol_timeout);
    page.terminate_script();
  });
}

}  // namespace
}  // namespace cdp::test
