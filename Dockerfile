# The program alone: it needs a PostgreSQL server (see docker-compose.yml), since the private one is
# not in the image.
FROM debian:bookworm AS build
WORKDIR /src
COPY scripts/setup scripts/setup
RUN scripts/setup
COPY . .
RUN cmake --preset release \
    && cmake --build --preset release --target redink \
    && strip --strip-debug build/release/redink

FROM debian:bookworm-slim
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
       ca-certificates libcrypto++8 libpq5 libpqxx-6.4 libsimdjson14 libssl3 libstdc++6 \
       libtomlplusplus3 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/redink redink
COPY --from=build /src/build/release/redink /usr/local/bin/redink
COPY LICENSE /usr/share/doc/redink/LICENSE
USER redink
WORKDIR /var/lib/redink
ENTRYPOINT ["redink"]
CMD ["--help"]
