#include "run/keeper/frame_pace.hpp"

namespace cdp {

bool paces_frames(const ScrapeOptions& options) {
  const bool takes_pictures = options.pictures.screenshots || options.pictures.pdfs;
  if (takes_pictures && options.frame_pace == FramePace::automatic) return false;
  return paces_frames(options, options.wait);
}

bool paces_frames(const ScrapeOptions& options, const WaitOptions& wait) {
  if (!options.connect.empty()) return false;
  if (options.frame_pace == FramePace::automatic) return !wait.goes_beyond_events();
  return options.frame_pace == FramePace::paced;
}

}  // namespace cdp
