# Makes the Debian package of the build directory BUILD below WORK, and looks at what is in it and whether the program
# in it runs.
find_program(dpkg_deb dpkg-deb)
find_program(shlibdeps dpkg-shlibdeps)
if(NOT dpkg_deb OR NOT shlibdeps)
  message("no dpkg-deb or dpkg-shlibdeps: SKIPPED")
  return()
endif()
file(REMOVE_RECURSE ${WORK})
execute_process(
  COMMAND ${CPACK} --config ${BUILD}/CPackConfig.cmake -B ${WORK} -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip
  COMMAND_ERROR_IS_FATAL ANY)
file(GLOB package ${WORK}/*.deb)
list(LENGTH package count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "expected one package in ${WORK}: ${package}")
endif()

# What users, shells, man and CMake look for.
execute_process(COMMAND ${dpkg_deb} -c ${package} OUTPUT_VARIABLE contents COMMAND_ERROR_IS_FATAL ANY)
foreach(file IN ITEMS
    usr/bin/cdp-scrape
    usr/lib/.*libcdp_scrape.a
    usr/include/cdp/cdp.hpp
    usr/include/cdp/version.hpp
    usr/lib/.*cmake/cdp_scrape/cdp_scrape-config.cmake
    usr/share/man/man1/cdp-scrape.1.gz
    usr/share/bash-completion/completions/cdp-scrape
    usr/share/zsh/vendor-completions/_cdp-scrape
    usr/share/fish/vendor_completions.d/cdp-scrape.fish
    usr/share/doc/cdp-scrape/copyright
    usr/share/doc/cdp-scrape/changelog.gz
    usr/share/doc/cdp-scrape/changelog.Debian.gz
    usr/share/doc/cdp-scrape/container.md
    usr/share/doc/cdp-scrape/seccomp.json)
  if(NOT contents MATCHES "\\./${file}\n")
    message(SEND_ERROR "not in the package: ${file}")
  endif()
endforeach()
if(contents MATCHES "/usr/local/|\\./tmp/")
  message(SEND_ERROR "in a place that is not a package's: ${contents}")
endif()

execute_process(COMMAND ${dpkg_deb} -f ${package} Depends Recommends
  OUTPUT_VARIABLE fields COMMAND_ERROR_IS_FATAL ANY)
foreach(wanted IN ITEMS "Depends: .*libc6 " "Depends: .*libcurl" "Depends: .*libsqlite3" "Recommends: .*chromium")
  if(NOT fields MATCHES "${wanted}")
    message(SEND_ERROR "the package does not say ${wanted}: ${fields}")
  endif()
endforeach()

execute_process(COMMAND ${dpkg_deb} -x ${package} ${WORK}/root COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK}/root/usr/bin/cdp-scrape --version OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "^cdp-scrape ${VERSION}\n$")
  message(SEND_ERROR "the program in the package says: ${output}")
endif()

file(REMOVE_RECURSE ${WORK})
