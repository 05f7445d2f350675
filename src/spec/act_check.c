/*
 * act_check.c - do a step's words fit each other
 */
#include "spec/act_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "spec/node.h"
#include "spec/verbs.h"
#include "tcp/words.h"

/** WORDS_MAX - bytes of a text or a command line: they travel to the program
 * in one message, which has room for twice as much */
#define WORDS_MAX 32768

/** struct clash - two keys of which a step may have one */
struct clash {
	enum act_key one;
	enum act_key other;
	const char *why;
};

static const struct clash clashes[] = {
	{ACT_KEY_BYTES, ACT_KEY_TEXT, "a text has its own length"},
	{ACT_KEY_FAILS, ACT_KEY_EOF, "what fails has no end of file"},
	{ACT_KEY_FAILS, ACT_KEY_RETURNS, "what fails returns nothing"},
	{ACT_KEY_BLOCKS, ACT_KEY_FAILS,
	 "say what comes of it where it is awaited"},
	{ACT_KEY_BLOCKS, ACT_KEY_WITHIN, "it cannot block and be done"},
	{ACT_KEY_BLOCKS, ACT_KEY_NOT_BEFORE, "'blocks' says so already"},
	{ACT_KEY_LISTENING, ACT_KEY_STATUS, "it cannot be ready and gone"},
	{ACT_KEY_STATUS, ACT_KEY_SIGNAL, "it exits, or dies of a signal"},
};

static bool check_clashes(const struct reader *r, struct act_draft *draft)
{
	bool ok = true;

	for (size_t i = 0; i < sizeof(clashes) / sizeof(clashes[0]); i++) {
		const struct clash *c = &clashes[i];

		if (!draft->at[c->one] || !draft->at[c->other])
			continue;
		if (c->other == ACT_KEY_EOF && !draft->act.eof)
			continue;
		reader_error(r, draft->at[c->other],
			     "'%s' and '%s' do not go together: %s",
			     act_keys[c->one].name, act_keys[c->other].name,
			     c->why);
		ok = false;
	}
	return ok;
}

/* keys that are about a new socket make no sense of an old one */
static bool check_new(const struct reader *r, const struct act_draft *draft)
{
	static const enum act_key new_only[] = {
		ACT_KEY_REUSEADDR, ACT_KEY_REUSEPORT, ACT_KEY_V6ONLY,
		ACT_KEY_CLOEXEC,   ACT_KEY_FAMILY,
	};
	const struct act *act = &draft->act;
	bool ok = true;

	if (act->makes && !act->socket && !act->fails && !act->blocks_ns) {
		reader_error(r, draft->verb_at,
			     "name the socket that this makes: 'as: …'");
		return false;
	}
	for (size_t i = 0; !act->makes && i < sizeof(new_only) / sizeof(int);
	     i++) {
		if (!draft->at[new_only[i]])
			continue;
		reader_error(r, draft->at[new_only[i]],
			     "'%s' is for a new socket; set it on '%s' with "
			     "'setsockopt'",
			     act_keys[new_only[i]].name, act->socket);
		ok = false;
	}
	return ok;
}

static bool check_data(const struct reader *r, const struct act_draft *draft)
{
	if (draft->act.verb != VERB_SEND || draft->at[ACT_KEY_BYTES] ||
	    draft->at[ACT_KEY_TEXT])
		return true;
	reader_error(r, draft->verb_at, "'send' needs 'bytes' or 'text'");
	return false;
}

static bool check_length(const struct reader *r, const struct act_draft *draft)
{
	const struct act *act = &draft->act;
	size_t n = act->text ? strlen(act->text) : 0;

	for (char **arg = act->argv; arg && *arg; arg++)
		n += strlen(*arg) + 1;
	if (n <= WORDS_MAX)
		return true;
	reader_error(r, draft->verb_at,
		     "more than %d bytes in words; 'bytes' sends any number",
		     WORDS_MAX);
	return false;
}

static bool check_connect(const struct reader *r, const struct act_draft *draft)
{
	const struct act_addr *addr = &draft->act.addr;

	if (draft->act.verb != VERB_CONNECT)
		return true;
	if (!addr->host && addr->literal.family == AF_UNSPEC) {
		reader_error(r, draft->value_at,
			     "connect to whom? \"server:%u\"", addr->port);
		return false;
	}
	if (addr->port == 0) {
		reader_error(r, draft->value_at,
			     "nobody listens on port 0: from 1 to 65535");
		return false;
	}
	return true;
}

static bool is_time(const char *text)
{
	int64_t ns;

	return duration_parse(text, &ns) == 0;
}

/* what option_parse() of the agent will take for an int */
static bool is_int(const char *text)
{
	static const char *const words[] = {"true", "false", "on", "off"};
	char *end;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], text) == 0)
			return true;
	(void)strtol(text, &end, 10); /* the value is the agent's to read */
	return end != text && !*end;
}

static bool check_option(const struct reader *r, const struct act_draft *draft)
{
	const struct act *act = &draft->act;
	const char *text = act->value ?: act->returns;
	const struct node *at =
		draft->at[act->value ? ACT_KEY_VALUE : ACT_KEY_RETURNS];
	const struct sockopt *o =
		act->option ? sockopt_find(act->option) : NULL;

	if (!o || !text)
		return true;
	if (o->type == SOCKOPT_INT && !is_int(text) &&
	    errno_from_name(text) < 0)
		reader_error(r, at, "%s is a number (1, off), not '%s'",
			     o->name, text);
	else if (o->type == SOCKOPT_LINGER && strcmp(text, "off") != 0 &&
		 !is_time(text))
		reader_error(r, at, "%s is off or a time (0s, 5s), not '%s'",
			     o->name, text);
	else if (o->type == SOCKOPT_TIMEVAL && !is_time(text))
		reader_error(r, at, "%s is a time (200ms), not '%s'", o->name,
			     text);
	else
		return true;
	return false;
}

static bool check_actor(const struct reader *r, const struct act_draft *draft)
{
	const struct act *act = &draft->act;

	if (!act->program || verb_rules[act->verb].calls)
		return true;
	reader_error(r, draft->verb_at,
		     "the lab does '%s', not a program: write it under '%s'",
		     verb_names[act->verb], act->host);
	return false;
}

/*
 * A background act of which nothing was said may take as long as it likes:
 * its await has a limit.
 */
bool act_check_times(const struct reader *r, struct act_draft *draft)
{
	struct act *act = &draft->act;

	if (act->within_ns && act->not_before_ns > act->within_ns) {
		reader_error(r, draft->at[ACT_KEY_NOT_BEFORE],
			     "'not-before' is later than 'within'");
		return false;
	}
	if (!act->within_ns && !act->blocks_ns)
		act->within_ns = ACT_WITHIN_NS + act->not_before_ns;
	return true;
}

bool act_check(const struct reader *r, struct act_draft *draft)
{
	/* one after the other: each tells its own errors */
	bool ok = check_clashes(r, draft);

	ok = check_new(r, draft) && ok;
	ok = check_data(r, draft) && ok;
	ok = check_length(r, draft) && ok;
	ok = check_connect(r, draft) && ok;
	ok = check_option(r, draft) && ok;
	ok = check_actor(r, draft) && ok;
	if (draft->act.background && !draft->at[ACT_KEY_WITHIN])
		return ok;
	return act_check_times(r, draft) && ok;
}
