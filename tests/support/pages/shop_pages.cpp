#include "shop_pages.hpp"

#include "pages.hpp"
#include "sample_media.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace cdp::test {
namespace {

/// The last segment of the path where it is a number from 1 to 8, else 0.
int number_of(const Request& request) {
  const std::string last = request.path.substr(request.path.rfind('/') + 1);
  return last.size() == 1 && last >= "1" && last <= "8" ? last[0] - '0' : 0;
}

Response not_found() {
  return {.status = 404, .body = html_page("Not found", "<h1>Not found</h1>")};
}

Response product(const Request& request) {
  const std::string number = std::to_string(number_of(request));
  if (number == "0") return not_found();
  return {.body = script_page("loading", "<main id=\"root\"></main>",
                              "setTimeout(() => {"
                              "  document.title = 'Widget " +
                                  number +
                                  "';"
                                  "  root.innerHTML = '<h1>Widget " +
                                  number + "</h1><p class=\"price\">" + number +
                                  ".50 EUR</p>';"
                                  "}, 50);")};
}

Response article(const Request& request) {
  const int number = number_of(request);
  if (number == 0) return not_found();
  const std::string title = "Article " + std::to_string(number);
  return {.body = html_page(title, "<h1>" + title + "</h1><p>Widgets are made with care.</p>")};
}

Response list(const Request&) {
  return {.body = script_page("List", "<ul id=\"items\"></ul><div id=\"end\">.</div>",
                              "function more() {"
                              "  for (let i = 0; i < 10 && items.children.length < 40; i++) {"
                              "    const item = document.createElement('li');"
                              "    item.style.height = '200px';"
                              "    item.textContent = 'Item ' + (items.children.length + 1);"
                              "    items.append(item);"
                              "  }"
                              "}"
                              "more();"
                              "new IntersectionObserver(seen => {"
                              "  if (seen.some(entry => entry.isIntersecting)) more();"
                              "}).observe(end);")};
}

Response login(const Request& request) {
  if (request.method != "POST" || request.body.find("password=secret") == std::string::npos)
    return {.status = 403, .body = html_page("Login", "<h1>Who are you?</h1>")};
  return {.status = 303,
          .headers = {{"Location", "/account"}, {"Set-Cookie", "session=8a51; Path=/; HttpOnly"}}};
}

Response account(const Request& request) {
  const bool known = request.header("Cookie").find("session=8a51") != std::string::npos;
  return {.body = html_page("Account", known ? "<h1>Welcome back</h1>" : "<h1>Please log in</h1>")};
}

Response sitemap(const Request& request) {
  std::string text = "<?xml version=\"1.0\"?><urlset>\n";
  for (int number = 1; number <= 3; ++number) {
    text.append("<url><loc>http://").append(request.header("Host")).append("/products/");
    text.append(std::to_string(number)).append("</loc></url>\n");
  }
  return {.headers = {{"Content-Type", "application/xml"}}, .body = text.append("</urlset>\n")};
}

Handler busy_once() {
  const auto asked = std::make_shared<std::atomic<int>>(0);
  return [asked](const Request&) -> Response {
    if ((*asked)++ == 0) return {.status = 503, .body = html_page("Busy", "<h1>Busy</h1>")};
    return {.body = html_page("No longer busy", "<h1>Welcome</h1>")};
  };
}

}  // namespace

void add_shop_pages(TestServer& server) {
  server.on("/products/", product);
  server.on("/articles/", article);
  server.on("/list", list);
  server.on("/busy", busy_once());
  server.on("/login", login);
  server.on("/account", account);
  server.on("/files/terms.pdf", [](const Request&) -> Response {
    return {.headers = {{"Content-Type", "application/pdf"}}, .body = pdf_document("terms")};
  });
  server.on("/private/", [](const Request&) -> Response {
    return {.body = html_page("Private", "<h1>Private</h1>")};
  });
  server.on("/robots.txt", [](const Request&) -> Response {
    return {.headers = {{"Content-Type", "text/plain"}},
            .body = "User-agent: *\nDisallow: /private/\n"};
  });
  server.on("/sitemap.xml", sitemap);
}

}  // namespace cdp::test
