#include "browser/launch/launcher.hpp"

#include "base/async/deadline.hpp"
#include "base/async/spawn.hpp"
#include "base/log.hpp"
#include "base/system/limits.hpp"
#include "base/system/user_change.hpp"
#include "browser/launch/chromium_flags.hpp"
#include "browser/launch/chromium_locator.hpp"
#include "transport/pipe_transport.hpp"
#include "transport/websocket_transport.hpp"
#include <cdp/error.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <thread>

namespace cdp {
namespace {

using namespace std::chrono_literals;

/// What a browser may need of our environment. It gets no more than that.
constexpr std::array inherited_variables = {"PATH",
                                            "LANG",
                                            "LC_ALL",
                                            "LC_CTYPE",
                                            "LC_MESSAGES",
                                            "TZ",
                                            "LD_LIBRARY_PATH",
                                            "FONTCONFIG_PATH",
                                            "FONTCONFIG_FILE",
                                            "http_proxy",
                                            "https_proxy",
                                            "all_proxy",
                                            "no_proxy",
                                            "HTTP_PROXY",
                                            "HTTPS_PROXY",
                                            "ALL_PROXY",
                                            "NO_PROXY",
                                            "ASAN_OPTIONS",
                                            "SSL_CERT_FILE",
                                            "SSL_CERT_DIR"};

/// Chromium refuses its sandbox to root: the user nobody, who owns nothing, takes over.
constexpr FileOwner unprivileged_user{65534, 65534};

std::vector<std::string> browser_environment(const SessionDir& directory) {
  std::vector<std::string> environment;
  for (const char* name : inherited_variables) {
    if (const char* value = std::getenv(name))
      environment.push_back(fmt::format("{}={}", name, value));
  }
  const std::string home = directory.home().string();
  environment.push_back("HOME=" + home);
  environment.push_back("TMPDIR=" + directory.temp().string());
  for (const char* name : {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"}) {
    environment.push_back(fmt::format("{}={}", name, home));
  }
  environment.push_back(fmt::format("{}={}", SessionDir::variable, directory.id()));
  return environment;
}

/// Chromium's processes share memory through /dev/shm, and crash when it is full. Containers often
/// give it 64 MB; then the browser's own directory serves, more slowly.
bool shared_memory_is_small() {
  constexpr unsigned long enough = 512UL << 20;
  struct statvfs status {};
  return ::statvfs("/dev/shm", &status) != 0 || status.f_bavail * status.f_frsize < enough;
}

}  // namespace

std::optional<FileOwner> browser_user(const LaunchOptions& options) {
  return ::geteuid() == 0 && !options.no_sandbox ? std::optional(unprivileged_user) : std::nullopt;
}

std::shared_ptr<BrowserProcess> BrowserProcess::start(const boost::asio::any_io_executor& executor,
                                                      LaunchOptions options) {
  const std::string program = find_chromium(options.chrome);
  std::shared_ptr<BrowserProcess> browser(new BrowserProcess(executor, std::move(options)));
  UniqueFd log = browser->spawn_process(program);
  spawn(executor, drain_log(browser, executor, std::move(log)), "browser log",
        browser->options_.log);
  return browser;
}

BrowserProcess::BrowserProcess(const boost::asio::any_io_executor& executor, LaunchOptions options)
    : executor_(executor), options_(std::move(options)), log_changed_(executor) {}

BrowserProcess::~BrowserProcess() {
  kill();
}

UniqueFd BrowserProcess::spawn_process(const std::string& program) {
  if (const auto limit = find_browser_limit(read_limits())) throw *limit;
  const std::optional<FileOwner> user = browser_user(options_);
  const std::optional<Error> missing = user ? find_missing_right(user->uid) : std::nullopt;
  if (missing) throw *missing;
  SessionDir::sweep(options_.log, user);
  ProcessSpec spec;
  spec.user = user;
  directory_ = SessionDir::create(spec.user);
  leftovers_.set_directory(directory_.path());
  spec.program = program;
  spec.arguments = chromium_arguments(options_, directory_.profile().string());
  if (shared_memory_is_small()) {
    write_log(options_.log, LogLevel::debug, "/dev/shm is small: using --disable-dev-shm-usage");
    spec.arguments.emplace_back("--disable-dev-shm-usage");
  }
  spec.environment = browser_environment(directory_);
  spec.working_directory = directory_.home().string();

  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  Pipe log = make_pipe();
  Pipe to_browser = make_pipe();
  Pipe from_browser = make_pipe();
  spec.descriptors = {{nothing.get(), STDIN_FILENO},
                      {log.write.get(), STDOUT_FILENO},
                      {log.write.get(), STDERR_FILENO},
                      {to_browser.read.get(), 3},
                      {from_browser.write.get(), 4}};
  process_ = Process::start(executor_, spec, options_.log);
  lifeline_ = std::move(to_browser.write);
  pipe_output_ = std::move(from_browser.read);
  write_log(options_.log, LogLevel::debug, "started {} as process {} in {}", program,
            process_->pid(), directory_.path().string());
  return std::move(log.read);
}

/// Reads the browser's output for its whole life: one that is not read blocks when the pipe is
/// full.
Task<void> BrowserProcess::drain_log(std::weak_ptr<BrowserProcess> owner,
                                     boost::asio::any_io_executor executor, UniqueFd log) {
  boost::asio::posix::stream_descriptor input(executor, log.release());
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  std::vector<char> chunk(1 << 14);
  for (;;) {
    const auto into = boost::asio::buffer(chunk);
    const auto [error, count] = co_await input.async_read_some(into, token);
    const std::shared_ptr<BrowserProcess> self = owner.lock();
    if (!self) co_return;
    self->log_.append({chunk.data(), count});
    self->log_ended_ = static_cast<bool>(error);
    self->log_changed_.notify_all();
    if (error) co_return;
  }
}

Task<std::unique_ptr<Transport>> BrowserProcess::connect(Deadline deadline) {
  if (options_.transport == TransportKind::pipe) {
    // The lifeline doubles as the way in: closing the transport ends the browser too.
    co_return make_pipe_transport(executor_, std::move(pipe_output_), std::move(lifeline_));
  }
  co_return co_await connect_to_endpoint(deadline);
}

Task<std::unique_ptr<Transport>> BrowserProcess::connect_to_endpoint(Deadline deadline) {
  const auto self = shared_from_this();
  const auto decided = [this] { return log_.endpoint() || log_ended_; };
  if (!co_await log_changed_.until(decided, deadline)) {
    throw fault("the browser did not become ready; a slow one gets longer by --launch-timeout",
                errc::launch_timeout);
  }
  if (!log_.endpoint()) {
    co_await process_->exited(std::min(deadline, deadline_in(1s)));
    throw fault("the browser did not start", errc::launch_failed);
  }
  const std::optional<WebSocketUrl> url = parse_websocket_url(*log_.endpoint());
  if (!url || !url->is_loopback()) {
    throw Error(errc::launch_failed,
                fmt::format("the browser reported no DevTools endpoint on this machine: '{}'; "
                            "is --chrome a Chromium?",
                            *log_.endpoint()));
  }
  co_return co_await connect_websocket(*url, deadline);
}

/// Whether it ended because of a limit of the machine: none of its pages is to blame then.
std::optional<std::string> BrowserProcess::find_shortage() const {
  if (!process_->has_exited()) return std::nullopt;
  if (process_->was_ended_by(SIGXFSZ)) return "no larger files (ulimit -f)";
  return log_.machine_fault();
}

Error BrowserProcess::fault(const std::string& what, errc code) const {
  if (log_.known_fault()) return *log_.known_fault();
  if (const auto shortage = find_shortage())
    return Error(errc::machine_limit, fmt::format("{} ({}): the machine gave it {}", what,
                                                  process_->exit_text(), *shortage));
  const std::string how =
      process_->has_exited() ? fmt::format(" ({})", process_->exit_text()) : std::string();
  const std::string tail = log_.tail();
  return Error(code,
               fmt::format("{}{}{}{}", what, how, tail.empty() ? "" : "; its last output: ", tail));
}

/// A socket's end and its process's death arrive in either order, but together.
Task<void> BrowserProcess::settle() {
  const auto self = shared_from_this();
  co_await process_->exited(deadline_in(200ms));
}

Task<Error> BrowserProcess::explain(Error loss) {
  const auto self = shared_from_this();
  co_await settle();
  co_return has_exited() ? fault("the browser ended", errc::browser_crashed) : loss;
}

Task<void> BrowserProcess::stop(bool asked) {
  const auto self = shared_from_this();
  if (!asked || !co_await process_->exited(deadline_in(3s))) {
    process_->signal_group(SIGTERM);
    co_await process_->exited(deadline_in(2s));
  }
  lifeline_.reset();
  process_->signal_group(SIGKILL);
  co_await process_->exited(deadline_in(2s));
  co_await group_ended(deadline_in(1s));
  co_await remove_directory();
}

/// Children that outlived their leader are reaped by init, which may take a moment.
Task<bool> BrowserProcess::group_ended(Deadline deadline) {
  while (process_->group_is_alive()) {
    if (has_passed(deadline)) co_return false;
    co_await sleep_until(deadline_in(2ms));
  }
  co_return true;
}

Task<void> BrowserProcess::remove_directory() {
  const std::string path = directory_.path().string();
  for (const Deadline deadline = deadline_in(1s); !directory_.try_remove();) {
    if (has_passed(deadline)) {
      write_log(options_.log, LogLevel::warn, "cannot remove {}; the next start will", path);
      co_return;
    }
    co_await sleep_until(deadline_in(10ms));
  }
  leftovers_.set_directory({});
}

void BrowserProcess::kill() {
  if (process_) process_->kill_and_reap();
  lifeline_.reset();
  for (const Deadline deadline = deadline_in(1s);
       !directory_.try_remove() && !has_passed(deadline);) {
    std::this_thread::sleep_for(5ms);
  }
  if (directory_.path().empty()) leftovers_.set_directory({});
}

}  // namespace cdp
