#!/bin/sh
# clang-format decides layout; versions differ, so it is the one of Debian 12.
# usage: format.sh ROOT
cd "$1" || exit 2
tool=$(command -v clang-format-14 || command -v clang-format) || {
	echo "no clang-format"
	[ "$LAB_MUST_RUN" = 1 ] && exit 1
	exit 77
}
find src tests -name '*.[ch]' -print0 |
	xargs -0 "$tool" --dry-run -Werror
