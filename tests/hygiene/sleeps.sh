#!/bin/sh
# Sleeping is not synchronisation: await the event. Where time itself is the
# subject, the line above (or the line) says so: "sleeps: why".
# usage: sleeps.sh ROOT
cd "$1" || exit 2
find src tests -name '*.[ch]' -o -name '*.py' -o -name '*.sh' |
grep -v '^tests/hygiene/' |
xargs awk '
FNR == 1 { prev = "" }
/(^|[^A-Za-z0-9_])(u|nano|clock_nano)?sleep[ \t]*\(/ ||
(FILENAME ~ /\.sh$/ && /(^|[;&|(\t ])sleep [0-9.$]/) {
	if ($0 !~ /sleeps: ./ && prev !~ /sleeps: ./) {
		printf "%s:%d: %s\n", FILENAME, FNR, $0
		bad = 1
	}
}
{ prev = $0 }
END { exit bad }'
