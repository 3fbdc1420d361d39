#include "run/keeper/browser_keeper.hpp"

#include "base/log.hpp"
#include "base/system/disk_use.hpp"
#include "base/system/pressure.hpp"
#include "base/web/web_url.hpp"
#include "fetch/redirect_chain.hpp"
#include "run/keeper/option_trial.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cdp {

BrowserKeeper::BrowserKeeper(boost::asio::any_io_executor executor, ScrapeOptions options,
                             Maker maker)
    : options_(std::move(options)),
      maker_(std::move(maker)),
      cooling_(executor),
      events_(std::make_shared<std::vector<BrowserEvent>>()),
      changed_(executor),
      retiring_(executor),
      pulses_(executor),
      stragglers_(executor) {
  options_.launch.log = options_.log;
}

Task<BrowserKeeper::Lease> BrowserKeeper::get() {
  const auto idle = [this] { return !starting_ && (!renewing_ || is_alive()); };
  co_await changed_.until(idle, Deadline::max());
  if (!given_up_ && !is_alive()) co_await start();
  if (given_up_) throw *given_up_;
  wear_->note_page();
  ++pages_;
  renew_if_worn();
  co_return browser_;
}

void BrowserKeeper::renew_if_worn() {
  if (renewing_ || closing_ || !options_.connect.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  std::size_t memory = 0;
  if (options_.limits.memory > 0 && now - memory_seen_at_ >= memory_interval) {
    memory_seen_at_ = now;
    memory = group_memory(browser_->browser.process_id());
  }
  const auto reason = wear_->find_reason(memory, now);
  if (!reason) return;
  renewing_ = true;
  write_log(options_.log, LogLevel::info, "replacing the browser: {}", *reason);
  retiring_.spawn(renew(), "renew browser");
}

/// The browser stays in use until there is another one, and if none can be started.
Task<void> BrowserKeeper::renew() {
  const auto place = std::make_shared<std::optional<Browser>>();
  std::optional<std::string> fault;
  try {
    auto token =
        boost::asio::bind_cancellation_slot(end_of_renewal_.slot(), boost::asio::use_awaitable);
    Task<void> making = make_successor(place);
    co_await boost::asio::co_spawn(changed_.executor(), std::move(making), std::move(token));
  } catch (const std::exception& error) {
    fault = error.what();
  }
  const auto now = std::chrono::steady_clock::now();
  if (*place && !given_up_ && !closing_) {
    Lease old = std::move(browser_);
    keep(std::move(**place));
    if (old) retiring_.spawn(close_when_done(std::move(old)), "close browser");
    note(kind_of_start_);
    wear_.emplace(options_.limits, now);
  } else if (*place) {
    (*place)->kill();
  } else if (!given_up_ && !closing_) {
    write_log(options_.log, LogLevel::warn, "cannot start another browser ({}): keeping this one",
              *fault);
    wear_.emplace(options_.limits, now);
  }
  renewing_ = false;
  changed_.notify_all();
}

Task<void> BrowserKeeper::make_successor(std::shared_ptr<std::optional<Browser>> place) {
  Task<Browser> making = make();
  Browser browser = co_await std::move(making);
  *place = std::move(browser);
}

Task<void> BrowserKeeper::start() {
  starting_ = true;
  std::optional<Error> fault;
  try {
    if (browser_) {
      note_death();
      co_await browser_->browser.close();
    }
    if (!given_up_) {
      // A coroutine of its own, so that it can be ended: it takes along what it has started.
      auto token =
          boost::asio::bind_cancellation_slot(end_of_start_.slot(), boost::asio::use_awaitable);
      Task<void> starting = start_browser();
      co_await boost::asio::co_spawn(changed_.executor(), std::move(starting), std::move(token));
    }
  } catch (const Error& error) {
    fault = error;
  } catch (const boost::system::system_error&) {
    // `kill` has ended it, and said why.
  }
  if (fault && !given_up_) given_up_ = fault;
  if (given_up_ && browser_) browser_->browser.kill();  // given up while it was starting
  starting_ = false;
  changed_.notify_all();
}

Task<void> BrowserKeeper::start_browser() {
  Browser browser = co_await make();
  keep(std::move(browser));
  note(kind_of_start_);
  wear_.emplace(options_.limits, std::chrono::steady_clock::now());
}

void BrowserKeeper::keep(Browser browser) {
  browser_ = std::make_shared<Kept>(std::move(browser));
  // One that was connected to is not ours to end.
  if (options_.connect.empty()) pulses_.spawn(watch_pulse(browser_), "watch browser");
}

Task<void> BrowserKeeper::watch_pulse(std::weak_ptr<Kept> watched) {
  int missed = 0;
  ProcessorHogs hogs(shares_processes() ? most_processors_shared : most_processors);
  const auto over = [&] { return closing_ || given_up_ || watched.expired(); };
  while (!over() && missed < pulse_.most_missed) {
    if (missed == 0) co_await changed_.until(over, deadline_in(pulse_.interval));
    const auto asked = std::chrono::steady_clock::now();
    const bool answered = co_await answers(watched);
    missed = answered ? 0 : missed + 1;
    const bool is_late = std::chrono::steady_clock::now() - asked >= pulse_.late;
    if (const Lease lease = watched.lock()) restrain(*lease, hogs, is_late);
  }
  const Lease lease = watched.lock();
  if (lease && missed >= pulse_.most_missed) end_silent(lease);
}

/// A page that takes the processors from all others gets a lower priority. When the browser's own
/// process cannot keep up, it goes before its renderers: otherwise all pages wait for the one that
/// asks the most.
/// @param is_late whether the browser's own process has answered late
void BrowserKeeper::restrain(const Kept& kept, ProcessorHogs& hogs, bool is_late) {
  const int group = kept.browser.process_id();
  if (group == 0 || kept.pages == 0) return;
  const std::vector<RendererTime> renderers = read_renderers(group);
  for (const pid_t hog : hogs.take(renderers, std::chrono::steady_clock::now())) {
    write_log(options_.log, LogLevel::debug,
              "renderer {} uses too much CPU time: lowering its priority", hog);
    stand_back(hog, for_everybody);
  }
  if (!is_late) return;
  write_log(options_.log, LogLevel::debug,
            "the browser answers late: lowering the priority of its renderers");
  for (const RendererTime& renderer : renderers)
    stand_back(renderer.pid, for_the_browser);
}

/// @return true also when it is known to have ended: then there is nothing to be found out
Task<bool> BrowserKeeper::answers(std::weak_ptr<Kept> watched) {
  std::optional<Session> session;
  if (const Lease lease = watched.lock()) {
    if (lease->browser.is_alive()) session = lease->browser.session();
    if (!lease->asked_at) lease->asked_at = std::chrono::steady_clock::now();
  }
  bool answered = true;
  if (session) {
    nlohmann::json nothing = nlohmann::json::object();
    std::string question = "Browser.getVersion";
    try {
      co_await session->call(std::move(question), std::move(nothing), pulse_.limit);
    } catch (const Error& error) {
      answered = error.code() != errc::protocol_timeout;
    }
  }
  if (const Lease lease = watched.lock(); lease && answered) lease->asked_at.reset();
  co_return answered;
}

/// Its pages are not to blame, and are scraped again in another one.
void BrowserKeeper::end_silent(const Lease& lease) {
  lease->is_silent = true;
  note(BrowserEvent::Kind::retired);
  write_log(options_.log, LogLevel::warn, "the browser does not answer: starting another one");
  if (lease == browser_) browser_ = nullptr;
  lease->browser.kill();
  changed_.notify_all();
}

Task<Browser> BrowserKeeper::make() {
  if (maker_) {
    Task<Browser> making = maker_();
    co_return co_await std::move(making);
  }
  const ConnectOptions connection{options_.launch.timeout, options_.log};
  Task<Browser> starting =
      options_.connect.empty() ? launch(options_.launch) : connect(options_.connect, connection);
  Browser browser = co_await std::move(starting);
  if (!options_.cookies.empty()) {
    Task<void> setting = set_cookies(browser);
    co_await std::move(setting);
  }
  if (!std::exchange(tried_, true) && needs_trial(options_)) {
    Task<void> trial = try_options(browser, options_);
    co_await std::move(trial);
  }
  if (options_.connect.empty()) watched_.push_back(browser);
  co_return browser;
}

/// Sets all at once; if the browser refuses, one by one, because it does not say which one it
/// refuses.
Task<void> BrowserKeeper::set_cookies(Browser browser) {
  bool refused = false;
  try {
    co_await browser.set_cookies(options_.cookies);
  } catch (const Error& error) {
    if (error.code() != errc::protocol_error) throw;
    refused = true;
  }
  if (!refused) co_return;
  std::vector<Cookie> accepted;
  for (const Cookie& cookie : options_.cookies) {
    std::vector<Cookie> one(1, cookie);
    bool taken = true;
    try {
      co_await browser.set_cookies(std::move(one));
    } catch (const Error& error) {
      if (error.code() != errc::protocol_error) throw;
      taken = false;
    }
    if (taken) {
      accepted.push_back(cookie);
    } else {
      write_log(options_.log, LogLevel::warn,
                "the browser refuses the cookie '{}' of {}: it is left out", cookie.name,
                cookie.domain);
    }
  }
  options_.cookies = std::move(accepted);
}

Task<Browser> BrowserKeeper::launch_alone() {
  if (given_up_) throw *given_up_;
  note(BrowserEvent::Kind::started_alone);
  co_return co_await make();
}

void BrowserKeeper::note(BrowserEvent::Kind kind) {
  constexpr std::size_t most = 1000;
  if (events_->size() < most) events_->push_back({kind, std::chrono::system_clock::now()});
}

void BrowserKeeper::note_death() {
  note(BrowserEvent::Kind::died);
  if (++deaths_ >= most_deaths_of_shortage && shortage_) {
    given_up_ = shortage_;
    return;
  }
  if (deaths_ < most_deaths) {
    write_log(options_.log, LogLevel::warn, "the browser died: starting another one");
    return;
  }
  keeps_dying_ = true;
  given_up_.emplace(
      errc::browser_crashed,
      fmt::format("the browser died {} times without finishing a page: giving up", deaths_));
}

void BrowserKeeper::retire(const Lease& lease, const char* reason) {
  if (lease != browser_) return;  // retired before, or replaced
  note(BrowserEvent::Kind::retired);
  write_log(options_.log, LogLevel::warn, "{}: starting another browser", reason);
  retiring_.spawn(close_when_free(std::exchange(browser_, nullptr)), "retire browser");
}

void BrowserKeeper::note_stall(const Lease& lease) {
  if (lease != browser_) return;  // one stall is noticed by all whom it concerns
  if (++stalls_ >= most_stalls && stalls_ * pages_per_stall > pages_ && shares_processes()) {
    write_log(options_.log, LogLevel::info,
              "pages keep blocking each other: from now on each has a process of its own");
    options_.launch.renderers = 0;
  }
  retire(lease, "a page blocks others in its browser");
}

void BrowserKeeper::keep_warm(const Lease& lease, DonePage done) {
  const bool is_last = shares_processes() && lease->pages <= 1;
  if (lease != browser_ || (!is_last && !is_usable(done))) return;
  // This one keeps the renderer alive as well.
  std::erase_if(lease->done, [this](const DonePage& before) { return !is_usable(before); });
  lease->done.push_back(std::move(done));
  cooling_.expires_after(warm_span);
  cooling_.async_wait([kept = std::weak_ptr(lease)](const boost::system::error_code& error) {
    const auto browser = kept.lock();
    if (browser && !error) browser->done.clear();
  });
}

std::optional<BrowserKeeper::DonePage> BrowserKeeper::take_done(const Lease& lease,
                                                                const std::string& url) {
  std::vector<DonePage>& pages = lease->done;
  const auto usable = [this](const DonePage& done) { return is_usable(done); };
  const auto suits = [&, origin = origin_of(url)](const DonePage& done) {
    return is_usable(done) && origin_of(done.page.document().url) == origin;
  };
  const bool are_many = pages.size() > static_cast<std::size_t>(lease->pages);
  auto found = std::find_if(pages.begin(), pages.end(), suits);
  if (found == pages.end() && are_many) found = std::find_if(pages.begin(), pages.end(), usable);
  if (found == pages.end()) return std::nullopt;
  DonePage done = std::move(*found);
  pages.erase(found);
  return done;
}

void BrowserKeeper::check_disk() {
  std::erase_if(watched_, [](const Browser& browser) { return !browser.is_alive(); });
  for (Browser& browser : watched_) {
    const std::uint64_t written = disk_use(browser.directory());
    if (written < options_.limits.disk) continue;
    const Error cause(errc::storage_limit,
                      fmt::format("the pages of a browser have written {} MB (--browser-disk {})",
                                  written >> 20U, options_.limits.disk >> 20U));
    write_log(options_.log, LogLevel::warn, "{}: ending it, and trying its pages again",
              cause.what());
    if (browser_ && browser_->browser.process_id() == browser.process_id()) {
      note(BrowserEvent::Kind::retired);
      browser_ = nullptr;
    }
    browser.kill(cause);
  }
  if (apart_) apart_->check_disk();
}

BrowserKeeper& BrowserKeeper::apart() {
  if (apart_) return *apart_;
  ScrapeOptions options = options_;
  options.launch.renderers = 0;
  apart_ = std::make_unique<BrowserKeeper>(changed_.executor(), std::move(options), maker_);
  apart_->pulse_ = pulse_;
  apart_->events_ = events_;
  apart_->kind_of_start_ = BrowserEvent::Kind::started_apart;
  if (given_up_) apart_->kill();
  return *apart_;
}

Task<void> BrowserKeeper::close_when_free(Lease lease) {
  constexpr std::chrono::milliseconds step{50};
  const auto free = [&] { return lease.use_count() == 1 || given_up_; };
  for (const Deadline deadline = deadline_in(retirement); !free() && !has_passed(deadline);) {
    co_await changed_.until(free, deadline_in(step));
  }
  lease->browser.kill();
}

Task<void> BrowserKeeper::close_when_done(Lease lease) {
  constexpr std::chrono::milliseconds step{50};
  const auto free = [&] { return lease.use_count() == 1 || given_up_; };
  for (const Deadline deadline = deadline_in(longest_farewell); !free() && !has_passed(deadline);) {
    co_await changed_.until(free, deadline_in(step));
  }
  if (given_up_) {
    lease->browser.kill();
  } else {
    co_await lease->browser.close();
  }
}

namespace {

Task<void> join_straggler(std::shared_ptr<TaskGroup> work, std::shared_ptr<void> keeps) {
  co_await work->join();
  keeps.reset();
}

}  // namespace

void BrowserKeeper::outlast(std::shared_ptr<TaskGroup> work, std::shared_ptr<void> keeps) {
  stragglers_.spawn(join_straggler(std::move(work), std::move(keeps)), "work that does not end");
}

Task<void> BrowserKeeper::close() {
  closing_ = true;
  changed_.notify_all();
  watched_.clear();
  end_of_renewal_.emit(boost::asio::cancellation_type::terminal);
  const auto idle = [this] { return !starting_; };
  co_await changed_.until(idle, Deadline::max());
  co_await retiring_.join();
  if (apart_) co_await apart_->close();
  if (browser_) co_await browser_->browser.close();
  co_await pulses_.join();
  co_await stragglers_.join();
}

void BrowserKeeper::kill() {
  if (!given_up_) given_up_.emplace(errc::cancelled, "the run was stopped");
  if (browser_) browser_->browser.kill();
  if (apart_) apart_->kill();
  end_of_renewal_.emit(boost::asio::cancellation_type::terminal);
  end_of_start_.emit(boost::asio::cancellation_type::terminal);
  changed_.notify_all();
}

}  // namespace cdp
