# Sourced by setup, run and test: how they speak, and what Debian's packages are called.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${PARLOUR_BUILD:-$root/build}

# Enough to build and run the server and the web client.
packages_run=(
  build-essential pkg-config meson ninja-build ca-certificates
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-nice
  libsoup-3.0-dev libjson-glib-dev libssl-dev libnice-dev libcjose-dev libjansson-dev
  libyaml-cpp-dev libfmt-dev prometheus-cpp-dev libsystemd-dev libcurl4-openssl-dev
  gstreamer1.0-x fonts-dejavu-core graphviz
)
# Hashes several SRTP packets at once; Intel's and AMD's 64-bit machines alone.
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] && packages_run+=(libipsec-mb-dev)
# What the tests need on top.
packages_test=(
  check libsrtp2-dev libvalijson-dev nlohmann-json3-dev ccache gstreamer1.0-tools
  gstreamer1.0-plugins-ugly gstreamer1.0-libav clang clang-format libclang-rt-14-dev
  codespell chromium firefox-esr fonts-noto-core iproute2 nftables iputils-ping
  python3-aiortc python3-aiohttp python3-av python3-jsonschema python3-numpy python3-yaml
  curl jq openssl prometheus systemd valgrind
)

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# as_root COMMAND...: runs it as root, asking sudo where we are not.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"
  else die "installing packages needs root: run 'su -c $root/scripts/setup' first"; fi
}

# install_packages NAME...: those of them that are missing, from Debian.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# Node 18 or later with npm: Debian's, unless there is one already.
install_node() {
  command -v node >/dev/null && command -v npm >/dev/null || install_packages nodejs npm
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 18 ] || die "Node $major is too old: 18 or later is needed"
}

# The web client's packages, when the lock file changed since the last time.
install_web() {
  install_node
  local stamp=$root/web/node_modules/.parlour-lock
  cmp -s "$root/web/package-lock.json" "$stamp" && return 0
  say "installing the web client's packages"
  (cd "$root/web" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp "$root/web/package-lock.json" "$stamp"
}

# build_web: bundles the client when a source is newer than the bundle.
build_web() {
  install_web
  local out=$root/web/dist/index.html
  if [ -f "$out" ] && [ -z "$(find "$root/web" -path "$root/web/node_modules" -prune -o \
      -path "$root/web/dist" -prune -o -type f -newer "$out" -print -quit)" ]; then return 0; fi
  say "bundling the web client"
  (cd "$root/web" && npm run --silent build)
}

# build_server DIR MESON_OPTION...: configures once, then builds what changed.
build_server() {
  local dir=$1
  shift
  if [ ! -f "$dir/build.ninja" ]; then
    say "configuring $(basename "$dir")"
    meson setup "$dir" "$root" "$@" >"$dir.log" 2>&1 || { cat "$dir.log" >&2; die "meson setup failed"; }
    rm -f "$dir.log"
  fi
  say "building $(basename "$dir")"
  ninja -C "$dir" ${NINJA_FLAGS:-} | tail -n 1 >&2
  [ "${PIPESTATUS[0]}" = 0 ] || { ninja -C "$dir" >&2; die "the build failed"; }
}
