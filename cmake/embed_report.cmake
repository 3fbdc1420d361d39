# Writes OUTPUT, a C++ file with the static parts of the report's page, which are in SOURCES: report.html, report.css
# and SCRIPTS, one after the other.
set(code "// Made by cmake/embed_report.cmake.\n#include \"cli/sight/report_parts.hpp\"\n\nnamespace cdp::cli {\n\n")

function(embed name)
  set(text "")
  foreach(file ${ARGN})
    file(READ ${SOURCES}/${file} part)
    string(APPEND text "${part}")
  endforeach()
  string(FIND "${text}" ")~~~\"" end)
  if(NOT end EQUAL -1)
    message(FATAL_ERROR "${ARGN} must not contain )~~~\"")
  endif()
  string(APPEND code "const std::string_view ${name} = R\"~~~(${text})~~~\";\n")
  set(code "${code}" PARENT_SCOPE)
endfunction()

embed(report_html report.html)
embed(report_css report.css)
embed(report_js ${SCRIPTS})
string(APPEND code "\n}  // namespace cdp::cli\n")
file(WRITE ${OUTPUT} "${code}")
