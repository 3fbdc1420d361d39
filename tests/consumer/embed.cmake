# Configures, builds and runs the project in project/ in the directory WORK: with the package installed at
# PREFIX, or with the sources at SOURCE.
if(SOURCE)
  set(library -D CDP_SCRAPE_SOURCE=${SOURCE})
else()
  set(library -D CMAKE_PREFIX_PATH=${PREFIX})
endif()

# Unoptimised: that it builds is what matters.
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/project -B ${WORK} -G ${GENERATOR}
    -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_BUILD_TYPE=Debug -D CMAKE_CXX_FLAGS_DEBUG= ${library}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK} --target consumer --parallel 2
  COMMAND_ERROR_IS_FATAL ANY)

set(page "data:text/html,<title>embedded</title><body><script>document.write(6 * 7)</script>")
execute_process(COMMAND ${WORK}/consumer ${page}
  OUTPUT_VARIABLE output COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "^title: embedded\ntext: .*42\n$")
  message(FATAL_ERROR "the consumer says: ${output}")
endif()
