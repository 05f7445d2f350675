#!/bin/sh
# clang-tidy finds nothing. usage: tidy.sh ROOT BUILD
cd "$1" || exit 2
tool=$(command -v clang-tidy-14 || command -v clang-tidy) || {
	echo "no clang-tidy"
	[ "$LAB_MUST_RUN" = 1 ] && exit 1
	exit 77
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
find src -name '*.c' -print0 |
	xargs -0 -P "$(nproc)" -n 4 "$tool" -p "$2" --quiet \
		--extra-arg=-Wno-unknown-warning-option >"$log" 2>&1
status=$?
# "12 warnings generated" counts those of headers that are not ours
grep -v 'warnings* generated\.$' "$log"
exit $status
