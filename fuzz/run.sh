#!/bin/sh
# Runs fuzz targets one after another: `fuzz/run.sh [TARGET…]`, all of them without a name.
# FUZZ_SECONDS says how long each may take (60), CARGO which cargo is asked.
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
cargo=${CARGO:-cargo}
# cargo-fuzz asks for flags of nightly; with this a stable compiler takes them.
export RUSTC_BOOTSTRAP=1
if [ $# -eq 0 ]; then
    set -- $(sed -n 's|^path = "fuzz_targets/\(.*\)\.rs"$|\1|p' fuzz/Cargo.toml)
fi
for target in "$@"; do
    mkdir -p "fuzz/corpus/$target"
    echo "== $target, $seconds s"
    # The crate forbids unsafe code, so that a sanitizer would find nothing and halve the speed.
    "$cargo" fuzz run --sanitizer none "$target" -- -dict=fuzz/sip.dict -max_total_time="$seconds" \
        -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1
done
