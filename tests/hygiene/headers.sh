#!/bin/sh
# Each header compiles alone. usage: headers.sh ROOT COMPILER
cd "$1" || exit 2
cc=$2
flags=$(pkg-config --cflags libnl-3.0 libmnl jansson libfyaml libcap-ng) ||
	exit 2
bad=0
for header in src/*/*.h; do
	grep -q '^#pragma once$' "$header" || {
		echo "$header: no #pragma once"
		bad=1
	}
	# shellcheck disable=SC2086 # flags are words
	printf '#include "%s"\n' "${header#src/}" |
	"$cc" -x c -std=gnu17 -D_GNU_SOURCE -fsyntax-only -Wall -Wextra \
		-Werror -Isrc $flags - || bad=1
done
exit $bad
