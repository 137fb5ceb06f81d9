# What the commands of this folder share; each of them reads it. Expects to stand in the workspace's root.

# From a clean clone, incremental compilation costs time and saves none.
export CARGO_INCREMENTAL=0
# Panics tell their line without it.
export CARGO_PROFILE_DEV_DEBUG=0

step() { printf '\n== %s\n' "$*"; }
run() { step "$@"; "$@"; }
fail() { printf '%s: %s\n' "$0" "$*" >&2; exit 1; }

# need COMMAND HOW: fails unless there is such a command, and says how to get it.
need() { command -v "$1" >/dev/null || fail "there is no $1: $2"; }

need_rust() {
    need cargo "install Rust 1.89 or newer with rustup"
    need cc "install gcc or clang, which Rust links with"
}

# component NAME SUBCOMMAND: a part of the toolchain, which rustup adds where it is missing.
component() {
    cargo "$2" --version >/dev/null 2>&1 && return
    need rustup "cargo $2 is missing, and there is nothing to add it with: install $1"
    rustup component add "$1"
}
