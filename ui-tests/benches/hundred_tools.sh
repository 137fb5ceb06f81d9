#!/usr/bin/env bash
# What #[tool] costs the compiler: builds 100 tools with it and 100 by hand, each with a #[data] struct of its own, and
# prints the CPU seconds of the best of three builds. Fails when the first takes more than 1.5 times as long as the second.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/hundred-tools
mkdir -p "$work/src"
cp "$root/Cargo.lock" "$work/Cargo.lock"
cat > "$work/Cargo.toml" <<TOML
[package]
name = "hundred-tools"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
copilot-sdk = { path = "$root/copilot-sdk" }
TOML

write() { # the source of 100 tools of the kind $1
    echo '#![allow(dead_code)] use copilot_sdk::{Tool, data, tool};'
    for n in $(seq 100); do
        local data="#[data] struct Data$n { /// City.
            city: String, /// Days.
            days: u8, unit: Option<String> }"
        local body='format!("{} {} {:?}", data.city, data.days, data.unit)'
        case $1 in
            macro) echo "$data
                /// Tool $n.
                #[tool] async fn tool$n(data: Data$n) -> String { $body }" ;;
            hand) echo "$data
                fn tool$n() -> Tool { Tool::new(\"tool$n\").description(\"Tool $n.\")
                    .handler(|data: Data$n, _| async move { $body }) }" ;;
            arguments) echo "/// Tool $n.
                #[tool] async fn tool$n(/** City. */ city: String, /** Days. */ days: u8, unit: Option<String>) -> String {
                    format!(\"{city} {days} {unit:?}\") }" ;;
        esac
    done
    # Private tools that nobody lists would not be built.
    echo 'pub fn all() -> Vec<Tool> { vec!['
    for n in $(seq 100); do [ "$1" = hand ] && echo "tool$n()," || echo "tool$n::tool(),"; done
    echo '] }'
}

seconds() { # the best of three builds of the kind $1, in CPU seconds
    write "$1" > "$work/src/lib.rs"
    for _ in 1 2 3; do
        touch "$work/src/lib.rs"
        TIMEFORMAT='%U'
        { time CARGO_INCREMENTAL=0 cargo "$2" --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target" > /dev/null 2> "$work/log"; } 2>&1 \
            || { cat "$work/log" >&2; exit 1; }
    done | sort -n | head -n 1
}

for command in check build; do
    write hand > "$work/src/lib.rs"
    cargo "$command" --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
    hand=$(seconds hand "$command")
    macro=$(seconds macro "$command")
    arguments=$(seconds arguments "$command")
    awk -v c="$command" -v h="$hand" -v m="$macro" -v a="$arguments" 'BEGIN {
        printf "%s: by hand %.2f s, #[tool] with a struct %.2f s (%.2f times), #[tool] with arguments %.2f s (%.2f times)\n",
            c, h, m, m / h, a, a / h
        if (m > 1.5 * h) { print c ": #[tool] takes more than 1.5 times as long" > "/dev/stderr"; exit 1 } }' || failed=1
done
exit "${failed:-0}"
