/*
 * scalar.c - read texts, names, numbers and quantities
 */
#include "spec/scalar.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/units.h"
#include "spec/address.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scenario.h"
#include "tcp/words.h"

/** NAME_MAX_LEN - of hosts, sockets and programs */
#define NAME_MAX_LEN 32

/** BYTES_MAX - nobody sends more in a lab */
#define BYTES_MAX (INT64_C(1) << 40)

/** FRAMES_MAX - more would not fit into the memory of any wire */
#define FRAMES_MAX 1000000

/** RATE_MAX_BPS - no faster wire is sold */
#define RATE_MAX_BPS (INT64_C(1000) * 1000 * 1000 * 1000)

/** DURATION_MAX_NS - a thousand hours; sums of a few still fit */
#define DURATION_MAX_NS (INT64_C(3600000) * NS_PER_S)

/* a value's text; an error that says what is wanted if it has none */
const char *scalar_text(const struct reader *r, enum value_type type,
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

bool scalar_read_int(const struct reader *r, enum value_type type,
		     const struct node *node, int64_t min, int64_t max,
		     int64_t *out)
{
	const char *text = scalar_text(r, type, node);
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

bool scalar_read_node(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	(void)r;
	(void)type;
	*(const struct node **)out = node;
	return true;
}

bool scalar_read_bool(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);

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

bool scalar_read_text(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);

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

bool scalar_read_name(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);

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

bool scalar_read_words(const struct reader *r, enum value_type type,
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
		ok = scalar_text(r, VALUE_TEXT, node->items[i]) && ok;
	if (!ok)
		return false;
	words = mem_new(char *, node->n + 1);
	for (size_t i = 0; i < node->n; i++)
		words[i] = mem_strdup(node->items[i]->text);
	*(char ***)out = words;
	return true;
}

bool scalar_read_count(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	return scalar_read_int(r, type, node, 1, 4096, out);
}

bool scalar_read_backlog(const struct reader *r, enum value_type type,
			 const struct node *node, void *out)
{
	int64_t value;

	if (!scalar_read_int(r, type, node, 0, INT32_MAX, &value))
		return false;
	*(int *)out = (int)value;
	return true;
}

bool scalar_read_bytes(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	int64_t value;

	if (node->kind == NODE_KIND_SCALAR &&
	    size_parse(node->text, &value) == 0 && value >= 1 &&
	    value <= BYTES_MAX) {
		*(int64_t *)out = value;
		return true;
	}
	return scalar_read_int(r, type, node, 1, BYTES_MAX, out);
}

bool scalar_read_port(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	int64_t value;

	if (!scalar_read_int(r, type, node, 1, UINT16_MAX, &value))
		return false;
	*(uint16_t *)out = (uint16_t)value;
	return true;
}

bool scalar_read_duration(const struct reader *r, enum value_type type,
			  const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
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
	if (ns < (type == VALUE_DURATION) || ns > DURATION_MAX_NS) {
		reader_error(r, node, "a duration is %sat most 1000h",
			     type == VALUE_DURATION ? "more than 0s and " : "");
		return false;
	}
	*(int64_t *)out = ns;
	return true;
}

bool scalar_read_share(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
	double share;
	int rc;

	if (!text)
		return false;
	if (is_number(text)) {
		reader_error(r, node, "a share is in percent: 1%%, 0.1%%");
		return false;
	}
	rc = share_parse(text, &share);
	if (rc == -ERANGE)
		reader_error(r, node, "a share is at most 100%%");
	else if (rc < 0)
		reader_error(r, node, "'%s' is no share: 1%%, 0.1%%", text);
	else
		*(double *)out = share;
	return rc == 0;
}

bool scalar_read_rate(const struct reader *r, enum value_type type,
		      const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
	int64_t bps;
	int rc;

	if (!text)
		return false;
	if (is_number(text)) {
		reader_error(r, node, "a rate needs a unit: 10mbit, 64kbit");
		return false;
	}
	rc = rate_parse(text, &bps);
	if (rc == -EINVAL) {
		reader_error(r, node, "'%s' is no rate: 10mbit, 64kbit, 1gbit",
			     text);
		return false;
	}
	if (rc < 0 || bps <= 0 || bps > RATE_MAX_BPS) {
		reader_error(r, node,
			     "a rate is more than 0bit and at most 1tbit");
		return false;
	}
	*(uint64_t *)out = (uint64_t)bps;
	return true;
}

bool scalar_read_frames(const struct reader *r, enum value_type type,
			const struct node *node, void *out)
{
	int64_t value;

	if (!scalar_read_int(r, type, node, 1, FRAMES_MAX, &value))
		return false;
	*(uint32_t *)out = (uint32_t)value;
	return true;
}

bool scalar_read_compare(const struct reader *r, enum value_type type,
			 const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
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

bool scalar_read_errno(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
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

bool scalar_read_signal(const struct reader *r, enum value_type type,
			const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
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

bool scalar_read_option(const struct reader *r, enum value_type type,
			const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);

	if (!text)
		return false;
	if (!sockopt_find(text)) {
		reader_unknown(r, node, "socket option", sockopt_nearest(text));
		return false;
	}
	*(char **)out = mem_strdup(text);
	return true;
}

bool scalar_read_address(const struct reader *r, enum value_type type,
			 const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);

	return text && address_read(r, node, out);
}
