# syntax=docker/dockerfile:1
# One binary and the C library, on nothing: no shell, no package manager, no other user's file.
# Not built in CI, which has no container engine. What CI does instead: it makes the same root
# folder with the same script, and runs it as this file says (test/binary/image.test.ts).
#
#     docker build --build-arg ZEUES_COMMIT=$(git rev-parse HEAD) --tag zeues .
FROM node:22-bookworm-slim AS build
WORKDIR /zeues
COPY package.json bun.lock bunfig.toml ./
# All packages, also those for developing: the same as make the released binary, byte for byte.
RUN npx -y "bun@$(node -p 'require("./package.json").devDependencies.bun')" install --frozen-lockfile
COPY LICENSE tsconfig.json ./
COPY .ci .ci
COPY static static
COPY views views
COPY src src
ARG ZEUES_COMMIT=""
RUN node_modules/.bin/bun .ci/build.ts --only zeues --out /built \
 && sh .ci/image-root.sh /built/zeues /image

FROM scratch
COPY --from=build /image /
ENV ZEUES_DATA=/data
# Two settings of Bun (docs/operating.md).
ENV MIMALLOC_PURGE_HOLES_MIN_INTERVAL=60000 BUN_GC_TIMER_INTERVAL=10000
VOLUME /data
# Nobody of the host, by number, so that an engine can see that it is not root.
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/zeues", "salud"]
ENTRYPOINT ["/zeues"]
CMD ["serve"]
