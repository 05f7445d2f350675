#!/bin/sh
# Every prototype and struct in a header sits directly under a comment block,
# and every source file says its one idea in its second line.
# usage: docs.sh ROOT
cd "$1/src" || exit 2
awk '
FNR == 1 { prev = ""; cont = 0 }
FNR == 2 && $0 !~ /^ \* [a-z0-9_]+\.[ch] - ./ {
	printf "%s:2: say the one idea: \" * file.c - idea\"\n", FILENAME
	bad = 1
}
FNR == 2 {
	n = split(FILENAME, f, "/")
	if (index($0, " * " f[n] " - ") != 1) {
		printf "%s:2: names another file\n", FILENAME
		bad = 1
	}
}
FILENAME !~ /\.h$/ { next }
/^(struct|enum|union) [a-z_0-9]+ \{/ && prev !~ /\*\/[ \t]*$/ {
	printf "%s:%d: undocumented: %s\n", FILENAME, FNR, $0
	bad = 1
}
/^[a-z_][A-Za-z0-9_ *]*\(/ && !/^typedef/ && !/^static_assert/ &&
!/^extern const/ && cont == 0 && prev !~ /\*\/[ \t]*$/ {
	printf "%s:%d: undocumented: %s\n", FILENAME, FNR, $0
	bad = 1
}
{
	cont = ($0 ~ /,[ \t]*$/)
	# blank, or a return type on a line of its own: look at what is above
	if ($0 !~ /^[ \t]*$/ && $0 !~ /^[a-z_][A-Za-z0-9_ *]*$/)
		prev = $0
}
END { exit bad }
' ./*/*.h ./*/*.c
