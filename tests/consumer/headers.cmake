# Compiles each public header below INCLUDE alone, twice included, with all warnings, and looks at what it
# pulls in: the heavy libraries behind this one are not the affair of those who embed it.
set(banned "/boost/(beast|process)[/.]|/fmt/|/nlohmann/json\\.hpp")
set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
file(MAKE_DIRECTORY ${WORK})
file(GLOB headers RELATIVE ${INCLUDE} ${INCLUDE}/cdp/*.hpp)

foreach(header IN LISTS headers)
  string(MAKE_C_IDENTIFIER ${header} name)
  file(WRITE ${WORK}/${name}.cpp "#include <${header}>\n#include <${header}>\n")
  execute_process(
    COMMAND ${COMPILER} -std=c++20 -I${INCLUDE} ${warnings} -fsyntax-only -MD -MF ${WORK}/${name}.d
      ${WORK}/${name}.cpp
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(SEND_ERROR "${header} cannot be included alone")
    continue()
  endif()
  file(STRINGS ${WORK}/${name}.d heavy REGEX ${banned})
  if(heavy)
    message(SEND_ERROR "${header} pulls in a heavy library:\n${heavy}")
  endif()
endforeach()
list(LENGTH headers count)
message("${count} headers stand alone")
