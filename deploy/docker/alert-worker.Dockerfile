# Build from the repository's root: docker build -f deploy/docker/alert-worker.Dockerfile -t oopstream/alert-worker .
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm install --no-save --no-audit --no-fund \
  && node node_modules/typescript7/bin/tsc -b services/alert-worker

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY --from=build /src/package.json /src/package-lock.json /src/.npmrc ./
COPY --from=build /src/libs libs
COPY --from=build /src/services services
RUN npm install --no-save --omit=dev --omit=optional --no-audit --no-fund --workspace=services/alert-worker \
  && find libs services -name src -type d -prune -exec rm -rf {} +

FROM node:24.21.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app .
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz/live').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
USER 1000:1000
CMD ["node", "--enable-source-maps", "--disable-warning=TimeoutNegativeWarning", "services/alert-worker/dist/main.js"]
