# Build stage: better-sqlite3 needs the compiler if no prebuilt binary is available.
FROM node:22-bookworm-slim AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY domain domain
COPY application application
COPY projections projections
COPY reactors reactors
COPY service service
COPY infrastructure infrastructure
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# Only the owner can read the event store, so a volume must belong to this user.
RUN install -d -o node -g node -m 700 /data
USER node
VOLUME /data
STOPSIGNAL SIGTERM
# Checks readiness, not just liveness: 503 while catching up or disconnected from the broker. Uses the service's HTTP_PORT.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT ?? 8080}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/infrastructure/cli/main.js"]
CMD ["serve", "--data", "/data"]
