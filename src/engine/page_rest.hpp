// Whether a page is idle, by what it reports of itself.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace cdp {

/// Something of the page's that will happen at a known time.
struct PageTimer {
  std::string kind;  ///< timer, interval, animation
  double delay = 0;  ///< milliseconds, as it was set
  double left = 0;   ///< milliseconds until then; negative: it is about to happen
  int fired = 0;     ///< how often one of its kind has happened already without changing anything
};

/// Something that the browser does for the page, and will answer by a promise.
struct PromisedJob {
  std::string name;
  double age = 0;      ///< milliseconds since it was begun
  bool waits = false;  ///< for others, perhaps for ever; else it computes, and comes to its end
  int begun = 0;       ///< how many of that name there were since the page grew
};

/// What a look at a page shows. Times are in milliseconds, counts since the DOM last changed.
struct Look {
  bool scripted = false;  ///< a script of the page's has run
  double changed = 0;     ///< since the DOM last changed
  double grown = 0;       ///< since something other than style and class did
  int frames = 0;
  int moves = 0;            ///< frames since `grown`
  int turns = 0;            ///< of the event loop
  int idles = 0;            ///< idle callbacks of ours, behind those of the page
  bool drawing = false;     ///< the page asked for the next frame
  bool idle_asked = false;  ///< the page asks for idle callbacks
  bool stores = false;      ///< the page has databases
  bool scrolling = false;   ///< smoothly: on its way to where it was told to go
  std::vector<PageTimer> timers;
  std::vector<PromisedJob> jobs;
  std::vector<std::string> busy;  ///< what has not answered a question put behind the page's own

  /// @throws nlohmann::json::exception when it is not a look
  static Look from(const nlohmann::json& json);
};

/// What follows from a look.
struct PageRest {
  bool is_quiet = false;
  std::chrono::milliseconds next_look{0};  ///< when another one may tell more
  std::vector<std::string> awaited;        ///< why the page is not quiet, for people
  std::vector<std::string> left_out;       ///< what will happen, and is not waited for
};

/// Time alone proves nothing on a busy machine: idle also means a number of frames and turns of the
/// page's own event loop. What may never end is waited for within bounds of its own.
PageRest judge(const Look& look);

}  // namespace cdp
