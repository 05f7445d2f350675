/*
 * value.c - the types that a value in a spec can have: one row each
 */
#include "spec/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/units.h"
#include "spec/address.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "tcp/words.h"

/** NAME_MAX_LEN - of hosts, sockets and programs */
#define NAME_MAX_LEN 32

/** BYTES_MAX - nobody sends more in a lab */
#define BYTES_MAX (INT64_C(1) << 40)

/* a value's text; an error that says what is wanted if it has none */
static const char *scalar(const struct reader *r, enum value_type type,
			  const struct node *node)
{
	if (node->kind == NODE_KIND_SCALAR)
		return node->text;
	if (node->kind == NODE_KIND_NULL && *node->text)
		reader_error(r, node,
			     "this must be %s; YAML takes '%s' for "
			     "nothing: quote it to mean the word",
			     value_what(type), node->text);
	else
		reader_error(r, node, "this must be %s, not %s",
			     value_what(type), node_kind_names[node->kind]);
	return NULL;
}

/* decimal only: YAML 1.1 would read 010 as eight and 1:30 as ninety */
static bool int_parse(const char *text, int64_t *value)
{
	const char *digits = text + (*text == '-');
	size_t n = strspn(digits, "0123456789");

	if (n == 0 || n > 18 || digits[n] || (n > 1 && *digits == '0'))
		return false;
	*value = strtoll(text, NULL, 10);
	return true;
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789.")] == '\0';
}

static bool read_int(const struct reader *r, enum value_type type,
		     const struct node *node, int64_t min, int64_t max,
		     int64_t *out)
{
	const char *text = scalar(r, type, node);
	int64_t value;

	if (!text)
		return false;
	if (!int_parse(text, &value)) {
		reader_error(r, node, "this must be %s, not '%s'",
			     value_what(type), text);
		return false;
	}
	if (value < min || value > max) {
		reader_error(
			r, node, "this must be %s, from %lld to %lld, not %s",
			value_what(type), (long long)min, (long long)max, text);
		return false;
	}
	*out = value;
	return true;
}

static bool read_node(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	(void)r;
	(void)type;
	*(const struct node **)out = node;
	return true;
}

static bool read_bool(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);

	if (!text)
		return false;
	if (!node->quoted && strcmp(text, "true") == 0) {
		*(bool *)out = true;
		return true;
	}
	if (!node->quoted && strcmp(text, "false") == 0) {
		*(bool *)out = false;
		return true;
	}
	reader_error(r, node, "write true or false, not %s'%s'",
		     node->quoted ? "the text " : "", text);
	return false;
}

static bool read_text(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);

	if (!text)
		return false;
	if (!*text && type == VALUE_PROSE) {
		reader_error(r, node, "this text may not be empty");
		return false;
	}
	*(char **)out = mem_strdup(text);
	return true;
}

static bool is_word(const char *text, bool host)
{
	size_t n = strlen(text);

	if (n == 0 || n > NAME_MAX_LEN)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (islower(c) || (!host && (isupper(c) || c == '_')))
			continue;
		if (i == 0 || !(isdigit(c) || c == '-'))
			return false;
	}
	return true;
}

bool value_is_name(const char *text)
{
	return is_word(text, false);
}

bool value_is_host_name(const char *text)
{
	return is_word(text, true);
}

static bool read_name(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);

	if (!text)
		return false;
	if (!is_word(text, type == VALUE_HOST)) {
		reader_error(r, node,
			     type == VALUE_HOST
				     ? "'%s' is no host's name: a-z, then a-z, "
				       "0-9 and -, at most 32 characters"
				     : "'%s' is no name: a letter or _, then "
				       "letters, digits, _ and -, at most 32 "
				       "characters",
			     text);
		return false;
	}
	*(char **)out = mem_strdup(text);
	return true;
}

static bool read_words(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	char **words;
	bool ok = true;

	if (node->kind != NODE_KIND_SEQUENCE) {
		reader_error(r, node, "this must be %s, not %s",
			     value_what(type), node_kind_names[node->kind]);
		return false;
	}
	if (node->n == 0 && type == VALUE_ARGV) {
		reader_error(r, node, "a command has at least a program");
		return false;
	}
	for (size_t i = 0; i < node->n; i++)
		ok = scalar(r, VALUE_TEXT, node->items[i]) && ok;
	if (!ok)
		return false;
	words = mem_new(char *, node->n + 1);
	for (size_t i = 0; i < node->n; i++)
		words[i] = mem_strdup(node->items[i]->text);
	*(char ***)out = words;
	return true;
}

static bool read_count(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	return read_int(r, type, node, 1, 4096, out);
}

static bool read_backlog(const struct reader *r, enum value_type type,
			 const struct node *node, void *out)
{
	int64_t value;

	if (!read_int(r, type, node, 0, INT32_MAX, &value))
		return false;
	*(int *)out = (int)value;
	return true;
}

static bool read_bytes(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	int64_t value;

	if (node->kind == NODE_KIND_SCALAR &&
	    size_parse(node->text, &value) == 0 && value >= 1 &&
	    value <= BYTES_MAX) {
		*(int64_t *)out = value;
		return true;
	}
	return read_int(r, type, node, 1, BYTES_MAX, out);
}

static bool read_port(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	int64_t value;

	if (!read_int(r, type, node, 1, UINT16_MAX, &value))
		return false;
	*(uint16_t *)out = (uint16_t)value;
	return true;
}

static bool read_duration(const struct reader *r, enum value_type type,
			  const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);
	int64_t ns;

	if (!text)
		return false;
	if (is_number(text)) {
		reader_error(r, node, "a duration needs a unit: 5s, 200ms");
		return false;
	}
	if (duration_parse(text, &ns) < 0) {
		reader_error(r, node, "'%s' is no duration: 5s, 200ms, 1.5m",
			     text);
		return false;
	}
	if (ns <= 0) {
		reader_error(r, node, "this must be longer than no time");
		return false;
	}
	*(int64_t *)out = ns;
	return true;
}

static bool read_compare(const struct reader *r, enum value_type type,
			 const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);
	struct compare c = {.set = true, .op = COMPARE_EQ};
	const char *number = text;
	size_t longest = 0;

	if (!text)
		return false;
	for (int op = 0; op < COMPARES; op++) {
		size_t n = strlen(compare_op_names[op]);

		if (n > longest &&
		    strncmp(text, compare_op_names[op], n) == 0) {
			c.op = (enum compare_op)op;
			longest = n;
		}
	}
	number += longest;
	number += strspn(number, " ");
	if (!int_parse(number, &c.value)) {
		reader_error(r, node,
			     "this must be %s (3, \">=1\", \"!=0\"), "
			     "not '%s'",
			     value_what(type), text);
		return false;
	}
	if (type == VALUE_STATUS && (c.value < 0 || c.value > 255)) {
		reader_error(r, node, "an exit status is from 0 to 255");
		return false;
	}
	*(struct compare *)out = c;
	return true;
}

static bool read_errno(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);
	int number = text ? errno_from_name(text) : -1;

	if (!text)
		return false;
	if (number < 0) {
		reader_unknown(r, node, "errno", errno_nearest(text));
		return false;
	}
	*(int *)out = number;
	return true;
}

static const char *signal_nearest(const char *text)
{
	static const char *const common[] = {
		"SIGTERM", "SIGKILL", "SIGINT",	 "SIGHUP",  "SIGQUIT",
		"SIGSTOP", "SIGCONT", "SIGPIPE", "SIGABRT", "SIGCHLD",
		"SIGUSR1", "SIGUSR2", "SIGSEGV", "SIGALRM", "SIGTSTP",
	};

	return names_nearest(common, sizeof(common) / sizeof(common[0]), text);
}

static bool read_signal(const struct reader *r, enum value_type type,
			const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);
	int number = text ? signal_from_name(text) : -1;

	if (!text)
		return false;
	if (number < 0) {
		reader_unknown(r, node, "signal", signal_nearest(text));
		return false;
	}
	*(int *)out = number;
	return true;
}

static bool read_option(const struct reader *r, enum value_type type,
			const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);

	if (!text)
		return false;
	if (!sockopt_find(text)) {
		reader_unknown(r, node, "socket option", sockopt_nearest(text));
		return false;
	}
	*(char **)out = mem_strdup(text);
	return true;
}

/* RFC 9293's spellings of what Linux names otherwise */
static const struct {
	const char *rfc;
	enum tcp_state state;
} rfc_states[] = {
	{"SYN-RECEIVED", TCP_STATE_SYN_RECV},
	{"FIN-WAIT-1", TCP_STATE_FIN_WAIT1},
	{"FIN-WAIT-2", TCP_STATE_FIN_WAIT2},
};

static int state_parse(const char *text)
{
	char name[16];
	size_t n = strlen(text);

	for (size_t i = 0; i < sizeof(rfc_states) / sizeof(*rfc_states); i++)
		if (strcmp(rfc_states[i].rfc, text) == 0)
			return (int)rfc_states[i].state;
	if (n >= sizeof(name))
		return -1;
	for (size_t i = 0; i <= n; i++)
		name[i] = text[i];
	for (char *dash = name; (dash = strchr(dash, '-'));)
		*dash = '_'; /* TIME-WAIT */
	return names_find(tcp_state_names, TCP_STATES, name);
}

static bool read_state(const struct reader *r, const struct node *node,
		       uint32_t *set)
{
	const char *text = scalar(r, VALUE_STATES, node);
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

/** struct words - the words that stand for the values of an enum */
struct words {
	const char *const *names;
	size_t n;
};

static const struct words words[VALUE_TYPES] = {
	[VALUE_TIMER] = {tcp_timer_names, TCP_TIMERS},
	[VALUE_SHUT_HOW] = {shut_how_names, SHUT_HOWS},
	[VALUE_FAMILY] = {family_words, ACT_FAMILIES},
	[VALUE_SOCKET] = {socket_words, ACT_FAMILIES},
	[VALUE_HOST_KIND] = {host_kind_names, HOST_KINDS},
	[VALUE_FAMILIES] = {families_words, IP_FAMILIES_BOTH + 1},
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
	const char *text = scalar(r, type, node);
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

static bool read_address(const struct reader *r, enum value_type type,
			 const struct node *node, void *out)
{
	const char *text = scalar(r, type, node);

	return text && address_read(r, node, out);
}

/** struct value_rule - one type of value */
struct value_rule {
	const char *name;
	const char *what;
	bool (*read)(const struct reader *r, enum value_type type,
		     const struct node *node, void *out);
	const char *schema;
};

#define STRING	   "{\"type\": \"string\"}"
#define PROSE	   "{\"type\": \"string\", \"minLength\": 1}"
#define PATTERN(p) "{\"type\": \"string\", \"pattern\": \"" p "\"}"
#define INTEGER(min, max) \
	"{\"type\": \"integer\", \"minimum\": " min ", \"maximum\": " max "}"
#define STRINGS                                                     \
	"{\"type\": \"array\", \"items\": {\"type\": [\"string\", " \
	"\"number\", \"boolean\"]}"
#define INT_OR(p) \
	"{\"type\": [\"integer\", \"string\"], \"pattern\": \"" p "\"}"

static const struct value_rule rules[VALUE_TYPES] = {
	[VALUE_NODE] = {"node", "a value", read_node, "{}"},
	[VALUE_BOOL] = {"bool", "true or false", read_bool,
			"{\"type\": \"boolean\"}"},
	[VALUE_TEXT] = {"text", "a text", read_text,
			"{\"type\": [\"string\", \"number\", \"boolean\"]}"},
	[VALUE_PROSE] = {"prose", "a text", read_text, PROSE},
	[VALUE_NAME] = {"name", "a name", read_name,
			PATTERN("^[A-Za-z_][A-Za-z0-9_-]{0,31}$")},
	[VALUE_HOST] = {"host-name", "a host's name", read_name,
			PATTERN("^[a-z][a-z0-9-]{0,31}$")},
	[VALUE_ARGV] = {"argv", "a list: [program, argument]", read_words,
			STRINGS ", \"minItems\": 1}"},
	[VALUE_WORDS] = {"words", "a list of words", read_words, STRINGS "}"},
	[VALUE_COUNT] = {"count", "a number", read_count, INTEGER("1", "4096")},
	[VALUE_BACKLOG] = {"backlog", "a number", read_backlog,
			   INTEGER("0", "2147483647")},
	[VALUE_BYTES] = {"bytes", "a number of bytes", read_bytes,
			 INT_OR("^[0-9.]+([kMG]?B|[KMG]iB)?$")},
	[VALUE_PORT] = {"port", "a port", read_port, INTEGER("1", "65535")},
	[VALUE_DURATION] = {"duration", "a duration", read_duration,
			    PATTERN("^[0-9]+(\\\\.[0-9]+)?(ns|us|ms|s|m|h)$")},
	[VALUE_ADDR] = {"address", "a port or an address and a port",
			read_address, INT_OR("^(.+:)?[0-9]+$")},
	[VALUE_LISTEN] =
		{"listen",
		 "a port, an address and a port, or a "
		 "socket's name",
		 read_text,
		 INT_OR("^(.+:)?[0-9]+$|^[A-Za-z_][A-Za-z0-9_-]{0,31}$")},
	[VALUE_COMPARE] = {"compare", "a number or a condition on one",
			   read_compare,
			   INT_OR("^(==|!=|<=?|>=?)? *-?[0-9]+$")},
	[VALUE_STATUS] = {"status", "an exit status or a condition on one",
			  read_compare, INT_OR("^(==|!=|<=?|>=?)? *[0-9]+$")},
	[VALUE_STATES] = {"states", "a state or a list of states", read_states,
			  NULL},
	[VALUE_TIMER] = {"timer",
			 "a timer: off, on, keepalive, timewait or persist",
			 read_word, NULL},
	[VALUE_ERRNO] = {"errno", "the name of an errno", read_errno,
			 PATTERN("^E[A-Z0-9]+$")},
	[VALUE_SIGNAL] = {"signal", "the name of a signal", read_signal,
			  PATTERN("^[A-Z0-9]+$")},
	[VALUE_OPTION] = {"option", "the name of a socket option", read_option,
			  NULL},
	[VALUE_SHUT_HOW] = {"shut-how", "rd, wr or rdwr", read_word, NULL},
	[VALUE_FAMILY] = {"family", "ipv4 or ipv6", read_word, NULL},
	[VALUE_SOCKET] = {"socket", "tcp, tcp4 or tcp6", read_word, NULL},
	[VALUE_HOST_KIND] = {"host-kind", "host, switch or router", read_word,
			     NULL},
	[VALUE_FAMILIES] = {"families", "ipv4, ipv6 or both", read_word, NULL},
};
TABLE_COVERS(rules, VALUE_TYPES);

const char *value_what(enum value_type type)
{
	return rules[type].what;
}

const char *value_name(enum value_type type)
{
	return rules[type].name;
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
