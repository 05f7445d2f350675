#!/bin/sh
# No file past MAX lines: look for its second idea.
# usage: sizes.sh ROOT MAX
cd "$1" || exit 2
find src tests -name '*.[ch]' -o -name '*.py' -o -name '*.sh' |
xargs wc -l | awk -v max="$2" '
$2 != "total" && $1 > max {
	printf "%s: %d lines, limit %d\n", $2, $1, max
	bad = 1
}
END { exit bad }'
