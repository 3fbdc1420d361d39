# The Debian package: scripts/package makes it.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cdp-scrape)
set(CPACK_PACKAGE_VENDOR "the cdp-scrape authors")
set(CPACK_PACKAGE_CONTACT "the cdp-scrape authors <cdp-scrape@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "scrape many web pages with headless Chromium")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"cdp-scrape renders web pages in headless Chromium, or gets them over plain
HTTP where that is enough, and writes their HTML or a JSON record for each.
.
Besides the program, this package holds the C++ library with its headers and
its CMake package.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
# The shared libraries that the program is linked with.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# --fetch http and --connect need no browser here; certificates and fonts are of no use to every run either.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "chromium-headless-shell | chromium, ca-certificates, fonts-liberation")
# To build with the library.
string(JOIN ", " CPACK_DEBIAN_PACKAGE_SUGGESTS
  g++ cmake "libboost1.83-dev | libboost1.81-dev" nlohmann-json3-dev libfmt-dev libsimdjson-dev libcurl4-openssl-dev
  libbrotli-dev libidn2-dev libre2-dev libsqlite3-dev libzstd-dev zlib1g-dev)

# What only a Debian package wants: see there.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/finish_debian.cmake)
set(CPACK_STRIP ${CMAKE_STRIP})
set(CPACK_RELEASE_DATE ${CDP_SCRAPE_DATE})
include(CPack)
