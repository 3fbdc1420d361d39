#include "routes.hpp"

#include "http_message.hpp"
#include "support/pages/pages.hpp"
#include "support/pages/sample_media.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>

namespace cdp::test {
namespace {

using std::chrono::milliseconds;

milliseconds milliseconds_of(const Request& request, int fallback) {
  return milliseconds(std::max(0, request.query_number("ms", fallback)));
}

/// A query parameter, or a default.
std::string query_or(const Request& request, std::string_view name, std::string_view fallback) {
  return request.has_query(name) ? request.query(name) : std::string(fallback);
}

std::string last_segment(const Request& request) {
  return request.path.substr(request.path.rfind('/') + 1);
}

Response not_found() {
  return {.status = 404, .body = html_page("404", "<p>not found</p>")};
}

Response of_type(std::string type, std::string body) {
  return {.headers = {{"Content-Type", std::move(type)}}, .body = std::move(body)};
}

Response redirect(int status, std::string location) {
  return {.status = status, .headers = {{"Location", std::move(location)}}};
}

Handler fixed(Response response) {
  return [response = std::move(response)](const Request&) { return response; };
}

Handler fixed_page(std::string html) {
  return fixed({.body = std::move(html)});
}

std::string as_script_string(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\' || c == '<') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// Documents

Response static_page(const Request& request) {
  const std::string title = query_or(request, "title", "static");
  return {.body = html_page(title, "<h1 id=\"title\">" + html_escape(title) + "</h1>")};
}

Response slow_page(const Request& request) {
  const std::string script =
      "const p = document.createElement('p'); p.id = 'built'; p.textContent = 'built by script';"
      "document.body.append(p);";
  return {.headers = {{"Cache-Control", "no-store"}},
          .body = script_page(query_or(request, "title", "slow"), "<h1>slow</h1>", script),
          .delay = milliseconds_of(request, 1000)};
}

Response numbered_page(const Request& request) {
  const std::string digits = last_segment(request);
  const bool is_number = !digits.empty() && digits.size() < 9 &&
                         digits.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) return not_found();
  return {.body = sample_page(std::stoi(digits))};
}

Response asset(const Request& request) {
  const std::string name = last_segment(request);
  Response response;
  if (name == "site.css") {
    response = of_type("text/css", sample_stylesheet());
  } else if (name.size() == 10 && name.starts_with("image") && name.ends_with(".png")) {
    response = of_type("image/png", png_image(name[5] - '0'));
  } else {
    response = of_type("text/javascript", sample_script(name));
  }
  if (response.body.empty()) return not_found();
  response.headers.emplace_back("Cache-Control", "public, max-age=3600");
  return response;
}

Response big(const Request& request, BigText text) {
  return {.headers = {{"Cache-Control", "no-store"}},
          .body = big_page(request.query_number("mb", 1), text)};
}

Response charset(const Request& request) {
  const std::string name = last_segment(request);
  std::string page = encoded_page(name);
  if (page.empty()) return not_found();
  return of_type("text/html; charset=" + (name == "broken-utf8" ? "utf-8" : name), std::move(page));
}

Response status(const Request& request) {
  const std::string code = last_segment(request);
  const bool is_status =
      code.size() == 3 && code.find_first_not_of("0123456789") == std::string::npos;
  if (!is_status || code < "200") return not_found();
  Response response{.status = std::stoi(code)};
  if (!request.has_query("empty")) response.body = html_page(code, "<h1>Status " + code + "</h1>");
  return response;
}

/// The address of `path` on the other name of this machine: for Chromium another site.
std::string on_other_host(const Request& request, const std::string& path) {
  const std::string host = request.header("Host");
  const std::string port = host.substr(std::min(host.find(':'), host.size()));
  const bool by_number = host.starts_with("127.0.0.1");
  return (by_number ? "http://localhost" : "http://127.0.0.1") + port + path;
}

Response iframe(const Request& request) {
  const int depth = request.query_number("depth", 1);
  if (depth <= 0) return {.body = html_page("leaf", "<p id=\"leaf\">leaf</p>")};
  const bool cross = request.has_query("cross");
  std::string next = "/iframe?depth=" + std::to_string(depth - 1) + (cross ? "&cross" : "");
  if (cross) next = on_other_host(request, next);
  return {.body = html_page("frame " + std::to_string(depth),
                            "<iframe src=\"" + html_escape(next) + "\"></iframe>")};
}

Response frameset(const Request&) {
  return {.body =
              "<!DOCTYPE html><html><head><title>frameset</title></head>"
              "<frameset cols=\"50%,50%\"><frame src=\"/static?title=left\">"
              "<frame src=\"/static?title=right\"></frameset></html>"};
}

Response xhtml(const Request& request) {
  const std::string_view end = request.has_query("broken") ? "<p>" : "";
  std::string page =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n"
      "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>xhtml</title></head>"
      "<body><p id=\"text\">xhtml</p>";
  return of_type("application/xhtml+xml", page.append(end).append("</body></html>"));
}

Response index(const Request&) {
  std::string links;
  for (const auto& [path, handler] : builtin_routes()) {
    links.append("<li><a href=\"").append(path).append("\">").append(path).append("</a></li>\n");
  }
  return {.body = html_page("test site", "<h1>test site</h1><ul>" + links + "</ul>")};
}

void add_documents(std::map<std::string, Handler>& routes) {
  routes["/"] = index;
  routes["/static"] = static_page;
  routes["/pushed"] = static_page;
  routes["/slow"] = slow_page;
  routes["/page/"] = numbered_page;
  routes["/asset/"] = asset;
  routes["/big"] = [](const Request& request) { return big(request, BigText::latin); };
  routes["/big-cjk"] = [](const Request& request) { return big(request, BigText::cjk); };
  routes["/surrogates"] = fixed_page(surrogates_page());
  routes["/charset/"] = charset;
  routes["/empty"] = fixed({});
  routes["/no-content"] = fixed({.status = 204});
  routes["/status/"] = status;
  routes["/frameset"] = frameset;
  routes["/iframe"] = iframe;
  routes["/shadow"] = fixed_page(shadow_page());
}

void add_media(std::map<std::string, Handler>& routes) {
  routes["/xhtml"] = xhtml;
  routes["/svg"] =
      fixed(of_type("image/svg+xml",
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">"
                    "<title>svg</title><circle r=\"4\"/></svg>"));
  routes["/json"] = fixed(of_type("application/json", R"({"name": "json", "values": [1, 2, 3]})"));
  routes["/text"] = fixed(of_type("text/plain; charset=utf-8", "plain <text> & more\n"));
  routes["/image"] = fixed(of_type("image/png", png_image(3)));
  routes["/pdf"] = fixed(of_type("application/pdf", pdf_document("pdf")));
  routes["/gzip"] = fixed({.headers = {{"Content-Encoding", "gzip"}},
                           .body = gzip_stored(html_page("gzip", "<p id=\"text\">unpacked</p>"))});
  routes["/download"] =
      fixed({.headers = {{"Content-Type", "application/octet-stream"},
                         {"Content-Disposition", "attachment; filename=file.bin"}},
             .body = std::string(4096, 'x')});
}

// HTTP behaviour

Response redirect_hops(const Request& request) {
  const int hops = request.query_number("n", 1);
  const int code = request.query_number("code", 302);
  if (hops <= 1) return redirect(code, "/static?title=redirected");
  return redirect(code,
                  "/redirect?n=" + std::to_string(hops - 1) + "&code=" + std::to_string(code));
}

Response cookie(const Request& request) {
  return {.headers = {{"Set-Cookie", "visit=1; Path=/"}, {"Cache-Control", "no-store"}},
          .body = html_page("cookie",
                            "<p id=\"cookies\">" + html_escape(request.header("Cookie")) + "</p>")};
}

Response authenticated(const Request& request) {
  constexpr std::string_view user_pass = "Basic dXNlcjpwYXNz";
  if (request.header("Authorization") == user_pass)
    return {.body = html_page("auth", "<p>welcome</p>")};
  return {.status = 401,
          .headers = {{"WWW-Authenticate", "Basic realm=\"test\""}},
          .body = html_page("401", "<p>who are you?</p>")};
}

Response with_policy(const Request&) {
  return {.headers = {{"Content-Security-Policy",
                       "default-src 'none'; script-src 'none'; sandbox; frame-ancestors 'none'"}},
          .body = script_page("csp", "<p id=\"state\">intact</p>",
                              "document.getElementById('state').textContent = 'script ran';")};
}

Response request_headers(const Request& request) {
  std::string json;
  for (const auto& [name, value] : request.headers) {
    json += json.empty() ? "{" : ",";
    for (const auto* text : {&name, &value}) {
      json += text == &name ? "\"" : ":\"";
      for (const char c : *text) {
        if (c == '"' || c == '\\') json += '\\';
        json += c;
      }
      json += '"';
    }
  }
  return of_type("application/json", json.empty() ? "{}" : json + "}");
}

void add_http_behaviour(std::map<std::string, Handler>& routes) {
  routes["/redirect"] = redirect_hops;
  routes["/redirect-loop"] = fixed(redirect(302, "/redirect-loop"));
  routes["/cookie"] = cookie;
  routes["/auth"] = authenticated;
  routes["/csp"] = with_policy;
  routes["/headers"] = request_headers;
}

// Faults on the wire

const std::string page_head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n";

void drip(Exchange& exchange) {
  const milliseconds step = milliseconds_of(exchange.request(), 50);
  const auto chunk = [&](const std::string& text) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return exchange.write(size + text + "\r\n");
  };
  exchange.write(page_head + "Transfer-Encoding: chunked\r\n\r\n");
  bool alive = chunk("<!DOCTYPE html><title>drip</title><p id=dots>");
  for (int left = exchange.request().query_number("bytes", 20); alive && left > 0; --left) {
    alive = exchange.pause(step) && chunk(".");
  }
  if (alive) exchange.write("0\r\n\r\n");
}

void gate(Exchange& exchange) {
  const std::string name = last_segment(exchange.request());
  if (!exchange.wait_for_gate(name)) return;
  exchange.send({.headers = {{"Cache-Control", "no-store"}},
                 .body = html_page("gate " + name, "<p>the gate is open</p>")});
}

/// The browser has the first half when it asks for the script in it: only then RST, or the kernel
/// might throw the half away. Other clients get half a second.
void reset_mid_body(Exchange& exchange) {
  static std::atomic<int> serial = 0;
  const std::string proof = "/asset/received-" + std::to_string(++serial);
  exchange.write(page_head +
                 "Content-Length: 100000\r\n\r\n"
                 "<!DOCTYPE html><title>half</title><p>half<script async src=\"" +
                 proof + "\"></script><p>");
  exchange.wait_for_request(proof, milliseconds(500));
  exchange.reset();
}

void truncated(Exchange& exchange) {
  exchange.write(page_head + "Content-Length: 100000\r\nConnection: close\r\n\r\n" +
                 html_page("truncated", "<p>not all of it</p>"));
}

void event_stream(Exchange& exchange) {
  bool alive = exchange.write(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
      "Connection: close\r\n\r\n");
  for (int i = 0; alive; ++i) {
    alive =
        exchange.write("data: " + std::to_string(i) + "\n\n") && exchange.pause(milliseconds(100));
  }
}

void add_faults(RouteTable& routes) {
  routes["/hang"] = [](Exchange& exchange) { exchange.wait_for_close(); };
  routes["/gate/"] = gate;
  routes["/drip"] = drip;
  routes["/tcp-reset"] = [](Exchange& exchange) { exchange.reset(); };
  routes["/close"] = [](Exchange& exchange) { exchange.write(""); };
  routes["/reset-mid-body"] = reset_mid_body;
  routes["/truncated"] = truncated;
  routes["/sse-stream"] = event_stream;
}

// Page behaviour

Response late_xhr(const Request& request) {
  const std::string ms = std::to_string(milliseconds_of(request, 500).count());
  const bool timer = request.has_query("timer");
  const std::string script =
      "function fetchLate() {\n"
      "  const xhr = new XMLHttpRequest();\n"
      "  xhr.onload = () => {\n"
      "    const p = document.createElement('p'); p.id = 'late'; p.textContent = 'late';\n"
      "    document.body.append(p);\n"
      "  };\n"
      "  xhr.open('GET', '/slow?ms=" +
      (timer ? "0" : ms) +
      "&title=xhr');\n"
      "  xhr.send();\n"
      "}\n"
      "addEventListener('load', () => setTimeout(fetchLate, " +
      (timer ? ms : "0") + "));";
  return {.body = script_page("late xhr", "<p>early</p>", script)};
}

Response meta_refresh(const Request& request) {
  const std::string to = query_or(request, "to", "/static?title=refreshed");
  return {.body = html_page(
              "meta refresh", "<p>going</p>",
              "<meta http-equiv=\"refresh\" content=\"0; url=" + html_escape(to) + "\">")};
}

Response script_redirect(const Request& request) {
  const std::string to = query_or(request, "to", "/static?title=redirected");
  return {.body = script_page("script redirect", "<p>going</p>",
                              "location.href = " + as_script_string(to) + ";")};
}

Response popup(const Request& request) {
  const std::string n = std::to_string(request.query_number("n", 1));
  return {.body =
              script_page("popup", "<p>opener</p>",
                          "for (let i = 1; i <= " + n + "; i++) open('/static?title=popup' + i);")};
}

void add_page_behaviour(std::map<std::string, Handler>& routes) {
  routes["/late-xhr"] = late_xhr;
  routes["/meta-refresh"] = meta_refresh;
  routes["/js-redirect"] = script_redirect;
  routes["/popup"] = popup;
  routes["/never-idle"] =
      fixed_page(script_page("never idle", "<p>busy</p>",
                             "setInterval(() => fetch('/slow?ms=0', {cache: 'no-store'}), 50);"));
  routes["/sse"] =
      fixed_page(script_page("sse", "<p id=\"event\"></p>",
                             "new EventSource('/sse-stream').onmessage ="
                             " e => document.getElementById('event').textContent = e.data;"));
  routes["/raf"] = fixed_page(
      script_page("raf", "",
                  "requestAnimationFrame(() => { const p = document.createElement('p');"
                  " p.id = 'mounted'; p.textContent = 'mounted'; document.body.append(p); });"));
  routes["/lazy"] = fixed_page(lazy_page());
  routes["/push-state"] =
      fixed_page(script_page("before", "<p>state</p>",
                             "history.pushState({}, '', '/pushed'); document.title = 'pushed';"));
  routes["/overrides"] = fixed_page(overrides_page());
}

void add_stubborn_pages(std::map<std::string, Handler>& routes) {
  const std::string before = "<p id=\"before\">before</p>";
  routes["/alert"] = fixed_page(
      script_page("alert", before,
                  "alert('hello'); confirm('sure?'); prompt('name?', 'none');"
                  "document.body.insertAdjacentHTML('beforeend', '<p id=\"after\">after</p>');"));
  routes["/alert-loop"] = fixed_page(script_page("alert loop", before, "for (;;) alert('again');"));
  routes["/beforeunload"] = fixed_page(script_page(
      "beforeunload", before,
      "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'stay'; });"));
  routes["/spin"] = fixed_page(script_page("spin", before, "while (true) {}"));
  routes["/spin-in-frame"] = fixed_page(
      script_page("spin in frame", before,
                  "requestAnimationFrame(() => { const told = new XMLHttpRequest();"
                  " told.open('GET', '/frame-begun', false); told.send(); while (true) {} });"));
  routes["/spin-after-load"] = fixed_page(
      script_page("spin after load", before,
                  "addEventListener('load', () => setTimeout(() => { while (true) {} }));"));
}

}  // namespace

ExchangeHandler answering(Handler handler) {
  return [handler = std::move(handler)](Exchange& exchange) {
    exchange.send(handler(exchange.request()));
  };
}

RouteTable builtin_routes() {
  std::map<std::string, Handler> simple;
  add_documents(simple);
  add_media(simple);
  add_http_behaviour(simple);
  add_page_behaviour(simple);
  add_stubborn_pages(simple);
  RouteTable routes;
  for (auto& [path, handler] : simple)
    routes[path] = answering(std::move(handler));
  add_faults(routes);
  return routes;
}

}  // namespace cdp::test
