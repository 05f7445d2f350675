#!/bin/sh
# Whatever can be added has a row in its table: a report format, a
# subcommand, a judge's rule. usage: tables.sh ROOT
cd "$1/src" || exit 2
bad=0
row() { # FILE TABLE PATTERN: @ in it is the file's stem
	stem=$(basename "$1" .c)
	pattern=$(printf '%s' "$3" | sed "s/@/$stem/")
	grep -qE "$pattern" "$2" || {
		echo "src/$1: no row in src/$2"
		bad=1
	}
}
# a format is a file with a function of its name
for file in $(grep -lE '^int report_[a-z]+\(const struct report_run' \
	report/*.c); do
	row "$file" report/report.c '[^a-z_]report_@[^a-z_]'
done
# a judge's rule is a file with a struct of its name, and has a test
for file in judge/rule_*.c; do
	row "$file" judge/judge.c '&@,'
	[ -e "../tests/judge/test_$(basename "$file")" ] || {
		echo "src/$file: no tests/judge/test_$(basename "$file")"
		bad=1
	}
done
exit $bad
