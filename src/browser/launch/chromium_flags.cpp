#include "browser/launch/chromium_flags.hpp"

#include "base/web/proxy_settings.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace cdp {
namespace {

struct Switch {
  std::string_view flag;
  std::string_view reason;
};

constexpr std::array switches = {
    Switch{"--headless",
           "no window; the headless shell has nothing else, full Chromium needs to be told"},
    Switch{"--no-startup-window", "pages are opened by the driver alone"},
    Switch{"--no-first-run", "no welcome pages in a fresh profile"},
    Switch{"--no-default-browser-check", "nor questions"},
    Switch{"--disable-background-networking", "no traffic but that of the pages"},
    Switch{"--disable-component-update", "likewise"},
    Switch{"--disable-sync", "likewise"},
    Switch{"--disable-domain-reliability", "likewise"},
    Switch{"--disable-client-side-phishing-detection", "likewise, and it costs time on every page"},
    Switch{"--disable-default-apps", "nothing is installed into a throw-away profile"},
    Switch{"--disable-extensions", "likewise"},
    Switch{"--disable-breakpad", "crash dumps would pile up; the signal is in the log"},
    Switch{"--disable-crash-reporter", "likewise"},
    Switch{"--disable-background-timer-throttling", "many pages at once must behave as one does"},
    Switch{"--disable-backgrounding-occluded-windows", "likewise"},
    Switch{"--disable-renderer-backgrounding", "likewise"},
    Switch{"--disable-hang-monitor",
           "no dialogs about slow pages; the deadline of the URL decides"},
    Switch{"--disable-popup-blocking",
           "a blocked popup changes what the page does; popups are closed instead"},
    Switch{"--disable-prompt-on-repost", "no dialogs on reload"},
    Switch{"--disable-search-engine-choice-screen", "no dialogs on start"},
    Switch{"--metrics-recording-only", "nothing is reported"},
    Switch{"--no-service-autorun", "nothing stays behind"},
    Switch{"--password-store=basic", "no keyring of the desktop"},
    Switch{"--use-mock-keychain", "likewise"},
    Switch{"--mute-audio", "no sound devices"},
    Switch{"--hide-scrollbars", "the layout is the same with and without overflow"},
    Switch{"--force-color-profile=srgb", "the same pixels everywhere"},
    Switch{"--default-tile-width=1024",
           "a window is drawn as one tile instead of a dozen: 2 to 3 %"},
    Switch{"--default-tile-height=1024", "likewise"},
};

/// Features that change what a page sees, or do work nobody asked for.
constexpr std::array disabled_features = {
    std::string_view("Translate"),          // asks for the language of every page
    std::string_view("OptimizationHints"),  // fetches hints
    std::string_view("MediaRouter"),        // looks for devices in the network
    std::string_view("InterestFeedContentSuggestions"),
    std::string_view("HttpsUpgrades"),  // the URL asked for is the URL requested
    std::string_view("PaintHolding"),   // delays the first frame of a navigation
    // Starts a renderer for a page that may never come. A tenth of the time of short pages.
    std::string_view("SpareRendererForSitePerProcess"),
    // Gives every document of a target a widget and a compositor of its own, also where the next
    // document is of the same site: two fifths more pages from targets that are used again.
    std::string_view("RenderDocument"),
};

/// The network's own process costs a message between processes for every piece of every answer. It
/// has no sandbox on Linux in either case.
constexpr std::string_view enabled_features = "NetworkServiceInProcess2";

/// Arguments that belong to the driver, and what to use instead.
constexpr std::array reserved = {
    Switch{"--user-data-dir", "every browser has a private profile"},
    Switch{"--remote-debugging-port", "use --connect for a browser of your own"},
    Switch{"--remote-debugging-pipe", "use --transport pipe"},
};

std::string_view name_of(std::string_view argument) {
  return argument.substr(0, argument.find('='));
}

void refuse_reserved(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    const auto found = std::find_if(reserved.begin(), reserved.end(), [&](const Switch& entry) {
      return entry.flag == name_of(argument);
    });
    if (found == reserved.end()) continue;
    throw Error(errc::invalid_argument,
                fmt::format("browser argument {} is not possible: {}", argument, found->reason));
  }
}

/// Ours and the user's list for one of the feature switches, as one argument.
std::string joined_features(std::string_view flag, std::string features,
                            const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (name_of(argument) != flag || argument.size() <= flag.size() + 1) continue;
    if (!features.empty()) features += ',';
    features += argument.substr(flag.size() + 1);
  }
  return features.empty() ? std::string() : fmt::format("{}={}", flag, features);
}

}  // namespace

std::vector<std::string> chromium_arguments(const LaunchOptions& options,
                                            const std::string& profile) {
  refuse_reserved(options.chrome_args);
  std::vector<std::string> arguments;
  for (const Switch& entry : switches)
    arguments.emplace_back(entry.flag);
  arguments.push_back("--user-data-dir=" + profile);
  // The pipe is there in both cases: it ends the browser when the driver is gone, however it went.
  arguments.emplace_back("--remote-debugging-pipe");
  if (options.transport != TransportKind::pipe) arguments.emplace_back("--remote-debugging-port=0");
  for (std::string& argument : proxy_arguments(proxies_of(options)))
    arguments.push_back(std::move(argument));
  if (options.renderers > 0)
    arguments.push_back(fmt::format("--renderer-process-limit={}", options.renderers));
  // What `HeadlessExperimental.beginFrame` asks for: a frame is drawn when all of its parts are
  // there.
  if (options.paced_frames) arguments.emplace_back("--run-all-compositor-stages-before-draw");
  if (options.no_sandbox) arguments.emplace_back("--no-sandbox");
  for (const std::string& argument : options.chrome_args) {
    if (name_of(argument) != "--disable-features" && name_of(argument) != "--enable-features") {
      arguments.push_back(argument);
    }
  }
  const std::string disabled = fmt::format("{}", fmt::join(disabled_features, ","));
  for (const std::string& features :
       {joined_features("--disable-features", disabled, options.chrome_args),
        joined_features("--enable-features", std::string(enabled_features), options.chrome_args)}) {
    if (!features.empty()) arguments.push_back(features);
  }
  return arguments;
}

}  // namespace cdp
