# Not built in CI, which has no container engine: check it by hand after changing it.
# Bun comes from npm at the version package.json pins, as everywhere else.
FROM node:22-bookworm-slim AS packages
WORKDIR /zeues
COPY package.json bun.lock bunfig.toml ./
RUN npx -y "bun@$(node -p 'require("./package.json").devDependencies.bun')" \
      install --frozen-lockfile --production \
 && npm install --global "bun@$(node -p 'require("./package.json").devDependencies.bun')" \
 && cp "$(readlink -f "$(command -v bun)")" /usr/local/bin/bun-standalone

FROM debian:bookworm-slim
RUN useradd --system --create-home --home-dir /zeues zeues
COPY --from=packages /usr/local/bin/bun-standalone /usr/local/bin/bun
WORKDIR /zeues
COPY --from=packages /zeues/node_modules node_modules
COPY package.json tsconfig.json ./
COPY src src
COPY views views
COPY static static
# The ledger lives in the volume; the image itself stays read-only.
RUN mkdir data && chown zeues data
VOLUME /zeues/data
USER zeues
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["bun", "-e", "process.exit((await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/healthz`)).ok ? 0 : 1)"]
CMD ["bun", "src/main.ts", "serve"]
