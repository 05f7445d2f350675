/*
 * moves.c - both halves of the table as one, and what follows from it
 */
#include "judge/moves.h"

#include <assert.h>

#include "judge/moves_internal.h"

static_assert(MOVES_RFC + MOVES_LINUX <= MOVES_MAX, "a set has a bit for each");

const struct move *moves_at(size_t i)
{
	return i < MOVES_RFC ? &moves_rfc[i] : &moves_linux[i - MOVES_RFC];
}

size_t moves_count(void)
{
	return MOVES_RFC + MOVES_LINUX;
}

bool move_is_linux(const struct move *move)
{
	return move->id[0] == 'L';
}

bool move_is_legal(enum tcp_state from, enum tcp_state to)
{
	if (from == to || to == TCP_STATE_CLOSED)
		return true;
	for (size_t i = 0; i < moves_count(); i++) {
		const struct move *move = moves_at(i);

		if (!move->refused && move->from & TCP_STATE_BIT(from) &&
		    move->to & TCP_STATE_BIT(to))
			return true;
	}
	return false;
}

/* One that takes a minisocket's place is another socket; a listener's children
 * are others than it, too */
static bool is_other(enum tcp_state from, enum tcp_state to)
{
	const uint32_t minis = TCP_STATE_BIT(TCP_STATE_FIN_WAIT2) |
			       TCP_STATE_BIT(TCP_STATE_TIME_WAIT);
	const uint32_t begins = TCP_STATE_BIT(TCP_STATE_SYN_SENT) |
				TCP_STATE_BIT(TCP_STATE_SYN_RECV);

	return from != to &&
	       (from == TCP_STATE_LISTEN ||
		(minis & TCP_STATE_BIT(from) && begins & TCP_STATE_BIT(to)));
}

bool move_is_way(enum tcp_state from, enum tcp_state to)
{
	uint32_t reached = TCP_STATE_BIT(from);
	uint32_t before = 0;

	if (to == TCP_STATE_CLOSED)
		return true;
	while (reached != before) {
		before = reached;
		for (enum tcp_state a = 0; a < TCP_STATES; a++)
			for (enum tcp_state b = 0; b < TCP_STATES; b++)
				if (before & TCP_STATE_BIT(a) &&
				    b != TCP_STATE_CLOSED && !is_other(a, b) &&
				    move_is_legal(a, b))
					reached |= TCP_STATE_BIT(b);
	}
	return reached & TCP_STATE_BIT(to);
}
