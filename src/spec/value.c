/*
 * value.c - the types that a value in a spec can have: one row each
 */
#include "spec/value.h"

#include <string.h>

#include "base/names.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scalar.h"
#include "spec/scalar_tcp.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "spec/when.h"

/* RFC 9293's spellings of what Linux names otherwise */
static const struct {
	const char *rfc;
	enum tcp_state state;
} rfc_states[] = {
	{"SYN-SENT", TCP_STATE_SYN_SENT},
	{"SYN-RECEIVED", TCP_STATE_SYN_RECV},
	{"FIN-WAIT-1", TCP_STATE_FIN_WAIT1},
	{"FIN-WAIT-2", TCP_STATE_FIN_WAIT2},
	{"CLOSE-WAIT", TCP_STATE_CLOSE_WAIT},
	{"LAST-ACK", TCP_STATE_LAST_ACK},
	{"TIME-WAIT", TCP_STATE_TIME_WAIT},
};

static int state_parse(const char *text)
{
	for (size_t i = 0; i < sizeof(rfc_states) / sizeof(*rfc_states); i++)
		if (strcmp(rfc_states[i].rfc, text) == 0)
			return (int)rfc_states[i].state;
	return names_find(tcp_state_names, TCP_STATES, text);
}

const char *value_state_alias(size_t i)
{
	size_t n = sizeof(rfc_states) / sizeof(*rfc_states);

	return i < n ? rfc_states[i].rfc : NULL;
}

static bool read_state(const struct reader *r, const struct node *node,
		       uint32_t *set)
{
	const char *text = scalar_text(r, VALUE_STATES, node);
	int state = text ? state_parse(text) : -1;

	if (!text)
		return false;
	if (state < 0) {
		reader_unknown(
			r, node, "state",
			names_nearest(tcp_state_names, TCP_STATES, text));
		return false;
	}
	*set |= TCP_STATE_BIT((unsigned int)state);
	return true;
}

static bool read_states(const struct reader *r, enum value_type type,
			const struct node *node, void *out)
{
	uint32_t set = 0;
	bool ok = true;

	(void)type;
	if (node->kind != NODE_KIND_SEQUENCE)
		ok = read_state(r, node, &set);
	else if (node->n == 0)
		reader_error(r, node, "at least one state is wanted here");
	else
		for (size_t i = 0; i < node->n; i++)
			ok = read_state(r, node->items[i], &set) && ok;
	if (!ok || !set)
		return false;
	*(uint32_t *)out = set;
	return true;
}

static const char *const family_words[ACT_FAMILIES] = {
	[ACT_FAMILY_V4] = "ipv4",
	[ACT_FAMILY_V6] = "ipv6",
};
TABLE_COVERS(family_words, ACT_FAMILIES);

/* plain tcp: of whichever IP version the topology has */
static const char *const socket_words[ACT_FAMILIES] = {
	[ACT_FAMILY_AUTO] = "tcp",
	[ACT_FAMILY_V4] = "tcp4",
	[ACT_FAMILY_V6] = "tcp6",
};
TABLE_COVERS(socket_words, ACT_FAMILIES);

static const char *const families_words[] = {
	[IP_FAMILIES_V4] = "ipv4",
	[IP_FAMILIES_V6] = "ipv6",
	[IP_FAMILIES_BOTH] = "both",
};

/* auto is what a link is that says nothing */
static const char *const wire_words[WIRE_BACKENDS] = {
	[WIRE_BACKEND_PASS] = "pass",
	[WIRE_BACKEND_NETEM] = "netem",
	[WIRE_BACKEND_RELAY] = "relay",
};
TABLE_COVERS(wire_words, WIRE_BACKENDS);

static const char *const nat_end_words[NAT_ENDS] = {
	[NAT_END_DROP] = "drop",
	[NAT_END_RESET] = "reset",
};
TABLE_COVERS(nat_end_words, NAT_ENDS);

/** struct words - the words that stand for the values of an enum */
struct words {
	const char *const *names;
	size_t n;
};

static const struct words words[VALUE_TYPES] = {
	[VALUE_STATES] = {tcp_state_names, TCP_STATES},
	[VALUE_TIMER] = {tcp_timer_names, TCP_TIMERS},
	[VALUE_SHUT_HOW] = {shut_how_names, SHUT_HOWS},
	[VALUE_FAMILY] = {family_words, ACT_FAMILIES},
	[VALUE_SOCKET] = {socket_words, ACT_FAMILIES},
	[VALUE_HOST_KIND] = {host_kind_names, HOST_KINDS},
	[VALUE_SPREAD] = {impair_spread_names, IMPAIR_SPREADS},
	[VALUE_FAMILIES] = {families_words, IP_FAMILIES_BOTH + 1},
	[VALUE_CLOCK] = {scenario_clock_names, SCENARIO_CLOCKS},
	[VALUE_FIELD] = {fault_field_names, FAULT_FIELDS},
	[VALUE_WIRE] = {wire_words, WIRE_BACKENDS},
	[VALUE_NAT_END] = {nat_end_words, NAT_ENDS},
};

const char *const *value_words(enum value_type type, size_t *n)
{
	*n = words[type].n;
	return words[type].names;
}

/* "a, b or c" would be longer than the nearest word in most cases */
static bool read_word(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
	int i;

	if (!text)
		return false;
	i = names_find(words[type].names, words[type].n, text);
	if (i < 0) {
		reader_error(r, node, "this must be %s, not '%s'",
			     value_what(type), text);
		return false;
	}
	*(unsigned int *)out =
		(unsigned int)i; /* what gcc makes of our enums */
	return true;
}

/** struct value_rule - one type of value */
struct value_rule {
	const char *what;
	bool (*read)(const struct reader *r, enum value_type type,
		     const struct node *node, void *out);
	const char *schema;
};

#define PROSE \
	"{\"type\": [\"string\", \"number\", \"boolean\"], \"minLength\": 1}"
#define PATTERN(p) "{\"type\": \"string\", \"pattern\": \"" p "\"}"
#define INTEGER(min, max) \
	"{\"type\": \"integer\", \"minimum\": " min ", \"maximum\": " max "}"
#define DURATION "^[0-9]+(\\\\.[0-9]+)?(ns|us|ms|s|m|h)$"
#define RATE \
	"^[0-9]+(\\\\.[0-9]+)?([kmgtKMGT][iI]?)?([bB][iI][tT]|[bB][pP][sS])$"
#define STRINGS                                                     \
	"{\"type\": \"array\", \"items\": {\"type\": [\"string\", " \
	"\"number\", \"boolean\"]}"
#define INT_OR(p) \
	"{\"type\": [\"integer\", \"string\"], \"pattern\": \"" p "\"}"

#define FLAG "(FIN|SYN|RST|PSH|ACK|URG|ECE|CWR)"

static const struct value_rule rules[VALUE_TYPES] = {
	[VALUE_NODE] = {"a value", scalar_read_node, "{}"},
	[VALUE_BOOL] = {"true or false", scalar_read_bool,
			"{\"type\": \"boolean\"}"},
	[VALUE_TEXT] = {"a text", scalar_read_text,
			"{\"type\": [\"string\", \"number\", \"boolean\"]}"},
	[VALUE_PROSE] = {"a text", scalar_read_text, PROSE},
	[VALUE_NAME] = {"a name", scalar_read_name,
			PATTERN("^[A-Za-z_][A-Za-z0-9_-]{0,31}$")},
	[VALUE_HOST] = {"a host's name", scalar_read_name,
			PATTERN("^[a-z][a-z0-9-]{0,31}$")},
	[VALUE_ARGV] = {"a list: [program, argument]", scalar_read_words,
			STRINGS ", \"minItems\": 1}"},
	[VALUE_WORDS] = {"a list of words", scalar_read_words, STRINGS "}"},
	[VALUE_COUNT] = {"a number", scalar_read_count, INTEGER("1", "4096")},
	[VALUE_BACKLOG] = {"a number", scalar_read_backlog,
			   INTEGER("0", "2147483647")},
	[VALUE_BYTES] = {"a number of bytes", scalar_read_bytes,
			 INT_OR("^[0-9.]+([kMG]?B|[KMG]iB)?$")},
	[VALUE_PORT] = {"a port", scalar_read_port, INTEGER("1", "65535")},
	[VALUE_DURATION] = {"a duration", scalar_read_duration,
			    PATTERN(DURATION)},
	[VALUE_DELAY] = {"a duration", scalar_read_duration, PATTERN(DURATION)},
	[VALUE_SHARE] = {"a share of 100%", scalar_read_share,
			 PATTERN("^[0-9]+(\\\\.[0-9]+)?%$")},
	[VALUE_RATE] = {"a rate", scalar_read_rate, PATTERN(RATE)},
	[VALUE_FRAMES] = {"a number of frames", scalar_read_frames,
			  INTEGER("1", "1000000")},
	[VALUE_ADDR] = {"a port or an address and a port", scalar_read_address,
			INT_OR("^(.+:)?[0-9]+$")},
	[VALUE_LISTEN] =
		{"a port, an address and a port, or a "
		 "socket's name",
		 scalar_read_text,
		 INT_OR("^(.+:)?[0-9]+$|^[A-Za-z_][A-Za-z0-9_-]{0,31}$")},
	[VALUE_COMPARE] = {"a number or a condition on one",
			   scalar_read_compare,
			   INT_OR("^(==|!=|<=?|>=?)? *-?[0-9]+$")},
	[VALUE_STATUS] = {"an exit status or a condition on one",
			  scalar_read_compare,
			  INT_OR("^(==|!=|<=?|>=?)? *[0-9]+$")},
	[VALUE_STATES] = {"a state or a list of states", read_states, NULL},
	[VALUE_TIMER] = {"a timer: off, on, keepalive, timewait or persist",
			 read_word, NULL},
	[VALUE_ERRNO] = {"the name of an errno", scalar_read_errno,
			 PATTERN("^E[A-Z0-9]+$")},
	[VALUE_SIGNAL] = {"the name of a signal", scalar_read_signal,
			  PATTERN("^[A-Z0-9]+$")},
	[VALUE_OPTION] = {"the name of a socket option", scalar_read_option,
			  NULL},
	[VALUE_SHUT_HOW] = {"rd, wr or rdwr", read_word, NULL},
	[VALUE_FAMILY] = {"ipv4 or ipv6", read_word, NULL},
	[VALUE_SOCKET] = {"tcp, tcp4 or tcp6", read_word, NULL},
	[VALUE_HOST_KIND] = {"host, switch or router", read_word, NULL},
	[VALUE_SPREAD] = {"uniform, normal or pareto", read_word, NULL},
	[VALUE_FAMILIES] = {"ipv4, ipv6 or both", read_word, NULL},
	[VALUE_KERNEL] = {"versions of the kernel", when_read_kernel,
			  "{\"type\": [\"string\", \"number\"], \"pattern\": "
			  "\"^ *((==|!=|<=?|>=?)? *[0-9]+(\\\\.[0-9]+){0,3} *)"
			  "{1,4}$\"}"},
	[VALUE_CLOCK] = {"any or virtual", read_word, NULL},
	[VALUE_TIMES] = {"a number of times", scalar_read_times,
			 INTEGER("1", "1000000")},
	[VALUE_SKIP] = {"a number of times", scalar_read_times,
			INTEGER("0", "1000000")},
	[VALUE_PAYLOAD] = {"a number of bytes", scalar_read_payload,
			   INTEGER("1", "1428")},
	[VALUE_WINDOW] = {"a window", scalar_read_window,
			  INTEGER("0", "65535")},
	[VALUE_FLAGS] = {"a flag or a list of flags", scalar_read_flags,
			 "{\"type\": [\"string\", \"array\"], \"pattern\": "
			 "\"^" FLAG "(," FLAG ")*$\", \"items\": " PATTERN(
				 "^" FLAG "$") ", \"minItems\": 1}"},
	[VALUE_SEQ] = {"a sequence number", scalar_read_seq,
		       INT_OR("^([0-9]+|(absolute|start|next|edge)"
			      "([+-][0-9]+)?)$")},
	[VALUE_SHIFT] = {"a number with its sign", scalar_read_shift,
			 INT_OR("^[+-]?[0-9]+$")},
	[VALUE_FIELD] = {"checksum, payload, seq, ack, flags or window",
			 read_word, NULL},
	[VALUE_WIRE] = {"pass, netem or relay", read_word, NULL},
	[VALUE_NAT_END] = {"drop or reset", read_word, NULL},
};
TABLE_COVERS(rules, VALUE_TYPES);

const char *value_what(enum value_type type)
{
	return rules[type].what;
}

const char *value_schema(enum value_type type)
{
	return rules[type].schema;
}

bool value_read(const struct reader *r, enum value_type type,
		const struct node *node, void *out)
{
	return rules[type].read(r, type, node, out);
}
