# The command line as an image:
#
#   docker build -t envariant .
#   docker run --rm -v "$PWD:/project:ro" envariant
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

FROM gcr.io/distroless/nodejs22-debian12:nonroot
COPY --from=build /src/dist /envariant/dist
COPY --from=build /src/package.json /src/LICENSE /envariant/
COPY --from=build /src/rules /envariant/rules
WORKDIR /project
USER nonroot
ENTRYPOINT ["/nodejs/bin/node", "/envariant/dist/bin.cjs"]
