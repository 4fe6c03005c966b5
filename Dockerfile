# syntax=docker/dockerfile:1
# One image for every role: `docker run IMAGE gateway`, `worker`, `api`, `live`, `migrate`, and the clients too.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG RUNTIME_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
# The secret is for those whose packages come from a registry of their own: --secret id=npmrc,src=$HOME/.npmrc
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /src
COPY package.json package-lock.json ./
# Without the embedded PostgreSQL: in a container the database is another one.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
# A third of it is for those who read or compile against the packages; licences stay.
RUN find node_modules -type f ! -iname 'licen[cs]e*' ! -iname 'notice*' \
      \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' -o -name '*.markdown' \) -delete

FROM ${NODE_IMAGE} AS node

# npm, yarn and their hundred megabytes stay behind: the program needs the node binary alone.
FROM ${RUNTIME_IMAGE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
 && groupadd --gid 10001 meterpulse \
 && useradd --uid 10001 --gid meterpulse --no-create-home --home-dir /tmp --shell /usr/sbin/nologin meterpulse
COPY --from=node /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=dependencies /src/node_modules node_modules
COPY --from=build /src/dist dist
COPY package.json LICENSE ./
COPY scripts/health-check.mjs scripts/health-check.mjs
COPY Files/meter-values-sample.xlsx Files/meter-values-sample.xlsx
RUN ln -s /app/dist/server/main.js /usr/local/bin/meterpulse

# Every listener is for the container's network. Nothing but /tmp is ever written, and that by clients alone.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATA_DIR=/tmp/meterpulse \
    LOG_FORMAT=json
# A number, so that runAsNonRoot can be checked without the image's user list.
USER 10001:10001
# gateway, api, live; health and metrics of gateway, worker, api, live.
EXPOSE 3000 3001 3002 9464 9465 9466 9467
STOPSIGNAL SIGTERM
# Of the role that runs here; Kubernetes has probes of its own.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "/app/scripts/health-check.mjs"]
# tini forwards signals and reaps what a killed parent leaves behind; the program itself ends in order at SIGTERM.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/dist/server/main.js"]
CMD ["--help"]

ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="meterpulse" \
      org.opencontainers.image.description="Meter readings of EV chargers: WebSocket gateway, Apache Kafka, batch workers, PostgreSQL, REST API" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
