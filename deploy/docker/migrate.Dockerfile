# Build from the repository's root: docker build -f deploy/docker/migrate.Dockerfile -t oopstream/migrate .
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm install --no-save --no-audit --no-fund \
  && node node_modules/typescript7/bin/tsc -b services/migrate

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY --from=build /src/package.json /src/package-lock.json /src/.npmrc ./
COPY --from=build /src/libs libs
COPY --from=build /src/services services
RUN npm install --no-save --omit=dev --omit=optional --no-audit --no-fund --workspace=services/migrate \
  && find libs services -name src -type d -prune -exec rm -rf {} +

FROM node:24.21.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app .
USER 1000:1000
CMD ["node", "--enable-source-maps", "--disable-warning=TimeoutNegativeWarning", "services/migrate/dist/main.js"]
