# A static binary and nothing else, run by nobody in particular:
#     docker build -t sipclause .
#     docker run --rm -v "$PWD:/work" sipclause check captures/
FROM rust:1-alpine AS build
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /src/target/release/sipclause /sipclause
COPY --from=build /src/LICENSE-APACHE /src/LICENSE-MIT /
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/sipclause"]
