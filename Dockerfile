# The image is the program: docker run --rm IMAGE URL prints the page. How to run it with Chromium's sandbox,
# a read-only root file system and no privileges stands in docs/container.md.

FROM debian:bookworm-slim AS build
WORKDIR /src
# Its own layer: the packages stay cached while the sources change.
COPY scripts/setup.sh scripts/
RUN bash -c 'source scripts/setup.sh && install_packages build'
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY include include
COPY src src
COPY third_party third_party
RUN bash -c 'source scripts/setup.sh && build_preset release'
# What is installed besides: words that change are no reason to compile.
COPY CHANGELOG.md LICENSE seccomp.json ./
COPY docs docs
RUN cmake --install build/release --component program --strip --prefix /out/usr/local

FROM debian:bookworm-slim
# latin: Liberation only. full: Chinese, Japanese, Korean and emoji as well, about 100 MB more.
ARG FONTS=latin
# Not unpacked: Mesa's drivers with LLVM and Z3, for a graphics card that is not there (Chromium draws with its own
# SwiftShader); checks of Vulkan for developers; manuals and translations. Licences stay.
RUN printf 'path-exclude=%s\n' '/usr/lib/*/libLLVM-*' '/usr/lib/*/libz3.so*' '/usr/lib/*/dri/*' \
      '/usr/lib/chromium/libVkLayer_*' '/usr/lib/chromium/libVkICD_mock_icd.so' \
      '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/info/*' '/usr/share/locale/*' > /etc/dpkg/dpkg.cfg.d/cdp-scrape \
 && printf 'path-include=%s\n' '/usr/share/doc/*/copyright' >> /etc/dpkg/dpkg.cfg.d/cdp-scrape
# Font caches are valid for the exact time stamp of their directory, and image layers keep whole seconds only:
# round first, so that the cache made here still counts at run time, where it could not be written.
RUN case "$FONTS" in \
      latin) more= ;; \
      full) more="fonts-noto-cjk fonts-noto-color-emoji" ;; \
      *) echo "FONTS=$FONTS: expected latin or full" >&2; exit 1 ;; \
    esac \
 && export DEBIAN_FRONTEND=noninteractive \
 && apt-get update -q \
 && apt-get install -q -y --no-install-recommends \
      chromium-headless-shell libfmt9 libsimdjson14 libcurl4 libre2-9 libsqlite3-0 libzstd1 zlib1g libbrotli1 libidn2-0 tini ca-certificates fontconfig fonts-liberation $more \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/log/alternatives.log /var/cache/debconf/*-old \
 && find /usr/share/fonts /usr/local/share/fonts -type d -exec touch -d 2026-01-01T00:00:00Z {} + \
 && fc-cache --force --system-only \
 && groupadd --gid 10001 scrape \
 && useradd --uid 10001 --gid scrape --home-dir /home/scrape --shell /usr/sbin/nologin scrape \
 && install -d -o scrape -g scrape /home/scrape /data
# Program, manual, completions, licence, and the documents that messages speak of.
COPY --from=build /out/usr/local/ /usr/local/
# A library missing from the list above shall break the build, not the first run.
RUN cdp-scrape --version

# Whatever is written at run time goes to /tmp: with a tmpfs there, the rest may be read-only. "container" tells programs
# where they are.
ENV container=oci \
    LANG=C.UTF-8 \
    HOME=/home/scrape \
    TMPDIR=/tmp \
    XDG_CACHE_HOME=/tmp/.cache \
    XDG_CONFIG_HOME=/tmp/.config \
    XDG_DATA_HOME=/tmp/.local/share \
    XDG_STATE_HOME=/tmp/.local/state
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
# Where results go when a volume is mounted: docker run -v "$PWD:/data" IMAGE -i urls.txt -o pages.jsonl
WORKDIR /data
# tini reaps what Chromium leaves behind. Without -g: the signal is for the driver, which drains first and
# then stops the browser itself.
ENTRYPOINT ["tini", "--", "cdp-scrape"]
CMD ["--help"]
STOPSIGNAL SIGTERM

# The version is that of CMakeLists.txt; scripts/image tells the rest.
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="cdp-scrape" \
      org.opencontainers.image.description="Scrapes many web pages with headless Chromium and prints their rendered HTML" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.documentation="/usr/local/share/doc/cdp-scrape/container.md" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
