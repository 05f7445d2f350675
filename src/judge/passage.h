/*
 * passage.h - one step of one end from a state to the next, and what was around
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tcp/flow.h"
#include "tcp/segment.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

/** struct witness - all that a run tells; borrowed */
struct witness {
	const struct timeline *tl;
	const struct history *history;
};

/**
 * struct passage - an end left a state for another
 * @w: the run
 * @connection: of the end
 * @end: 0 or 1
 * @at: index of the state that it went to, at least 1; or that it began in, 0
 * @was: the state before; at the begin of a passive opener's path LISTEN; at
 *	that of an end that took another's place, what that was in; @mini then
 * @mini: @was was a request socket or a minisocket
 * @was_since_ns: since then
 * @is: the state that it went to
 */
struct passage {
	const struct witness *w;
	const struct history_connection *connection;
	int end;
	size_t at;
	enum tcp_state was;
	bool mini;
	int64_t was_since_ns;
	const struct history_state *is;
};

/** passage_slack_ns - a state and what caused it are stamped in two places, so
 * far apart at most */
int64_t passage_slack_ns(const struct witness *w);

/** passage_end - whose it is */
const struct history_end *passage_end(const struct passage *p);

/** passage_arrived - did a segment with all of these flags reach the end when
 * it happened; @flags: set of TCP_FLAG_BIT(), 0: any */
bool passage_arrived(const struct passage *p, uint8_t flags);

/** passage_data - did payload reach the end when it happened */
bool passage_data(const struct passage *p);

/** passage_sent_rst - did the end's host send a RST when it happened */
bool passage_sent_rst(const struct passage *p);

/** passage_called - did the end's program make such a call when it happened,
 * and it succeeded */
bool passage_called(const struct passage *p, const char *call);

/** passage_failed - with what did such a call of the end's program fail when it
 * happened; 0 if it did not */
int passage_failed(const struct passage *p, const char *call);

/** passage_counted - has this counter of the end's host moved, ever */
bool passage_counted(const struct passage *p, const char *counter);

/** passage_held - did a process hold the end until it happened, as far as dumps
 * tell */
bool passage_held(const struct passage *p);

/** passage_holds - does a process hold the end in the state that it went to, as
 * far as dumps tell */
bool passage_holds(const struct passage *p);

/** passage_answered_syn - has the end ever sent a SYN,ACK */
bool passage_answered_syn(const struct passage *p);

/** passage_listened - did somebody listen on the end's port when it happened */
bool passage_listened(const struct passage *p);

/** passage_began_passive - did the end begin as a listener's child */
bool passage_began_passive(const struct passage *p);

/** witness_counter - an event with which this counter moved, of any host; 0 */
uint64_t witness_counter(const struct witness *w, const char *name);
