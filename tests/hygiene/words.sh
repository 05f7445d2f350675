#!/bin/sh
# The tree speaks only of itself: no folders of one machine, nothing left
# undone, no analyser silenced without a reason.
# usage: words.sh ROOT
cd "$1" || exit 2
files() {
	find . \( -name .git -o -name 'build*' \
		-o -name __pycache__ \) -prune -o -type f \
		! -path ./tests/hygiene/words.sh ! -path ./LICENSE \
		! -path './results/*/*' -print0
}
bad=0
forbid() { # PATTERN WHY
	if files | xargs -0 grep -nIE "$1" /dev/null; then
		echo "^ $2"
		bad=1
	fi
}
forbid '(^|[^A-Za-z0-9_.])/(work|farm|root|home/[a-z]+|tmp/bash_jobs)(/|[^A-Za-z0-9_-]|$)' \
	'a folder of one machine'
forbid '\b(TODO|FIXME|XXX|HACK)\b|^#if 0' 'unfinished or disabled'
forbid 'NOLINT(NEXTLINE|BEGIN)?(\([a-z.,-]*\))?[ \t]*(\*/)?$' \
	'an analyser silenced without a reason'
forbid 'ck_assert(_int_eq)?\((true|1|1, 1)\)' 'a test that cannot fail'
exit $bad
