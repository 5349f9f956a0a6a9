# Ringonce as a container: built from source, run by an account without rights, with the ledger in a
# volume. `docker build --tag ringonce .`

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends build-essential \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package ringonce

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/ringonce --create-home ringonce
COPY --from=build /src/target/release/ringonce /usr/bin/ringonce
COPY LICENSE-APACHE LICENSE-MIT NOTICE /usr/share/doc/ringonce/

USER ringonce
WORKDIR /var/lib/ringonce
VOLUME /var/lib/ringonce
EXPOSE 8000
# Only what the container publishes can be reached; publish it to this machine, or behind a proxy.
ENV RINGONCE_DATA=/var/lib/ringonce \
    RINGONCE_LISTEN=0.0.0.0:8000 \
    RINGONCE_ALLOW_REMOTE=true
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["ringonce"]
CMD ["serve"]
