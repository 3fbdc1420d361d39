// The static parts of the report's page: src/cli/sight/report/, embedded by
// cmake/embed_report.cmake.
#pragma once

#include <string_view>

namespace cdp::cli {

extern const std::string_view report_html;
extern const std::string_view report_css;
extern const std::string_view report_js;

}  // namespace cdp::cli
