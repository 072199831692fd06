#!/bin/sh
# Make .venv and install Pinewright into it: sh tools/bootstrap.sh [EXTRA...]   (extras: test, bench, gpu)
#
# Needs a POSIX shell, Python 3.11 or newer and a package registry. PYTHON=... names the Python to use, VENV=... the
# folder (default .venv). A second call with nothing changed ends at once: for each extra, a stamp in .venv says what
# was installed for which pyproject.toml, place and Python.
set -u

# Settings of the caller's shell that would send packages elsewhere than into .venv.
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

tools=$(cd "$(dirname "$0")" && pwd) || exit 1
root=$(dirname "$tools")
cd "$root" || exit 1
venv=${VENV:-.venv}
python=$venv/bin/python
# Where Debian keeps pip's wheel for its own use.
wheels=${WHEELS:-/usr/share/python-wheels}
names="python3.14 python3.13 python3.12 python3.11 python3 python"
reasons=""

say() { printf '%s\n' "$*" >&2; }

remember() { reasons="$reasons
  $*"; }

# Executed and asked, never judged by name: a pyenv shim exists for versions that are not active, and fails.
is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

has_pip() { "$1" -m pip --version >/dev/null 2>&1; }

# What an installation is for; another place, Python or pyproject.toml makes it a different one.
state() {
    printf '%s\n%s\n' "$root" "$(cksum <pyproject.toml)"
    "$python" -c 'import sys; print(sys.version)' 2>/dev/null || printf 'no python\n'
}

stamp() { printf '%s/.pinewright-%s' "$venv" "$1"; }

is_installed() {
    now=$(state)
    for extra in base "$@"; do
        [ -f "$(stamp "$extra")" ] && [ "$(cat "$(stamp "$extra")")" = "$now" ] || return 1
    done
    "$python" -c 'import pinewright' >/dev/null 2>&1
}

remove_venv() {
    # Only what venv made is removed; a folder of another kind is the user's.
    if [ -f "$venv/pyvenv.cfg" ]; then
        rm -rf "$venv"
    elif [ -e "$venv" ]; then
        say "error: $root/$venv exists and is no virtual environment; move it away"
        exit 1
    fi
}

# A wheel of pip is also a program: it installs itself.
install_wheel() {
    [ -f "$1" ] && PYTHONPATH=$1 "$python" -m pip install -q --no-index --no-deps "$1" >/dev/null 2>&1 &&
        has_pip "$python"
}

# From the disk, else from the registry by another Python's pip, else by Python alone. A wheel that is too old for this
# Python fails, and the next source is asked.
install_pip() {
    for wheel in "$wheels"/pip-*.whl; do
        if install_wheel "$wheel"; then return 0; fi
    done
    fetched=$venv/pip-wheel
    for other in $names; do
        if ! "$other" -m pip download -q --no-deps --only-binary=:all: -d "$fetched" pip >/dev/null 2>&1; then continue; fi
        for wheel in "$fetched"/pip-*.whl; do
            if install_wheel "$wheel"; then return 0; fi
        done
    done
    "$python" "$tools/fetch_pip.py" "$fetched" >/dev/null || return 1
    for wheel in "$fetched"/pip-*.whl; do
        if install_wheel "$wheel"; then return 0; fi
    done
    return 1
}

# Try to make .venv with one Python; says why not through the list of reasons.
make_venv() {
    remove_venv
    if "$1" -c 'import ensurepip' >/dev/null 2>&1; then
        if "$1" -m venv "$venv" >/dev/null 2>&1 && has_pip "$python"; then return 0; fi
        remove_venv
    fi
    if ! "$1" -m venv --without-pip "$venv" >/dev/null 2>&1; then
        remember "$1: has no working venv module"
        remove_venv
        return 1
    fi
    say "$1 has no ensurepip (Debian's python3-venv is not installed): pip comes from its wheel"
    if install_pip; then
        rm -rf "$venv/pip-wheel"
        return 0
    fi
    remember "$1: has no pip, and no wheel of it was found on this disk or in the registry"
    remove_venv
    return 1
}

# Programs in a virtual environment name their Python by its full path: after a move of the checkout they fail.
is_moved() {
    [ -f "$(stamp base)" ] && [ "$(head -n 1 "$(stamp base)")" != "$root" ]
}

find_and_make_venv() {
    if ! is_moved && is_new_enough "$python" && has_pip "$python"; then return 0; fi
    # shellcheck disable=SC2086 # the names are words to split
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- $names; fi
    for name in "$@"; do
        if ! command -v "$name" >/dev/null 2>&1; then continue; fi
        if ! is_new_enough "$name"; then
            remember "$name: does not run, or is older than 3.11"
            continue
        fi
        say "making $venv with $name ($("$name" -V 2>&1))"
        if make_venv "$name"; then return 0; fi
    done
    say "error: no Python on this machine could make a virtual environment.${reasons:-
  none of these is there: $*}"
    say "Install Python 3.11 or newer with its venv module, then run the same command again:
  Debian, Ubuntu   apt install python3 python3-venv
  Fedora           dnf install python3
  Arch             pacman -S python
  macOS            brew install python
  others           https://www.python.org/downloads/
Or name one: make env PYTHON=/path/to/python3"
    return 1
}

install() {
    wanted=$(printf '%s,' "$@")
    wanted=${wanted%,}
    say "installing pinewright${wanted:+ with: $wanted} into $venv"
    if ! "$python" -m pip install -q -e ".${wanted:+[$wanted]}" >&2; then
        say "error: pip could not install pinewright (its words are above).
  No network or a registry of your own: set PIP_INDEX_URL, or index-url in pip.conf, and run the same command again."
        return 1
    fi
    for extra in base "$@"; do
        state >"$(stamp "$extra")"
    done
}

# The report is looked at in a browser. Without one its tests skip with a word; with one they need no other help.
browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    if [ "$(id -u 2>/dev/null)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing chromium for the tests of the report"
        apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null 2>&1 ||
            { apt-get update -qq >/dev/null 2>&1 &&
                apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null 2>&1; } ||
            say "no chromium: the tests of the report in a browser will be skipped"
    fi
    return 0
}

case " $* " in *" test "*) browser ;; esac
if is_installed "$@"; then exit 0; fi
find_and_make_venv && install "$@"
