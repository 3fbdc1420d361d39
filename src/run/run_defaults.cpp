#include "run/run_defaults.hpp"

#include "base/log.hpp"
#include "base/system/limits.hpp"
#include "run/keeper/frame_pace.hpp"
#include "run/keeper/transport_choice.hpp"

#include <algorithm>
#include <thread>

namespace cdp {
namespace {

/// Results that may be in progress or held for each page at once while the output is slow.
constexpr std::size_t backlog_per_page = 4;

/// Two pages a core keep it busy while one of them waits for its server.
int default_concurrency() {
  constexpr int fewest = 2;
  constexpr int most = 32;
  return std::clamp(2 * static_cast<int>(std::thread::hardware_concurrency()), fewest, most);
}

/// A renderer has one thread for the scripts of its pages, and the browser's own processes need as
/// much again. Two on two cores were no faster than one, and cost a sixth more.
int default_renderers(int concurrency) {
  constexpr int cores_per_renderer = 2;
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores / cores_per_renderer, 1, concurrency);
}

/// With fewer open files than that, pages would lack what could not be loaded.
int fitting_concurrency(const ScrapeOptions& options) {
  const int most = options.connect.empty() ? most_pages(read_limits()) : options.concurrency;
  if (options.concurrency <= most) return options.concurrency;
  write_log(options.log, LogLevel::warn,
            "running {} pages at a time instead of {}: more would need more open files (ulimit -n)",
            most, options.concurrency);
  return most;
}

}  // namespace

ScrapeOptions with_defaults(ScrapeOptions options) {
  if (options.launch.transport == TransportKind::automatic)
    options.launch.transport =
        has_private_transport(options) ? TransportKind::pipe : TransportKind::websocket;
  if (options.concurrency <= 0) options.concurrency = default_concurrency();
  options.concurrency = fitting_concurrency(options);
  if (options.share_renderers && options.launch.renderers == 0)
    options.launch.renderers = default_renderers(options.concurrency);
  options.launch.accept_downloads = !options.save_files.empty();
  options.launch.paced_frames = paces_frames(options);
  return options;
}

std::size_t backlog(const ScrapeOptions& options) {
  const auto pages = static_cast<std::size_t>(options.concurrency);
  return pages == 1 ? 1 : backlog_per_page * pages;
}

}  // namespace cdp
