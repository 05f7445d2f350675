/*
 * told.h - tell a timeline a story in a few words, and read a history back
 *
 * A story is lines of words; times are in ms. Two hosts, client (10.0.0.1) and
 * server (10.0.0.2); "c" and "s" for short:
 *
 *	seg 10 30 c SYN,ACK 0 1 0	sent at 10, arrived at 30; seq, ack, len
 *	lost 10 c FIN,ACK 1 1 0		sent at 10, never arrived
 *	forged 30 c SYN 77 0 0		arrived from c, which never sent it
 *	dump 90 100 s SYN_RECV		not yet so at 90, so at 100; "mini" and
 *					"held" may follow
 *	gone 90 100 s			there no longer
 *	look 500 s			a dump, begun at 500, found nothing new
 *	trace 31 c SYN_SENT ESTABLISHED	the tracepoint, from and to; the
 *					socket's number may follow
 *	call 9 31 c connect		a system call, begun and returned
 *	again				from now on another connection; 0 is the
 *					listener
 *	ports 4001 80			likewise, of other ports
 *	virtual				computing takes no time
 *	end
 */
#pragma once

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "test.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

#define TOLD_MS INT64_C(1000000)

/** struct told - a timeline that is being told a story */
struct told {
	struct timeline *tl;
	uint64_t n; /* number of the last event */
	uint64_t connection; /* that is told of */
	unsigned int ports[2]; /* of client and server */
};

static inline struct endpoint told_end(const struct told *t, bool client)
{
	char text[ENDPOINT_TEXT];
	struct endpoint e = {0};

	(void)snprintf(text, sizeof(text), "10.0.0.%d:%u", client ? 1 : 2,
		       t->ports[client ? 0 : 1]);
	ck_assert_int_eq(endpoint_parse(text, &e), 0);
	return e;
}

static inline void told_event(struct told *t, struct event *event)
{
	event->n = ++t->n;
	event->step = -1;
	timeline_feed(t->tl, event);
}

static inline enum tcp_state told_state(const char *name)
{
	for (int s = 0; s < TCP_STATES; s++)
		if (strcmp(tcp_state_names[s], name) == 0)
			return (enum tcp_state)s;
	ck_abort_msg("no state %s", name);
}

/** told_segment - at the sender's interface, if @sent_ms is not -1, and at the
 * receiver's, if @arrived_ms is not -1 */
static inline void told_segment(struct told *t, bool client, double sent_ms,
				double arrived_ms, const char *flags,
				unsigned int seq, unsigned int ack,
				unsigned int len)
{
	uint32_t isn[2] = {(uint32_t)(1000 + 90000 * t->connection),
			   (uint32_t)(5000 + 90000 * t->connection)};
	struct event e = {
		.kind = EVENT_SEGMENT,
		.host = client ? "client" : "server",
		.t_ns = (int64_t)(sent_ms * TOLD_MS),
		.segment = {.out = true,
			    .from = told_end(t, client),
			    .to = told_end(t, !client),
			    .flags = flags,
			    .connection = t->connection,
			    .seq = isn[client ? 0 : 1] + seq,
			    .rel_seq = seq,
			    .rel_ack = ack,
			    .window = 500,
			    .len = len},
	};

	if (strstr(flags, "ACK"))
		e.segment.ack = isn[client ? 1 : 0] + ack;
	if (sent_ms >= 0)
		told_event(t, &e);
	e.host = client ? "server" : "client";
	e.t_ns = (int64_t)(arrived_ms * TOLD_MS);
	e.segment.out = false;
	if (arrived_ms >= 0)
		told_event(t, &e);
}

static inline uint64_t told_inode(const struct told *t, bool client)
{
	return 10000 + 100 * t->connection + client;
}

/** told_row - a row of a dump; @word: a state, or "gone" */
static inline void told_row(struct told *t, bool client, double lo_ms,
			    double hi_ms, const char *word, const char *how)
{
	bool gone = strcmp(word, "gone") == 0;
	bool mini = strcmp(how, "mini") == 0;
	struct event e = {
		.kind = EVENT_SOCK,
		.host = client ? "client" : "server",
		.t_ns = (int64_t)(hi_ms * TOLD_MS),
		.sock = {.change = gone ? SOCK_CHANGE_GONE : SOCK_CHANGE_NEW,
			 .since_ns = (int64_t)(lo_ms * TOLD_MS),
			 .sock = {.local = told_end(t, client),
				  .remote = told_end(t, !client),
				  .has_info = !mini,
				  .cookie = t->connection ? 10 * t->connection +
								    client
							  : 10000,
				  .inode = strcmp(how, "held") == 0
						   ? told_inode(t, client)
						   : 0}},
	};

	if (!gone)
		e.sock.sock.state = told_state(word);
	if (strcmp(word, "LISTEN") == 0) {
		e.sock.sock.cookie = 10000;
		memset(&e.sock.sock.remote, 0, sizeof(e.sock.sock.remote));
		e.sock.sock.remote.family = AF_INET;
	}
	if (mini && strcmp(word, "SYN_RECV") != 0) {
		e.sock.sock.timer = TCP_TIMER_TIMEWAIT;
		e.sock.sock.timer_ns = 60000 * TOLD_MS;
	}
	told_event(t, &e);
}

/* The words of a line that tell of one host's doings */
static inline void told_words(struct told *t, const char *line)
{
	char word[16] = "";
	char a[24] = "";
	char b[24] = "";
	char who = 0;
	double from;
	double to;
	unsigned int seq = 0;
	unsigned int ack;
	unsigned int len;

	if (sscanf(line, "seg %lf %lf %c %23s %u %u %u", &from, &to, &who, a,
		   &seq, &ack, &len) == 7) {
		told_segment(t, who == 'c', from, to, a, seq, ack, len);
	} else if (sscanf(line, "lost %lf %c %23s %u %u %u", &from, &who, a,
			  &seq, &ack, &len) == 6) {
		told_segment(t, who == 'c', from, -1, a, seq, ack, len);
	} else if (sscanf(line, "forged %lf %c %23s %u %u %u", &to, &who, a,
			  &seq, &ack, &len) == 6) {
		told_segment(t, who == 'c', -1, to, a, seq, ack, len);
	} else if (sscanf(line, "dump %lf %lf %c %23s %15s", &from, &to, &who,
			  a, word) >= 4) {
		told_row(t, who == 'c', from, to, a, word);
	} else if (sscanf(line, "gone %lf %lf %c", &from, &to, &who) == 3) {
		told_row(t, who == 'c', from, to, "gone", "");
	} else if (sscanf(line, "look %lf %c", &from, &who) == 2) {
		struct event e = {.kind = EVENT_SNAP,
				  .host = who == 'c' ? "client" : "server",
				  .t_ns = (int64_t)(from * TOLD_MS),
				  .snap = {.why = "step"}};

		told_event(t, &e);
	} else if (sscanf(line, "trace %lf %c %23s %23s %u", &from, &who, a, b,
			  &seq) >= 4) {
		struct event e = {.kind = EVENT_STATE,
				  .host = who == 'c' ? "client" : "server",
				  .t_ns = (int64_t)(from * TOLD_MS),
				  .state = {.local = told_end(t, who == 'c'),
					    .remote = told_end(t, who != 'c'),
					    .socket = seq,
					    .was = told_state(a),
					    .state = told_state(b)}};

		told_event(t, &e);
	} else if (sscanf(line, "call %lf %lf %c %15s", &from, &to, &who,
			  word) == 4) {
		struct event e = {
			.kind = EVENT_CALL,
			.host = who == 'c' ? "client" : "server",
			.t_ns = (int64_t)(to * TOLD_MS),
			.call = {.call = word,
				 .args = "c, 10.0.0.2:80",
				 .socket = who == 'c' ? "c" : "s",
				 .began_ns = (int64_t)(from * TOLD_MS),
				 .inode = told_inode(t, who == 'c')}};

		told_event(t, &e);
	} else {
		ck_abort_msg("no story: %s", line);
	}
}

static inline void told_line(struct told *t, const char *line)
{
	if (strcmp(line, "again") == 0) {
		t->connection++;
	} else if (sscanf(line, "ports %u %u", &t->ports[0], &t->ports[1]) ==
		   2) {
		t->connection++;
	} else if (strcmp(line, "virtual") == 0) {
		struct event e = {.kind = EVENT_BEGIN,
				  .begin = {.virtual_time = true}};

		told_event(t, &e);
	} else if (strcmp(line, "end") == 0) {
		struct event e = {.kind = EVENT_END};

		told_event(t, &e);
	} else {
		told_words(t, line);
	}
}

/** told_new - two hosts, of which nothing is told yet; timeline_free() */
static inline struct told told_new(void)
{
	struct told t = {
		.tl = timeline_new(),
		.connection = 1,
		.ports = {4000, 80},
	};
	struct event client = {.kind = EVENT_HOST,
			       .host = "client",
			       .up = {.addresses = "10.0.0.1/30"}};
	struct event server = {.kind = EVENT_HOST,
			       .host = "server",
			       .up = {.addresses = "10.0.0.2/30"}};

	told_event(&t, &client);
	told_event(&t, &server);
	return t;
}

/** told_story - tell all lines of a story */
static inline void told_story(struct told *t, const char *story)
{
	char *copy = mem_strdup(story);
	char *rest = copy;
	char *line;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			told_line(t, line);
	free(copy);
}

/** told_path - "SYN_SENT@10s ESTABLISHED@30d": when in ms, and by whom: dump,
 * trace, segment, call, implied; "*" for minisockets, "+50" for a restart;
 * caller frees */
static inline char *told_path(const struct history_end *end)
{
	struct str out = {0};

	for (size_t i = 0; i < end->n_states; i++) {
		const struct history_state *s = &end->states[i];

		str_addf(&out, "%s%s%s@%g%c", i ? " " : "",
			 tcp_state_names[s->state], s->mini ? "*" : "",
			 (double)s->from_ns / TOLD_MS,
			 history_source_names[s->source][0]);
		for (size_t r = 0; r < s->n_restarts; r++)
			str_addf(&out, "+%g",
				 (double)s->restarts_ns[r] / TOLD_MS);
	}
	return str_steal(&out);
}
