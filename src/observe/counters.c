/*
 * counters.c - one host's network counters, and how they moved
 */
#include "observe/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/str.h"
#include "event/event.h"
#include "ns/netns.h"
#include "observe/snmp.h"

/* the longest, netstat, has some 6 KiB; past this it is not what we know */
#define FILE_MAX_BYTES ((size_t)256 * 1024)
#define READ_BYTES     ((size_t)16 * 1024)

/** enum source - a file of counters */
enum source {
	SOURCE_SNMP,
	SOURCE_NETSTAT,
	SOURCE_SNMP6,
	SOURCES
};

static const struct {
	const char *path;
	int (*parse)(const char *text, size_t len, struct counter_table *out);
	bool optional;
} sources[] = {
	[SOURCE_SNMP] = {"/proc/thread-self/net/snmp", snmp_parse, false},
	[SOURCE_NETSTAT] = {"/proc/thread-self/net/netstat", snmp_parse, false},
	[SOURCE_SNMP6] = {"/proc/thread-self/net/snmp6", snmp6_parse, true},
};
TABLE_COVERS(sources, SOURCES);

/** struct reading - all counters at one moment */
struct reading {
	struct str text[SOURCES]; /* what the rows' names point into */
	struct counter_table table;
};

struct counters {
	char *host;
	int fds[SOURCES]; /* -1: not there */
	struct reading last;
	struct reading next;
	int64_t last_ns; /* when the last reading began; -1: none yet */
};

static void reading_done(struct reading *reading)
{
	for (size_t i = 0; i < SOURCES; i++)
		str_done(&reading->text[i]);
	vec_done(&reading->table.rows);
}

void counters_close(struct counters *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < SOURCES; i++)
		fd_close(&c->fds[i]);
	reading_done(&c->last);
	reading_done(&c->next);
	free(c->host);
	free(c);
}

void counters_scope(struct counters **c)
{
	counters_close(*c);
}

int counters_open(const char *host, int netns_fd, struct counters **out,
		  struct err *err)
{
	SCOPED_COUNTERS struct counters *c = mem_new(struct counters, 1);

	c->host = mem_strdup(host);
	c->last_ns = -1;
	for (size_t i = 0; i < SOURCES; i++)
		c->fds[i] = -1;
	for (size_t i = 0; i < SOURCES; i++) {
		struct err local = {0};

		c->fds[i] =
			netns_open(netns_fd, sources[i].path, O_RDONLY, &local);
		if (c->fds[i] >= 0 ||
		    (sources[i].optional && c->fds[i] == -ENOENT))
			continue;
		if (err)
			*err = local;
		(void)err_within(err, "host %s", host);
		return c->fds[i];
	}
	*out = PTR_STEAL(c);
	return 0;
}

/* one pread gets a whole file: the kernel makes its text in one piece and
 * keeps it for the reads that follow on (single_open(), fs/seq_file.c) */
static int read_file(int fd, struct str *text)
{
	text->len = 0;
	for (;;) {
		ssize_t got;

		while (text->cap < text->len + READ_BYTES) {
			text->cap += READ_BYTES;
			text->s = mem_resize(text->s, text->cap, 1);
		}
		got = pread(fd, text->s + text->len, READ_BYTES,
			    (off_t)text->len);
		if (got == 0)
			return 0;
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			text->len += (size_t)got;
		if (text->len > FILE_MAX_BYTES)
			return -EPROTO;
	}
}

static int read_all(struct counters *c, struct err *err)
{
	struct reading *next = &c->next;

	next->table.rows.n = 0;
	for (size_t i = 0; i < SOURCES; i++) {
		struct str *text = &next->text[i];
		int ret;

		if (c->fds[i] < 0)
			continue;
		ret = read_file(c->fds[i], text);
		if (ret == 0 && text->len == 0)
			ret = -EPROTO;
		if (ret == 0)
			ret = sources[i].parse(text->s, text->len,
					       &next->table);
		if (ret < 0)
			return err_sys(err, ret, "host %s: read %s", c->host,
				       sources[i].path);
	}
	return 0;
}

static bool same_name(const struct counter *a, const struct counter *b)
{
	return a->group_len == b->group_len && a->name_len == b->name_len &&
	       memcmp(a->group, b->group, a->group_len) == 0 &&
	       memcmp(a->name, b->name, a->name_len) == 0;
}

/* the value of before, looked for at *@hint first: the order changes only
 * when a column comes (IcmpMsg) */
static int64_t value_before(const struct counter_table *last,
			    const struct counter *row, size_t *hint)
{
	if (*hint < last->rows.n && same_name(&last->rows.v[*hint], row))
		return last->rows.v[(*hint)++].value;
	for (size_t i = 0; i < last->rows.n; i++) {
		if (!same_name(&last->rows.v[i], row))
			continue;
		*hint = i + 1;
		return last->rows.v[i].value;
	}
	return 0;
}

static void emit_counter(const struct event_sink *sink, struct event *e,
			 const struct counter *row, int64_t delta)
{
	SCOPED_STR struct str name = {0};

	str_addn(&name, row->group, row->group_len);
	str_add(&name, ".");
	str_addn(&name, row->name, row->name_len);
	e->n = 0;
	e->kind = EVENT_COUNTER;
	e->counter = (struct event_counter){
		.name = str_text(&name), .value = row->value, .delta = delta};
	event_emit(sink, e);
}

/* Return: how many moved; told to @sink unless that is NULL. */
static int64_t tell_moved(const struct counters *c,
			  const struct event_sink *sink, struct event *e)
{
	int64_t moved = 0;
	size_t hint = 0;

	if (c->last_ns < 0)
		return 0;
	vec_foreach(&c->next.table.rows, row) {
		int64_t delta =
			row->value - value_before(&c->last.table, row, &hint);

		if (delta == 0)
			continue;
		moved++;
		if (sink)
			emit_counter(sink, e, row, delta);
	}
	return moved;
}

static void tell_gap(const struct counters *c, const struct event_sink *sink,
		     struct event *e, const char *why)
{
	int64_t from_ns = c->last_ns < 0 ? 0 : c->last_ns - sink->epoch_ns;

	e->kind = EVENT_GAP;
	e->gap = (struct event_gap){.source = "counters",
				    .from_ns = from_ns,
				    .to_ns = e->t_ns,
				    .why = why};
	event_emit(sink, e);
}

int counters_read(struct counters *c, const char *why,
		  const struct event_sink *sink, struct err *err)
{
	struct event e = {.step = -1, .host = c->host};
	int64_t begin_ns = clock_now_ns();
	struct err local = {0};
	struct reading old;
	int ret;

	ret = read_all(c, &local);
	e.t_ns = clock_now_ns() - sink->epoch_ns;
	if (ret < 0) {
		tell_gap(c, sink, &e, local.text);
		if (err)
			*err = local;
		return ret;
	}
	e.kind = EVENT_COUNTERS;
	e.counters = (struct event_counters){
		.why = why, .changed = tell_moved(c, NULL, NULL)};
	event_emit(sink, &e);
	(void)tell_moved(c, sink, &e); /* counted above */
	old = c->last;
	c->last = c->next;
	c->next = old;
	c->last_ns = begin_ns;
	return 0;
}

static char *full_name(const struct counter *row)
{
	return mem_printf("%.*s.%.*s", (int)row->group_len, row->group,
			  (int)row->name_len, row->name);
}

bool counters_has(const struct counters *c, const char *name, char **near)
{
	size_t n = c->last.table.rows.n;
	SCOPED_FREE char **names = mem_new(char *, n);
	const char *nearest;
	bool has;

	for (size_t i = 0; i < n; i++)
		names[i] = full_name(&c->last.table.rows.v[i]);
	has = names_find((const char *const *)names, n, name) >= 0;
	nearest = names_nearest((const char *const *)names, n, name);
	if (!has && near)
		*near = mem_strdup(nearest);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	/* its columns come with the first packet of their kind */
	return has || strncmp(name, "IcmpMsg.", 8) == 0;
}
