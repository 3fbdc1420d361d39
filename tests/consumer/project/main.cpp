// consumer URL: prints the title of a page, and what its script says.
#include <cdp/cdp.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

namespace {

cdp::Task<void> print_title(std::string url) {
  cdp::Browser browser = co_await cdp::launch();
  cdp::Page page = co_await browser.new_page();
  co_await page.navigate(url);
  const cdp::Content content = co_await page.capture(std::chrono::seconds(30));
  const nlohmann::json text = co_await page.evaluate("document.body.textContent");
  co_await browser.close();
  std::cout << "title: " << content.title << "\ntext: " << text.get<std::string>() << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
  cdp::run(print_title(argc > 1 ? argv[1] : "about:blank"));
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return EXIT_FAILURE;
}
