/*
 * act.c - read what a host is to do
 */
#include "spec/act.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/act_check.h"
#include "spec/address.h"
#include "spec/node.h"
#include "spec/verbs.h"

void act_init(struct act *act)
{
	*act = (struct act){.bytes = -1, .backlog = ACT_BACKLOG};
}

void act_done(struct act *act)
{
	free(act->host);
	free(act->program);
	free(act->socket);
	free(act->on);
	free(act->addr.host);
	free(act->from.host);
	free(act->text);
	free(act->option);
	free(act->value);
	free(act->returns);
	for (char **arg = act->argv; arg && *arg; arg++)
		free(*arg);
	free(act->argv);
	free(act->target);
	free(act->background);
	*act = (struct act){0};
}

/* "server" or "server.child" */
static bool read_actor(const struct reader *r, const struct node *name,
		       struct act *act)
{
	const char *dot = strchr(name->text, '.');
	SCOPED_FREE char *host =
		mem_strndup(name->text, dot ? (size_t)(dot - name->text)
					    : strlen(name->text));

	if (!value_is_host_name(host) || (dot && !value_is_name(dot + 1))) {
		reader_error(r, name,
			     "'%s' is neither a step nor a host, nor a "
			     "program of one (server.child)",
			     name->text);
		return false;
	}
	act->host = PTR_STEAL(host);
	if (dot && strcmp(dot + 1, "agent") != 0)
		act->program = mem_strdup(dot + 1);
	return true;
}

static int act_key_find(const char *name)
{
	for (int k = 0; k < ACT_KEYS; k++)
		if (strcmp(act_keys[k].name, name) == 0)
			return k;
	return -1;
}

static bool verb_admits(int verb, int key)
{
	return key >= 0 &&
	       (verb_rules[verb].admits & ACT_KEY_BIT((unsigned int)key));
}

/* does another verb of the mapping take this word as a mere key? As in
 * "exit: web, signal: SIGTERM" */
static bool is_key_of_other(const struct node *mapping, size_t word)
{
	int key = act_key_find(mapping->keys[word]->text);

	for (size_t i = 0; i < mapping->n; i++) {
		int verb =
			names_find(verb_names, VERBS, mapping->keys[i]->text);

		if (i != word && verb >= 0 && verb_admits(verb, key))
			return true;
	}
	return false;
}

/* a mapping without a verb: which word may have been meant as one? */
static void tell_no_verb(const struct reader *r, const struct node *mapping)
{
	for (size_t i = 0; i < mapping->n; i++) {
		const struct node *key = mapping->keys[i];

		if (act_key_find(key->text) >= 0)
			continue;
		reader_unknown(r, key, "verb",
			       names_nearest(verb_names, VERBS, key->text));
		return;
	}
	reader_error(r, mapping, "this step has no verb: what is to be done?");
}

/* the index of the pair whose key is the verb; -1 after an error */
static int find_verb(const struct reader *r, const struct node *mapping)
{
	int found = -1;

	for (size_t i = 0; i < mapping->n; i++) {
		const struct node *key = mapping->keys[i];

		if (names_find(verb_names, VERBS, key->text) < 0 ||
		    is_key_of_other(mapping, i))
			continue;
		if (found >= 0) {
			reader_error(r, key,
				     "one step does one thing: '%s' is a verb "
				     "too, after '%s'",
				     key->text, mapping->keys[found]->text);
			return -1;
		}
		found = (int)i;
	}
	if (found < 0)
		tell_no_verb(r, mapping);
	return found;
}

/* the nearest key that the verb would take */
static const char *nearest_key(enum verb verb, const char *word)
{
	const char *names[ACT_KEYS] = {0};

	for (int k = 0; k < ACT_KEYS; k++)
		names[k] = verb_admits((int)verb, k) ? act_keys[k].name : NULL;
	return names_nearest(names, ACT_KEYS, word);
}

static bool read_key(const struct reader *r, struct act_draft *draft,
		     const struct node *name, const struct node *value)
{
	enum verb verb = draft->act.verb;
	int k = act_key_find(name->text);
	const char *nearest;

	if (k < 0) {
		nearest = nearest_key(verb, name->text);
		reader_unknown(r, name, "key", nearest);
		/* what it was meant for is not missing, then */
		if (nearest)
			draft->at[act_key_find(nearest)] = value;
		return false;
	}
	if (!verb_admits((int)verb, k)) {
		reader_error(r, name, "'%s' does not go with '%s'", name->text,
			     verb_names[verb]);
		return false;
	}
	draft->at[k] = value;
	return value_read(r, act_keys[k].type, value,
			  (char *)draft + act_keys[k].offset);
}

static bool read_keys(const struct reader *r, const struct node *mapping,
		      struct act_draft *draft)
{
	const struct verb_rule *rule;
	int at = find_verb(r, mapping);
	bool ok;

	if (at < 0)
		return false;
	draft->act.verb = (enum verb)names_find(verb_names, VERBS,
						mapping->keys[at]->text);
	draft->verb_at = mapping->keys[at];
	draft->value_at = mapping->items[at];
	rule = &verb_rules[draft->act.verb];
	ok = value_read(r, rule->value, draft->value_at,
			(char *)draft + rule->offset);
	for (size_t i = 0; i < mapping->n; i++)
		if ((int)i != at)
			ok = read_key(r, draft, mapping->keys[i],
				      mapping->items[i]) &&
			     ok;
	for (int k = 0; k < ACT_KEYS; k++) {
		if (!(rule->needs & ACT_KEY_BIT((unsigned int)k)) ||
		    draft->at[k])
			continue;
		reader_error(r, draft->verb_at, "'%s' needs '%s'",
			     verb_names[draft->act.verb], act_keys[k].name);
		ok = false;
	}
	return ok;
}

/* listen's word is a socket's name or an address */
static bool place_listen(const struct reader *r, struct act_draft *draft)
{
	struct act *act = &draft->act;

	if (!value_is_name(draft->word))
		return address_read(r, draft->value_at, &act->addr);
	if (draft->as || draft->on) {
		reader_error(r, draft->at[draft->as ? ACT_KEY_AS : ACT_KEY_ON],
			     "'%s' names the socket already", draft->word);
		return false;
	}
	draft->on = PTR_STEAL(draft->word);
	return true;
}

static bool place_maker(const struct reader *r, struct act_draft *draft)
{
	struct act *act = &draft->act;

	if (act->verb == VERB_LISTEN && !place_listen(r, draft))
		return false;
	if (act->verb == VERB_ACCEPT) {
		act->on = PTR_STEAL(draft->word);
	} else if (draft->on && draft->as) {
		reader_error(r, draft->at[ACT_KEY_AS],
			     "'on' uses a socket and 'as' makes one: not both");
		return false;
	} else if (draft->on) {
		act->on = PTR_STEAL(draft->on);
		act->socket = mem_strdup(act->on);
		return true;
	}
	act->makes = true;
	act->socket = PTR_STEAL(draft->as);
	return true;
}

/* what is a name in the draft goes where the verb wants it */
static bool place(const struct reader *r, struct act_draft *draft)
{
	struct act *act = &draft->act;

	act->keep_on_exec = !draft->cloexec;
	if (verb_rules[act->verb].makes)
		return place_maker(r, draft);
	switch (act->verb) {
	case VERB_SPAWN:
	case VERB_RUN:
		act->target = PTR_STEAL(draft->as);
		return true;
	case VERB_FORK:
	case VERB_KILL:
	case VERB_STOP:
	case VERB_EXIT:
	case VERB_RESTART:
		act->target = PTR_STEAL(draft->word);
		return true;
	case VERB_SEND:
	case VERB_RECV:
	case VERB_SHUTDOWN:
	case VERB_CLOSE:
	case VERB_ABORT:
	case VERB_SETSOCKOPT:
	case VERB_GETSOCKOPT:
		act->socket = PTR_STEAL(draft->word);
		return true;
	case VERB_SIGNAL:
	case VERB_SOCKET:
	case VERB_BIND:
	case VERB_LISTEN:
	case VERB_CONNECT:
	case VERB_ACCEPT:
	case VERBS:
		break;
	}
	return true;
}

static void draft_done(struct act_draft *draft)
{
	free(draft->as);
	free(draft->on);
	free(draft->word);
	draft->as = NULL;
	draft->on = NULL;
	draft->word = NULL;
}

bool act_read(const struct reader *r, const struct node *name,
	      const struct node *node, struct act_draft *draft)
{
	bool ok;

	*draft = (struct act_draft){.cloexec = true};
	act_init(&draft->act);
	ok = read_actor(r, name, &draft->act);
	if (!reader_is(r, node, NODE_KIND_MAPPING, "what a host does"))
		return false;
	ok = read_keys(r, node, draft) && place(r, draft) &&
	     act_check(r, draft) && ok;
	draft_done(draft);
	return ok;
}

bool act_read_await(const struct reader *r, const struct node *node,
		    struct act_draft *draft)
{
	const struct node *at[AWAIT_KEYS] = {0};

	*draft = (struct act_draft){.value_at = node};
	act_init(&draft->act);
	if (node->kind == NODE_KIND_MAPPING) {
		reader_keys(r, node, "'await'", await_keys, AWAIT_KEYS, draft,
			    at);
		if (at[0])
			draft->value_at = node_find(node, "op");
		draft->at[ACT_KEY_NOT_BEFORE] = at[5];
		if (draft->act.fails && draft->act.eof)
			reader_error(r, node, "what fails has no end of file");
	} else if (!value_read(r, VALUE_NAME, node, &draft->act.background)) {
		return false;
	}
	act_check_times(r, draft);
	return draft->act.background != NULL;
}
