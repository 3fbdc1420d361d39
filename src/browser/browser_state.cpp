#include "browser/browser_state.hpp"

#include "base/log.hpp"
#include "browser/page_state.hpp"
#include "protocol/browser.hpp"
#include "protocol/fetch.hpp"
#include "protocol/target.hpp"
#include "transport/websocket_transport.hpp"
#include <cdp/error.hpp>

#include <boost/asio/this_coro.hpp>

#include <fmt/format.h>

namespace cdp {
namespace {

using namespace std::chrono_literals;

/// What went wrong between the browser and us while it started, in terms of a start.
Error as_launch_fault(const Error& error, const BrowserProcess& process) {
  if (process.has_exited())
    return process.fault("the browser ended while starting", errc::launch_failed);
  switch (error.code()) {
    case errc::protocol_timeout:
      return process.fault(
          "the browser does not answer; a slow one gets longer by --launch-timeout",
          errc::launch_timeout);
    case errc::browser_crashed:
    case errc::protocol_error:
      return process.fault(
          fmt::format("{}; another browser can be named by --chrome", error.what()),
          errc::launch_failed);
    default:
      return error;
  }
}

protocol::network::CookieParam to_protocol(const Cookie& cookie) {
  protocol::network::CookieParam param;
  param.name = cookie.name;
  param.value = cookie.value;
  param.domain = cookie.domain;
  param.path = cookie.path;
  param.secure = cookie.secure;
  param.http_only = cookie.http_only;
  if (!cookie.same_site.empty()) param.same_site = cookie.same_site;
  if (cookie.expires > 0) param.expires = cookie.expires;
  return param;
}

/// The cause of everything that ends because we wanted it to.
Error closed_by_us() {
  return Error(errc::cancelled, "the browser was closed");
}

}  // namespace

Task<std::shared_ptr<BrowserState>> BrowserState::launch(LaunchOptions options) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const Deadline deadline = deadline_in(options.timeout);
  const Log log = options.log;
  const bool accepts_downloads = options.accept_downloads;
  const bool paces_frames = options.paced_frames;
  const auto process = BrowserProcess::start(executor, std::move(options));
  std::shared_ptr<BrowserState> browser;
  std::optional<Error> fault;
  try {
    auto transport = co_await process->connect(deadline);
    auto connection = Connection::open(executor, std::move(transport), log);
    constexpr auto scope = TargetRegistry::Scope::whole_browser;
    browser.reset(new BrowserState(std::move(connection), scope));
    if (accepts_downloads)
      browser->downloads_ = std::make_unique<Downloads>(browser->connection_, process->downloads());
    if (paces_frames) browser->frame_clock_ = std::make_shared<FrameClock>(browser->connection_);
    co_await browser->greet(scope, deadline);
  } catch (const Error& error) {
    fault = error;
  }
  if (fault) {
    co_await process->settle();
    fault = as_launch_fault(*fault, *process);
    if (browser) browser->connection_->close(*fault);
    process->kill();
    throw *fault;
  }
  browser->process_ = process;
  browser->connection_->explain_loss_with(
      [process](Error loss) { return process->explain(std::move(loss)); });
  co_return browser;
}

Task<std::shared_ptr<BrowserState>> BrowserState::connect(std::string url, ConnectOptions options) {
  const Deadline deadline = deadline_in(options.timeout);
  const auto parsed = parse_websocket_url(url);
  if (!parsed)
    throw Error(errc::invalid_argument, fmt::format("'{}' is no ws://host:port/path URL", url));
  auto transport = co_await connect_websocket(*parsed, deadline);
  co_return co_await over(std::move(transport), TargetRegistry::Scope::own_contexts,
                          std::move(options.log), deadline);
}

Task<std::shared_ptr<BrowserState>> BrowserState::over(std::unique_ptr<Transport> transport,
                                                       TargetRegistry::Scope scope, Log log,
                                                       Deadline deadline) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto connection = Connection::open(executor, std::move(transport), std::move(log));
  std::shared_ptr<BrowserState> browser(new BrowserState(std::move(connection), scope));
  co_await browser->greet(scope, deadline);
  co_return browser;
}

BrowserState::BrowserState(std::shared_ptr<Connection> connection, TargetRegistry::Scope scope)
    : connection_(std::move(connection)), targets_(connection_, scope, connection_->log()) {}

BrowserState::~BrowserState() {
  kill();
}

Task<void> BrowserState::greet(TargetRegistry::Scope scope, Deadline deadline) {
  SentCall attach = targets_.enable();
  const protocol::browser::GetVersion get_version;
  const auto version = co_await connection_->call(connection_->root(), get_version, deadline);
  co_await connection_->wait(std::move(attach), deadline);
  version_ = version.product;
  if (scope == TargetRegistry::Scope::own_contexts) {
    own_context_ = co_await create_context(deadline);
  } else {
    set_up_context(std::nullopt);
  }
  write_log(log(), LogLevel::debug, "{} is ready", version_);
}

Task<std::shared_ptr<PageState>> BrowserState::open_page(std::string url, std::string context,
                                                         PageOptions options, Deadline deadline) {
  const auto self = shared_from_this();
  if (context.empty()) context = own_context_;
  options.paced_frames = options.paced_frames && frame_clock_ && frame_clock_->works();
  protocol::target::CreateTarget command;
  command.url = holds_documents_back() ? url : "about:blank";
  if (!context.empty()) command.browser_context_id = std::move(context);
  if (options.paced_frames) command.enable_begin_frame_control = true;
  ClaimedTarget target = co_await targets_.create(command, deadline);
  auto page = PageState::start(self, std::move(target), std::move(options), command.url, url);
  if (command.url != url) {
    co_await page->ready(deadline);
    page->begin_navigation(url);
  }
  co_return page;
}

Task<void> BrowserState::set_cookies(std::vector<Cookie> cookies, std::string context,
                                     Deadline deadline) {
  const auto self = shared_from_this();
  protocol::storage::SetCookies command;
  if (context.empty()) context = own_context_;
  if (!context.empty()) command.browser_context_id = context;
  for (const Cookie& cookie : cookies)
    command.cookies.push_back(to_protocol(cookie));
  co_await connection_->call(connection_->root(), std::move(command), deadline);
}

Task<std::string> BrowserState::create_context(Deadline deadline) {
  const auto self = shared_from_this();
  protocol::target::CreateBrowserContext command;
  command.dispose_on_detach = true;
  const auto result = co_await connection_->call(connection_->root(), std::move(command), deadline);
  targets_.add_context(result.browser_context_id);
  set_up_context(result.browser_context_id);
  co_return result.browser_context_id;
}

/// Files are reported as what they are, and written to this machine's disk only when they are
/// wanted; and nobody is here to grant a page anything.
void BrowserState::set_up_context(const std::optional<std::string>& context) {
  protocol::browser::SetDownloadBehavior downloads;
  downloads.behavior = "deny";
  if (downloads_) downloads = downloads_->behavior();
  downloads.browser_context_id = context;
  connection_->post(connection_->root(), downloads);
  for (const char* name : {"geolocation", "notifications", "camera", "microphone", "midi"}) {
    protocol::browser::SetPermission permission;
    permission.permission.name = name;
    permission.setting = "denied";
    permission.browser_context_id = context;
    connection_->post(connection_->root(), permission);
  }
}

Task<void> BrowserState::dispose_context(std::string id) {
  const auto self = shared_from_this();
  protocol::target::DisposeBrowserContext command{std::move(id)};
  try {
    co_await connection_->call(connection_->root(), std::move(command), deadline_in(5s));
  } catch (const Error& error) {
    write_log(log(), LogLevel::debug, "{}", error.what());
  }
}

Task<void> BrowserState::close() {
  const auto self = shared_from_this();
  if (!process_) {
    if (is_alive() && !own_context_.empty()) co_await dispose_context(own_context_);
    connection_->close(closed_by_us());
    co_return;
  }
  if (is_alive()) {
    connection_->post(connection_->root(), protocol::browser::Close{});
    connection_->retire(closed_by_us());
    asked_to_close_ = true;
  }
  co_await process_->stop(asked_to_close_);
  connection_->close(closed_by_us());
}

void BrowserState::kill() {
  kill(closed_by_us());
}

void BrowserState::kill(Error cause) {
  connection_->close(cause);
  if (process_) process_->kill();
}

std::filesystem::path BrowserState::directory() const {
  return process_ ? process_->directory() : std::filesystem::path();
}

int BrowserState::process_id() const {
  return process_ ? process_->pid() : 0;
}

}  // namespace cdp
