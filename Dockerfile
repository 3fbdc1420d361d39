# The image is the program: docker run --rm IMAGE URL prints the page. How to run it with Chromium's sandbox,
# a read-only root file system and no privileges stands in docs/container.md.

FROM debian:bookworm-slim AS build
WORKDIR /src
# Its own layer: the packages stay cached while the sources change.
COPY scripts/setup.sh scripts/
RUN bash -c 'source scripts/setup.sh && install_packages build'
COPY . .
RUN bash -c 'source scripts/setup.sh && build_preset release' \
 && install -s -D build/release/src/cdp-scrape /out/cdp-scrape

FROM debian:bookworm-slim
# latin: Liberation only. full: Chinese, Japanese, Korean and emoji as well, about 100 MB more.
ARG FONTS=latin
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
 && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log \
 && find /usr/share/fonts /usr/local/share/fonts -type d -exec touch -d 2026-01-01T00:00:00Z {} + \
 && fc-cache --force --system-only \
 && groupadd --gid 10001 scrape \
 && useradd --uid 10001 --gid scrape --home-dir /home/scrape --shell /usr/sbin/nologin scrape \
 && install -d -o scrape -g scrape /home/scrape /data
COPY --from=build /out/cdp-scrape /usr/local/bin/cdp-scrape
# A library missing from the list above shall break the build, not the first run.
RUN cdp-scrape --version

# Whatever is written at run time goes to /tmp: with a tmpfs there, the rest may be read-only.
ENV LANG=C.UTF-8 \
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

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="cdp-scrape" \
      org.opencontainers.image.description="Renders web pages in headless Chromium and prints their HTML" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
