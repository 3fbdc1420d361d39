// Pictures of pages: https://chromedevtools.github.io/devtools-protocol/tot/Page/
#pragma once

#include "protocol/field.hpp"

#include <optional>
#include <string>

namespace cdp::protocol::page {

struct Viewport {
  static constexpr std::string_view type_name = "Page.Viewport";
  double x = 0;  ///< CSS pixels
  double y = 0;
  double width = 0;
  double height = 0;
  double scale = 1;
  static constexpr auto fields() {
    return std::tuple(field("x", &Viewport::x), field("y", &Viewport::y),
                      field("width", &Viewport::width), field("height", &Viewport::height),
                      field("scale", &Viewport::scale));
  }
};

struct Rect {
  static constexpr std::string_view type_name = "DOM.Rect";
  double width = 0;
  double height = 0;
  static constexpr auto fields() {
    return std::tuple(field("width", &Rect::width), field("height", &Rect::height));
  }
};

struct GetLayoutMetrics {
  static constexpr std::string_view method = "Page.getLayoutMetrics";
  struct Result {
    Rect css_content_size;
    static constexpr auto fields() {
      return std::tuple(field("cssContentSize", &Result::css_content_size));
    }
  };
  static constexpr auto fields() { return std::tuple(); }
};

struct CaptureScreenshot {
  static constexpr std::string_view method = "Page.captureScreenshot";
  std::string format = "png";
  std::optional<Viewport> clip;  ///< none: what is in the viewport
  bool capture_beyond_viewport = false;
  struct Result {
    std::string data;  ///< base64
    static constexpr auto fields() { return std::tuple(field("data", &Result::data)); }
  };
  static constexpr auto fields() {
    return std::tuple(field("format", &CaptureScreenshot::format),
                      field("clip", &CaptureScreenshot::clip),
                      field("captureBeyondViewport", &CaptureScreenshot::capture_beyond_viewport));
  }
};

struct PrintToPdf {
  static constexpr std::string_view method = "Page.printToPDF";
  bool landscape = false;
  bool print_background = true;
  double paper_width = 0;  ///< inches
  double paper_height = 0;
  using Result = CaptureScreenshot::Result;
  static constexpr auto fields() {
    return std::tuple(field("landscape", &PrintToPdf::landscape),
                      field("printBackground", &PrintToPdf::print_background),
                      field("paperWidth", &PrintToPdf::paper_width),
                      field("paperHeight", &PrintToPdf::paper_height));
  }
};

}  // namespace cdp::protocol::page
