#!/bin/sh
# Every quoted include names "layer/header.h", and only layers that the table
# below allows: arrows point down, so that the offline half stays pure.
# usage: layers.sh ROOT
cd "$1/src" || exit 2
awk '
BEGIN {
	# layer -> layers it may include (besides itself)
	ok["base"]     = " "
	ok["tcp"]      = " base "
	ok["ns"]       = " base "
	ok["event"]    = " base tcp "
	ok["spec"]     = " base tcp "
	ok["topo"]     = " base tcp ns spec "
	ok["wire"]     = " base tcp ns spec event "
	ok["agent"]    = " base tcp ns spec event "
	ok["observe"]  = " base tcp ns event "
	ok["timeline"] = " base tcp event "
	ok["run"]      = " base tcp ns event spec topo wire agent observe timeline "
	ok["guest"]    = " base tcp ns event spec run "
	ok["judge"]    = " base tcp spec event timeline "
	ok["report"]   = " base tcp spec event timeline judge "
	ok["cmd"]      = " base tcp ns event spec topo wire agent observe timeline" \
			 " run guest judge report "
}
FNR == 1 {
	split(FILENAME, f, "/")
	from = f[2]
	if (!(from in ok)) {
		printf "%s: unknown layer %s\n", FILENAME, from
		bad = 1
	}
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, q, "\"")
	n = split(q[2], p, "/")
	if (n != 2) {
		printf "%s:%d: write \"layer/header.h\", not \"%s\"\n",
			FILENAME, FNR, q[2]
		bad = 1
		next
	}
	if (p[1] != from && index(ok[from], " " p[1] " ") == 0) {
		printf "%s:%d: %s may not include %s\n",
			FILENAME, FNR, from, q[2]
		bad = 1
	}
	if (p[1] != from && q[2] ~ /_internal\.h$/) {
		printf "%s:%d: %s is private to %s\n",
			FILENAME, FNR, q[2], p[1]
		bad = 1
	}
}
END { exit bad }
' ./*/*.c ./*/*.h
