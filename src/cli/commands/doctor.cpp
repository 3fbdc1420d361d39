#include "cli/commands/doctor.hpp"

#include "base/system/limits.hpp"
#include "base/system/session_dir.hpp"
#include "browser/launch/chromium_locator.hpp"
#include "browser/launch/launcher.hpp"
#include "cli/commands/machine_check.hpp"
#include "cli/process/colour.hpp"
#include "cli/process/printable.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/sight/log_sink.hpp"
#include "run/keeper/transport_choice.hpp"
#include <cdp/browser.hpp>
#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace cdp::cli {
namespace {

using Clock = std::chrono::steady_clock;

const char* name_of(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warn:
      return "warn";
    case Health::fail:
      return "FAIL";
  }
  return "";
}

/// The path of a document: installed with the program (`PREFIX/bin`), or that of the sources.
std::string document(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  fs::path installed = program.parent_path().parent_path() / "share" / "doc" / "cdp-scrape" / name;
  return fs::exists(installed, error) ? installed.string() : "docs/" + name;
}

/// What to do about a browser that does not start. The message of the error says what happened.
std::string fix_of(errc code) {
  switch (code) {
    case errc::browser_not_found:
      return "apt-get install chromium-headless-shell, or name it: --chrome PATH";
    case errc::sandbox_unavailable:
      return document("container.md") +
             ": the seccomp profile for containers; sysctl "
             "kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu; --no-sandbox only for "
             "pages that you trust";
    case errc::launch_timeout:
      return "a slow or busy machine: --launch-timeout SECONDS";
    default:
      return "run it by hand to see more: --log-level debug";
  }
}

/// The program alone, so that one that is not there is told from one that does not start.
Finding find_program(const LaunchOptions& options) {
  try {
    return {Health::ok, "browser", find_chromium(options.chrome), ""};
  } catch (const Error& error) {
    return {Health::fail, "browser", error.what(), fix_of(error.code())};
  }
}

/// A page that only a browser can make.
constexpr const char* page_url =
    "data:text/html,<title>doctor</title><script>document.title += ' ' + 6 * 7</script>";

Task<std::string> read_title(Browser browser) {
  const auto read = [](Page& page) -> Task<std::string> {
    co_await page.navigate(page_url);
    const Content content = co_await page.capture(std::chrono::seconds(10));
    co_return content.title;
  };
  co_return co_await with_page(browser, read);
}

Task<Browser> start(const ScrapeOptions& options) {
  const ConnectOptions connection{options.launch.timeout, options.launch.log};
  if (!options.connect.empty()) return connect(options.connect, connection);
  return launch(options.launch);
}

Task<Finding> try_browser(ScrapeOptions options) {
  const Clock::time_point begun = Clock::now();
  Finding finding{Health::fail, "start", "", ""};
  std::optional<Browser> browser;
  try {
    browser = co_await start(options);
    const std::string title = co_await read_title(*browser);
    const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    if (title == "doctor 42") {
      finding.health = Health::ok;
      finding.text = fmt::format("{} rendered a page after {:.1f} s", browser->version(), seconds);
    } else {
      finding.text = fmt::format("{} does not run scripts", browser->version());
      finding.fix = "check --chrome-arg";
    }
  } catch (const Error& error) {
    finding.text = fmt::format("{}: {}", to_string(error.code()), error.what());
    finding.fix = fix_of(error.code());
  }
  if (browser) co_await browser->close();
  co_return finding;
}

Finding judge_sandbox(const ScrapeOptions& options, const Finding& start) {
  if (!options.connect.empty())
    return {Health::ok, "sandbox", "that of the browser that runs already", ""};
  if (options.launch.no_sandbox) {
    return {Health::warn, "sandbox", "off: a page that breaks out has all rights of this user",
            "leave out --no-sandbox"};
  }
  if (start.health == Health::ok) return {Health::ok, "sandbox", "on", ""};
  return {Health::warn, "sandbox", "unknown, as no browser could be started", ""};
}

Colour colour_of(Health health) {
  if (health == Health::ok) return Colour::green;
  return health == Health::warn ? Colour::yellow : Colour::red;
}

void print(const Finding& finding) {
  const std::string name = coloured_for(
      STDOUT_FILENO, fmt::format("{:<5}", name_of(finding.health)), colour_of(finding.health));
  print_text(fmt::format("{} {:<12} {}\n", name, finding.subject, printable(finding.text)));
  if (!finding.fix.empty()) print_text(fmt::format("{:<18} fix: {}\n", "", finding.fix));
}

/// Where the browser's directory would be, which another user has to get to when we are root.
Finding check_browsers_place(const LaunchOptions& options) {
  const std::optional<FileOwner> user = browser_user(options);
  try {
    const std::string wanted = SessionDir::place(std::nullopt).string();
    const std::string place = SessionDir::place(user).string();
    Finding finding = check_directory("temporary", place);
    if (place != wanted)
      finding.text += fmt::format(", as the browser's user may not pass through {}", wanted);
    return finding;
  } catch (const Error& error) {
    return {Health::fail, "temporary", error.what(), "TMPDIR=/tmp"};
  }
}

/// Who else on this machine could talk to the browser.
Finding judge_transport(const ScrapeOptions& options) {
  if (!options.connect.empty())
    return {Health::ok, "control", "a browser that others can talk to as well", ""};
  if (has_private_transport(options))
    return {Health::ok, "control", "by a pipe, which no other user can reach", ""};
  return {Health::ok, "control",
          "by a port of 127.0.0.1, which other users of this machine may find; by a pipe when "
          "there are cookies, headers or credentials, or with --transport pipe",
          ""};
}

}  // namespace

ExitCode run_doctor(const Arguments& arguments) {
  ScrapeOptions options = arguments.scrape;
  options.launch.log = make_log(arguments, [] {});
  bool healthy = true;
  const auto report = [&healthy](const Finding& finding) {
    print(finding);
    healthy = healthy && finding.health != Health::fail;
  };
  raise_open_files();  // as a run does
  const Machine machine = measure_machine();
  report(check_browsers_place(options.launch));
  if (!arguments.state.empty()) report(check_directory("state", arguments.state));
  report(judge_shared_memory(machine));
  report(judge_memory(machine));
  report(judge_open_files(machine));
  report(judge_processes(machine));
  report(judge_fonts(machine));
  const bool local = options.connect.empty();
  const Finding program =
      local ? find_program(options.launch) : Finding{Health::ok, "browser", options.connect, ""};
  report(program);
  if (program.health == Health::ok) {
    const Finding start = run(try_browser(options));
    report(start);
    report(judge_sandbox(options, start));
    report(judge_transport(options));
  }
  print_text(fmt::format(
      "\n{}\n", healthy ? "cdp-scrape can scrape here." : "cdp-scrape cannot scrape here."));
  return healthy ? ExitCode::ok : ExitCode::browser_start;
}

}  // namespace cdp::cli
