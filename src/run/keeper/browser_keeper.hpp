// Keeps a browser available for the whole run.
#pragma once

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "run/keeper/browser_wear.hpp"
#include "run/keeper/processor_hogs.hpp"
#include <cdp/browser.hpp>
#include <cdp/error.hpp>
#include <cdp/page.hpp>
#include <cdp/scrape.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cdp {

/// Something that happened to the run's browsers.
struct BrowserEvent {
  enum class Kind {
    started,
    died,           ///< found out when the next page wanted it
    retired,        ///< it did not let go of a page, or answered nobody
    started_alone,  ///< for one URL under which browsers have died
    started_apart   ///< one in which every page has a process of its own
  };
  Kind kind;
  std::chrono::system_clock::time_point at;
};

/// Starts the run's browser, and another one when it has died or cannot be trusted any more: the
/// run continues. One that has done enough (BrowserLimits) is used until its successor has been
/// started, and is closed when its pages are done. When browsers die again and again without a
/// single page finishing, the keeper gives up, and every caller gets that error.
class BrowserKeeper {
 public:
  struct DonePage {
    Page page;
    int uses = 1;  ///< of its target
  };

  /// A browser, and what is known of it.
  struct Kept {
    explicit Kept(Browser fresh) : browser(std::move(fresh)) {}

    Browser browser;

    /// A script was terminated in it that may have been any page's: pages in progress at that
    /// moment may lack something.
    bool suspect = false;

    int pages = 0;          ///< under way
    std::size_t begun = 0;  ///< pages that ever were

    bool is_silent = false;  ///< it answered nobody, and was killed for that
    std::optional<std::chrono::steady_clock::time_point> asked_at;  ///< no answer since

    /// How long it has not answered a question that every browser answers at once.
    std::chrono::steady_clock::duration silent_for(
        std::chrono::steady_clock::time_point now) const {
      return asked_at ? now - *asked_at : std::chrono::steady_clock::duration::zero();
    }

    /// Pages that are done, and kept for a moment: for their targets, which may be used again; and
    /// the last one because a renderer ends with it, and starting the next one takes longer than a
    /// short page does.
    std::vector<DonePage> done;
  };

  /// The right to use a browser; it is not closed before it has been given back.
  using Lease = std::shared_ptr<Kept>;

  using Maker = std::function<Task<Browser>()>;

  /// How often a browser is asked whether it answers at all, how long each question may take, and
  /// how many unanswered ones in a row mean that it does not. One is not enough: it may be the
  /// driver that was stuck.
  struct Pulse {
    std::chrono::milliseconds interval{1'000};
    std::chrono::milliseconds limit{2'500};
    int most_missed = 2;
    std::chrono::milliseconds late{250};  ///< then it does not keep up with its pages
  };

  /// @param maker how to get a browser, in the place of `launch` and `connect`
  BrowserKeeper(boost::asio::any_io_executor executor, ScrapeOptions options, Maker maker = {});

  /// For browsers that are started from then on.
  void set_pulse(Pulse pulse) { pulse_ = pulse; }
  const Pulse& pulse() const { return pulse_; }

  /// A living browser. Callers share one start.
  /// @throws Error of the start; browser_crashed when it keeps dying; cancelled after `kill`
  Task<Lease> get();

  /// A browser that nobody else uses. The caller closes it. @throws Error of the start
  Task<Browser> launch_alone();

  /// A page finished: so earlier deaths were not the fault of the browser or the machine.
  void note_success() {
    deaths_ = 0;
    shortage_.reset();
  }

  /// A page failed because the machine gave the browser too little. When browsers die of that, and
  /// no page finishes in between, the run ends with that error.
  void note_shortage(const std::string& detail) { shortage_.emplace(errc::machine_limit, detail); }

  /// Retires a browser that does not obey: it gets no more pages, and is closed when the pages on
  /// it are done.
  void retire(const Lease& lease) { retire(lease, "the browser cannot close a page"); }

  /// Whether pages share processes here, so that one may hold up others.
  bool shares_processes() const {
    return options_.launch.renderers > 0 && options_.connect.empty();
  }

  /// A page was held up in a shared process: the browser is retired. Where that happens often,
  /// pages get processes of their own from then on.
  void note_stall(const Lease& lease);

  /// Keeps a finished page, if it is of any use (see `Kept::done`), until no page has finished for
  /// a moment.
  void keep_warm(const Lease& lease, DonePage done);

  /// Whether pages are paced by default.
  bool paces_frames() const { return options_.launch.paced_frames; }

  /// Whether targets are reused.
  bool recycles() const { return options_.recycle > 1; }

  /// A finished page whose target may be reused for this URL; or any, to be closed, when there are
  /// more of them than pages at once.
  std::optional<DonePage> take_done(const Lease& lease, const std::string& url);

  /// The keeper of browsers whose pages have processes of their own, for pages that were held up in
  /// a shared process. Its first browser is started when it is asked for one.
  BrowserKeeper& apart();

  /// Takes over work that did not end when it was cancelled: only `close` waits for it.
  /// @param keeps what it uses
  void outlast(std::shared_ptr<TaskGroup> work, std::shared_ptr<void> keeps);
  /// Ends browsers whose pages have written too much. Their pages are tried again, and the page
  /// that does it is alone in the end.
  void check_disk();

  /// Ends all browsers in good order.
  Task<void> close();

  /// Ends them at once, also while they start, and every later `get` too.
  void kill();

  bool is_starting() const { return starting_; }

  /// The first thousand events, in order.
  const std::vector<BrowserEvent>& events() const { return *events_; }

  /// Why there will be no further browser; nothing while there is or may be one.
  const std::optional<Error>& given_up() const { return given_up_; }

  /// Whether it was given up because it died too often.
  bool keeps_dying() const { return keeps_dying_; }

 private:
  Task<void> start();
  Task<void> start_browser();
  Task<Browser> make();
  void keep(Browser browser);
  Task<void> set_cookies(Browser browser);
  void renew_if_worn();
  Task<void> watch_pulse(std::weak_ptr<Kept> watched);
  Task<bool> answers(std::weak_ptr<Kept> watched);
  void restrain(const Kept& kept, ProcessorHogs& hogs, bool is_late);
  void end_silent(const Lease& lease);
  Task<void> renew();
  Task<void> make_successor(std::shared_ptr<std::optional<Browser>> place);
  Task<void> close_when_free(Lease lease);
  Task<void> close_when_done(Lease lease);
  bool is_usable(const DonePage& done) const { return done.uses < options_.recycle; }
  bool is_alive() const { return browser_ && browser_->browser.is_alive(); }
  void note_death();
  void retire(const Lease& lease, const char* reason);
  void note(BrowserEvent::Kind kind);

  static constexpr int most_deaths = 5;
  static constexpr int most_deaths_of_shortage = 2;

  /// Sharing is given up after this many stalls, if they are at least one in this many pages.
  static constexpr int most_stalls = 3;
  static constexpr int pages_per_stall = 20;
  static constexpr std::chrono::seconds retirement{
      30};  ///< how long pages on a retired browser may take

  /// How long finished pages stay open when no other comes.
  static constexpr std::chrono::milliseconds warm_span{300};

  /// How many processors a renderer may keep busy: with one page, and with several. A page's own
  /// script is one thread.
  static constexpr double most_processors = 0.9;
  static constexpr double most_processors_shared = 1.5;

  static constexpr std::chrono::seconds memory_interval{5};  ///< between two looks at its memory
  static constexpr std::chrono::hours longest_farewell{1};   ///< pages end long before

  ScrapeOptions options_;
  Maker maker_;
  Pulse pulse_;
  Lease browser_;
  std::optional<BrowserWear> wear_;  ///< of `browser_`
  std::chrono::steady_clock::time_point memory_seen_at_;
  bool renewing_ = false;  ///< a successor of `browser_` is being started
  bool closing_ = false;
  boost::asio::cancellation_signal end_of_renewal_;
  std::optional<Error> given_up_;
  bool starting_ = false;
  boost::asio::cancellation_signal end_of_start_;
  bool tried_ = false;  ///< the options that only a browser can judge
  bool keeps_dying_ = false;
  int deaths_ = 0;                 ///< since the last page that got done
  std::vector<Browser> watched_;   ///< those we have started, while they live
  std::optional<Error> shortage_;  ///< of the machine, since a page got done
  int pages_ = 0;
  int stalls_ = 0;
  boost::asio::steady_timer cooling_;
  BrowserEvent::Kind kind_of_start_ = BrowserEvent::Kind::started;
  std::unique_ptr<BrowserKeeper> apart_;
  std::shared_ptr<std::vector<BrowserEvent>> events_;  ///< those of `apart_`, too
  Notifier changed_;
  TaskGroup retiring_;
  TaskGroup pulses_;
  TaskGroup stragglers_;
};

}  // namespace cdp
