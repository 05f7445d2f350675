/*
 * canon.c - a journal without what differs from run to run for no reason
 *
 * DOC: Theory of operation
 *
 * A kernel gives numbers out (PIDs, inodes, cookies of sockets) and draws lots
 * (ports). None of that is TCP's behaviour, but which number equals which is:
 * so each is replaced by a name, in the order of appearance. A port is a lot if
 * it is in net.ipv4.ip_local_port_range, from which connect(2) and bind(2) to
 * port 0 draw; a scenario that binds to one in there sees it named, too.
 * Sequence numbers are kept relative to the initial ones, and else left out.
 *
 * Times are rounded to the nearest quantum and not down to it: in virtual time
 * most of what happens does so at, or a few microseconds behind, a tick of the
 * kernel, and those are whole milliseconds apart.
 */
#include "event/canon.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/str.h"
#include "base/vec.h"
#include "event/codec.h"
#include "event/journal.h"

/** PORT_FIRST, PORT_LAST - the range where no sysctl says otherwise
 * (Documentation/networking/ip-sysctl.rst) */
#define PORT_FIRST 32768
#define PORT_LAST  60999

/** NAME_TEXT - bytes of a name and its NUL */
#define NAME_TEXT 40

/** struct rule - what becomes of a field, in words */
struct rule {
	const char *name; /* of what takes its place; NULL: none does */
	const char *what;
	const char *why;
};

static const struct rule rules[] = {
	[CANON_SAME] = {NULL, "kept", "it is what happened"},
	[CANON_TIME] = {NULL, "rounded to the nearest millisecond",
			"each look at the clock takes virtual time, and how "
			"often the kernel looks depends on its hash tables"},
	[CANON_WORDS] = {"port", "kept, but for ports of the kernel's choice",
			 "it draws them by chance"},
	[CANON_PORT] = {"port", "kept, but for ports of the kernel's choice",
			"it draws them by chance"},
	[CANON_OPTIONS] = {NULL, "kept, but for timestamps and SACK's numbers",
			   "these count from a number that is drawn"},
	[CANON_PROCESS] = {"process", "named", "PIDs are given out in turn"},
	[CANON_INODE] = {"inode", "named", "inodes are given out in turn"},
	[CANON_COOKIE] = {"socket", "named", "cookies are given out in turn"},
	[CANON_NETNS] = {"netns", "named", "inodes are given out in turn"},
	[CANON_NO_USER] = {NULL, "left out", "it is whoever runs tcplab"},
	[CANON_NO_DATE] = {NULL, "left out", "it is the time of day"},
	[CANON_NO_SEED] = {NULL, "left out",
			   "what it changes is left out or named, too"},
	[CANON_NO_SUM] = {NULL, "left out",
			  "it counts counters that are left out"},
	[CANON_NO_RTT] = {NULL, "left out",
			  "the kernel's mean of microseconds between looks at "
			  "the clock"},
	[CANON_NO_NUMBER] = {NULL, "left out",
			     "it counts from a number that is drawn"},
	[CANON_NO_FRAME] = {NULL, "left out", "others than TCP's count, too"},
	[CANON_NO_LOOK] = {NULL, "left out",
			   "it is when we looked, and nothing happened then"},
};
TABLE_COVERS(rules, CANONS);

/** struct chance_counter - counters that depend on chance */
struct chance_counter {
	const char *prefix;
	const char *why;
};

static const struct chance_counter chance_counters[] = {
	{"Ip6.",
	 "the kernel reports IPv6's multicast groups after a delay that "
	 "it draws by chance (RFC 3810 section 6)"},
	{"Icmp6.", "likewise"},
};

#define CHANCE_COUNTERS (sizeof(chance_counters) / sizeof(chance_counters[0]))

/** struct known - a thing that has a name */
struct known {
	enum field_canon canon;
	uint64_t value;
	struct endpoint at; /* CANON_PORT */
	unsigned int number;
};

/** struct canon - a canonical journal on its way */
struct canon {
	struct str *text;
	VEC(struct known) known;
	VEC(const char *) hosts; /* in the order of appearance */
	long port_first;
	long port_last;
	uint64_t n;
};

/** struct placed - an event, and what it is ordered by */
struct placed {
	const struct event *event;
	int64_t t_ns;
	size_t host; /* 0: none */
};

static int64_t rounded(int64_t ns)
{
	/* -1 is "never"; and INT64_MAX has nothing above it */
	if (ns < 0 || ns > INT64_MAX - CANON_QUANTUM_NS)
		return ns;
	return (ns + CANON_QUANTUM_NS / 2) / CANON_QUANTUM_NS *
	       CANON_QUANTUM_NS;
}

static bool same(const struct known *a, const struct known *b)
{
	return a->canon == b->canon && a->value == b->value &&
	       (a->canon != CANON_PORT || endpoint_equal(&a->at, &b->at));
}

static const char *name_of(struct canon *c, struct known what,
			   char name[NAME_TEXT])
{
	what.number = 1;
	vec_foreach(&c->known, k) {
		if (same(k, &what)) {
			(void)snprintf(name, NAME_TEXT, "%s-%u",
				       rules[what.canon].name, k->number);
			return name;
		}
		what.number += k->canon == what.canon;
	}
	vec_push(&c->known, what);
	return name_of(c, what, name);
}

static bool is_chosen(const struct canon *c, const struct endpoint *e)
{
	return (e->family == AF_INET || e->family == AF_INET6) &&
	       e->port >= c->port_first && e->port <= c->port_last;
}

/* with a port's name if the kernel chose it */
static void add_endpoint(struct canon *c, struct str *out,
			 const struct endpoint *e)
{
	char text[ENDPOINT_TEXT];
	char name[NAME_TEXT];

	(void)endpoint_print(e, text);
	if (!is_chosen(c, e)) {
		str_add(out, text);
		return;
	}
	str_addn(out, text, (size_t)(strrchr(text, ':') + 1 - text));
	str_add(out, name_of(c, (struct known){.canon = CANON_PORT, .at = *e},
			     name));
}

/* of the characters that an address and a port are written with */
static size_t endpoint_span(const char *text)
{
	size_t n = strspn(text, "0123456789abcdefABCDEF.:[]");

	while (n && (text[n - 1] == '.' || text[n - 1] == ':'))
		n--; /* of the sentence */
	return n;
}

static void add_words(struct canon *c, struct str *out, const char *text)
{
	while (*text) {
		size_t n = endpoint_span(text);
		char word[ENDPOINT_TEXT] = "";
		struct endpoint e;

		if (n && n < sizeof(word))
			memcpy(word, text, n);
		if (endpoint_parse(word, &e) == 0 && is_chosen(c, &e))
			add_endpoint(c, out, &e);
		else
			str_addn(out, text, n ? n : 1);
		text += n ? n : 1;
	}
}

/* "mss 1460, sack, ts" of "mss 1460, sack 71-75, ts 5 ecr 0" */
static void add_options(struct str *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, ",");
		size_t kept = n;

		if (strncmp(text, "ts ", 3) == 0)
			kept = 2;
		else if (strncmp(text, "sack ", 5) == 0 &&
			 strspn(text + 5, "0123456789"))
			kept = 4;
		str_addn(out, text, kept);
		text += n;
		n = strspn(text, ", ");
		str_addn(out, text, n);
		text += n;
	}
}

static uint64_t number_of(const struct field *f, const void *at)
{
	int64_t number = 0;

	if (f->type == FIELD_U64 || f->type == FIELD_I64)
		memcpy(&number, at, sizeof(number));
	return (uint64_t)number;
}

static void add_named(struct canon *c, const struct field *f, const void *at)
{
	struct known what = {.canon = f->canon, .value = number_of(f, at)};
	char name[NAME_TEXT];

	if (what.value) /* 0: none */
		codec_text(c->text, f->key, name_of(c, what, name));
}

static void add_field(struct canon *c, const struct field *f,
		      const struct event *event)
{
	const void *at = (const char *)event + f->offset;
	SCOPED_STR struct str out = {0};
	struct event copy = *event;

	switch (f->canon) {
	case CANON_SAME:
		codec_field(c->text, f, event);
		return;
	case CANON_TIME:
		*(int64_t *)((char *)&copy + f->offset) =
			rounded(*(const int64_t *)at);
		codec_field(c->text, f, &copy);
		return;
	case CANON_WORDS:
		if (!*(const char *const *)at)
			return;
		add_words(c, &out, *(const char *const *)at);
		codec_text(c->text, f->key, str_text(&out));
		return;
	case CANON_OPTIONS:
		if (!*(const char *const *)at)
			return;
		add_options(&out, *(const char *const *)at);
		codec_text(c->text, f->key, str_text(&out));
		return;
	case CANON_PORT:
		if (((const struct endpoint *)at)->family == AF_UNSPEC)
			return;
		add_endpoint(c, &out, at);
		codec_text(c->text, f->key, str_text(&out));
		return;
	case CANON_PROCESS:
	case CANON_INODE:
	case CANON_COOKIE:
	case CANON_NETNS:
		add_named(c, f, at);
		return;
	case CANON_NO_USER:
	case CANON_NO_DATE:
	case CANON_NO_SEED:
	case CANON_NO_SUM:
	case CANON_NO_RTT:
	case CANON_NO_NUMBER:
	case CANON_NO_FRAME:
	case CANON_NO_LOOK:
	case CANONS:
		return;
	}
}

static bool depends_on_chance(const struct event *event)
{
	const char *name = event->counter.name;

	if (event->kind != EVENT_COUNTER || !name)
		return false;
	for (size_t i = 0; i < CHANCE_COUNTERS; i++)
		if (strncmp(name, chance_counters[i].prefix,
			    strlen(chance_counters[i].prefix)) == 0)
			return true;
	return false;
}

static void note_range(struct canon *c, const struct event *event)
{
	const char *value =
		event->kind == EVENT_SYSCTL ? event->sysctl.value : NULL;
	char *end;
	long first;
	long last;

	if (!value || !event->sysctl.name ||
	    strcmp(event->sysctl.name, "net.ipv4.ip_local_port_range") != 0)
		return;
	first = strtol(value, &end, 10);
	last = strtol(end, NULL, 10);
	if (last > 0) { /* what is no range leaves the one before */
		c->port_first = first;
		c->port_last = last;
	}
}

static void add_event(struct canon *c, const struct placed *placed)
{
	struct event head = *placed->event;
	const struct field *fields;
	size_t n;

	if (depends_on_chance(placed->event))
		return;
	note_range(c, placed->event);
	head.n = ++c->n;
	head.t_ns = placed->t_ns;
	codec_head(c->text, &head);
	fields = fields_of(head.kind, &n);
	for (size_t i = 0; i < n; i++)
		add_field(c, &fields[i], placed->event);
	str_add(c->text, "}\n");
}

static size_t host_of(struct canon *c, const struct event *event)
{
	size_t i = 0;

	if (!event->host)
		return 0;
	while (i < c->hosts.n && strcmp(c->hosts.v[i], event->host) != 0)
		i++;
	if (i == c->hosts.n)
		vec_push(&c->hosts, event->host);
	return i + 1;
}

static int in_order(const void *va, const void *vb)
{
	const struct placed *a = va;
	const struct placed *b = vb;

	if (a->t_ns != b->t_ns)
		return a->t_ns < b->t_ns ? -1 : 1;
	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	/* events of one journal lie in its order */
	return a->event < b->event ? -1 : a->event > b->event;
}

void canon_print(const struct journal *journal, struct str *text)
{
	struct canon c = {
		.text = text, .port_first = PORT_FIRST, .port_last = PORT_LAST};
	struct placed *all = mem_new(struct placed, journal->n);
	size_t first = 0; /* of those since the last that concerns no host */

	for (size_t i = 0; i < journal->n; i++) {
		const struct event *event = &journal->events[i];

		all[i] = (struct placed){.event = event,
					 .t_ns = rounded(event->t_ns),
					 .host = host_of(&c, event)};
		if (event->host && i + 1 < journal->n)
			continue;
		qsort(all + first, i - first + (event->host ? 1 : 0),
		      sizeof(*all), in_order);
		first = i + 1;
	}
	for (size_t i = 0; i < journal->n; i++)
		add_event(&c, &all[i]);
	free(all);
	vec_done(&c.known);
	vec_done(&c.hosts);
}

void canon_reasons(struct str *text)
{
	for (int kind = 0; kind < EVENT_KINDS; kind++) {
		size_t n;
		const struct field *fields =
			fields_of((enum event_kind)kind, &n);

		for (size_t i = 0; i < n; i++) {
			const struct rule *rule = &rules[fields[i].canon];

			if (fields[i].canon != CANON_SAME)
				str_addf(text, "%-12s %-10s %s: %s\n",
					 event_kind_names[kind], fields[i].key,
					 rule->what, rule->why);
		}
	}
	for (size_t i = 0; i < CHANCE_COUNTERS; i++)
		str_addf(text, "%-12s %-10s left out: %s\n",
			 event_kind_names[EVENT_COUNTER],
			 chance_counters[i].prefix, chance_counters[i].why);
}

bool canon_differs(const char *a, const char *b, size_t *line,
		   const char **a_line, const char **b_line)
{
	size_t n = 1;

	while (*a && *b) {
		size_t a_len = strcspn(a, "\n");
		size_t b_len = strcspn(b, "\n");

		if (a_len != b_len || memcmp(a, b, a_len) != 0)
			break;
		a += a_len + (a[a_len] == '\n');
		b += b_len + (b[b_len] == '\n');
		n++;
	}
	if (!*a && !*b)
		return false;
	*line = n;
	*a_line = a;
	*b_line = b;
	return true;
}
