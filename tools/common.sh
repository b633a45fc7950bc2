# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

# Installs what the build needs and Debian or Ubuntu has; does nothing where it is there.
install_prerequisites() {
    if ! command -v swift >/dev/null; then
        say "Swift is not installed: expected \`swift\` 6.2 or later on the PATH. See https://www.swift.org/install."
        exit 1
    fi
    if command -v pkg-config >/dev/null && pkg-config --exists lmdb jemalloc; then return; fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "liblmdb-dev, libjemalloc-dev or pkg-config is missing and neither root nor sudo is at hand. Install them, then run this again."
            exit 1
        fi
        as_root=(sudo)
    fi
    say "Installing liblmdb-dev, libjemalloc-dev and pkg-config …"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends liblmdb-dev libjemalloc-dev pkg-config >/dev/null
}

# Builds a product in release and sets $bin to the folder that holds it.
build_release() {
    local product
    for product in "$@"; do
        swift build --package-path "$root" -c release --product "$product"
    done
    bin=$(swift build --package-path "$root" -c release --show-bin-path)
}
