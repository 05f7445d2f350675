/*
 * cover_diagram.c - figure 5 of RFC 9293, with what was taken
 *
 * As in the RFC, but for what a character picture has no room for: the words
 * stand in the list below it, under the number that an arrow has here.
 */
#include "report/cover_diagram.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "judge/coverage.h"

/** FIELD - "@12______" in the picture stands for arrow 12, that wide */
#define FIELD '@'

static const char *const picture[] = {
	"                            +-------------+",
	"              @1_________-->|   CLOSED    |--@2_________",
	"             |              +-------------+             |",
	"             |                ^         ^               |",
	"             v        @5______|         |@8_____        |",
	"       +-----------+          |         |         +-----v-----+",
	"       |  LISTEN   |----------+         +---------| SYN-SENT  |",
	"       +-----------+                    |@23____  +-----------+",
	"         |    ^                                     |     |",
	"  @3_____|    |@11_____                     @6_____ |     |@7_____",
	"         v    |                                     |     |",
	"       +-----------+                                |     |",
	"       | SYN-RECV  |<-------------------------------+     |",
	"       +-----------+                                      |",
	"         |        |                                       |",
	"  @10____|        |@9______  +-------------+              |",
	"         |        +--------->| ESTABLISHED |<-------------+",
	"         |                   +-------------+",
	"         |            @12_____ |         | @13_____",
	"         v                     |         |",
	"       +-----------+           |         |        +-----------+",
	"       | FIN-WAIT1 |<----------+         +------->| CLOSE-WAIT|",
	"       +-----------+                              +-----------+",
	"         |  |   |                                       |",
	"         |  |   |@15_____  +-----------+                |@17_____",
	"  @14____|  |   +--------->|  CLOSING  |                v",
	"         |  |              +-----------+          +-----------+",
	"         |  |@16_____            |                | LAST-ACK  |",
	"         v  |                    |@19_____        +-----------+",
	"  +-----------+                  v                      |",
	"  | FIN-WAIT2 |            +-----------+                |@20_____",
	"  +-----------+  @18_____  | TIME-WAIT |  @21_____      v",
	"         |  +------------->|           |---------> CLOSED",
	"         +---------------->+-----------+",
	"                                 |@26_____",
	"                                 +-----------> SYN-RECV",
	"",
	"  any of a connection --> CLOSED: RST @22______ ABORT @24______",
	"                                  timeout @25______",
};

static const struct coverage_row *find(const struct coverage *coverage,
				       unsigned long id)
{
	const struct coverage_row *rows = coverage_rows(coverage);

	for (size_t i = 0; i < moves_count(); i++)
		if (!move_is_linux(rows[i].move) &&
		    strtoul(rows[i].move->id, NULL, 10) == id)
			return &rows[i];
	return NULL;
}

/* "12:5x": so often; "12:no": never */
static void add_field(const struct coverage *coverage, unsigned long id,
		      size_t width, struct str *text)
{
	const struct coverage_row *row = find(coverage, id);
	char field[32];
	int len;

	if (row && row->count)
		len = snprintf(field, sizeof(field), "%lu:%llux", id,
			       (unsigned long long)row->count);
	else
		len = snprintf(field, sizeof(field), "%lu:no", id);
	str_add(text, field);
	if ((size_t)len < width)
		str_addc(text, ' ', width - (size_t)len);
}

static void add_line(const struct coverage *coverage, const char *line,
		     struct str *text)
{
	while (*line) {
		const char *start = line;
		unsigned long id;
		char *end;

		if (*line != FIELD) {
			str_addn(text, line++, 1);
			continue;
		}
		id = strtoul(line + 1, &end, 10);
		line = end + strspn(end, "_");
		add_field(coverage, id, (size_t)(line - start), text);
	}
	while (text->len && text->s[text->len - 1] == ' ')
		text->s[--text->len] = '\0';
	str_add(text, "\n");
}

void cover_diagram(const struct coverage *coverage, struct str *text)
{
	for (size_t i = 0; i < sizeof(picture) / sizeof(picture[0]); i++)
		add_line(coverage, picture[i], text);
}
