/*
 * protocol.c - commands to packets and back; are answers fit for use
 */
#include "agent/protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/** enum flag - the act's booleans as bits */
enum flag {
	FLAG_MAKES = 1,
	FLAG_REUSEADDR = 2,
	FLAG_REUSEPORT = 4,
	FLAG_V6ONLY = 8,
	FLAG_KEEP_ON_EXEC = 16,
	FLAG_EOF = 32,
	FLAGS_ALL = 63,
};

/** enum word - the act's strings, in the order in which they follow */
enum word {
	WORD_SOCKET,
	WORD_ON,
	WORD_TEXT,
	WORD_OPTION,
	WORD_VALUE,
	WORD_RETURNS,
	WORD_TARGET,
	WORDS
};

/**
 * struct packet - the fixed part of a command
 * @word_len: bytes of each string with its NUL; 0: there is none
 * @argc: strings of argv, each with its NUL, that follow the words
 */
struct packet {
	uint64_t magic;
	uint64_t op;
	uint32_t kind;
	uint32_t verb;
	uint32_t family;
	uint32_t how;
	uint32_t flags;
	uint32_t argc;
	int64_t backlog;
	int64_t bytes;
	uint32_t word_len[WORDS];
	struct endpoint addr;
	struct endpoint from;
};

static void act_words(struct act *act, char **words[WORDS])
{
	words[WORD_SOCKET] = &act->socket;
	words[WORD_ON] = &act->on;
	words[WORD_TEXT] = &act->text;
	words[WORD_OPTION] = &act->option;
	words[WORD_VALUE] = &act->value;
	words[WORD_RETURNS] = &act->returns;
	words[WORD_TARGET] = &act->target;
}

static uint32_t act_flags(const struct act *act)
{
	return (act->makes ? FLAG_MAKES : 0U) |
	       (act->reuseaddr ? FLAG_REUSEADDR : 0U) |
	       (act->reuseport ? FLAG_REUSEPORT : 0U) |
	       (act->v6only ? FLAG_V6ONLY : 0U) |
	       (act->keep_on_exec ? FLAG_KEEP_ON_EXEC : 0U) |
	       (act->eof ? FLAG_EOF : 0U);
}

static bool name_fits(const char *name)
{
	return !name || strlen(name) < AGENT_NAME_TEXT;
}

int agent_cmd_encode(const struct agent_cmd *cmd, struct str *out)
{
	struct act act = cmd->act; /* to point into; not changed */
	char **words[WORDS];
	struct packet p;
	size_t total = sizeof(p);
	uint32_t argc = 0;

	if (!name_fits(act.socket) || !name_fits(act.on))
		return -ENAMETOOLONG;
	memset(&p, 0, sizeof(p)); /* padding too: it leaves the process */
	act_words(&act, words);
	for (int i = 0; i < WORDS; i++) {
		size_t len = *words[i] ? strlen(*words[i]) + 1 : 0;

		total += len;
		if (total > AGENT_CMD_MAX)
			return -EMSGSIZE;
		p.word_len[i] = (uint32_t)len;
	}
	for (char **arg = act.argv; arg && *arg; arg++, argc++) {
		total += strlen(*arg) + 1;
		if (total > AGENT_CMD_MAX)
			return -EMSGSIZE;
	}
	p.magic = AGENT_MAGIC;
	p.op = cmd->op;
	p.kind = cmd->kind;
	p.verb = act.verb;
	p.family = act.family;
	p.how = act.how;
	p.flags = act_flags(&act);
	p.argc = argc;
	p.backlog = act.backlog;
	p.bytes = act.bytes;
	p.addr = cmd->addr;
	p.from = cmd->from;
	str_addn(out, (const char *)&p, sizeof(p));
	for (int i = 0; i < WORDS; i++)
		str_addn(out, *words[i], p.word_len[i]);
	for (uint32_t i = 0; i < argc; i++)
		str_addn(out, act.argv[i], strlen(act.argv[i]) + 1);
	return 0;
}

static bool endpoint_valid(const struct endpoint *e)
{
	return e->family == AF_UNSPEC || e->family == AF_INET ||
	       e->family == AF_INET6;
}

static bool packet_valid(const struct packet *p)
{
	return p->magic == AGENT_MAGIC && p->kind < AGENT_CMD_KINDS &&
	       p->verb < VERBS && p->family < ACT_FAMILIES &&
	       p->how < SHUT_HOWS && !(p->flags & ~(uint32_t)FLAGS_ALL) &&
	       p->argc <= AGENT_CMD_MAX && endpoint_valid(&p->addr) &&
	       endpoint_valid(&p->from) &&
	       p->word_len[WORD_SOCKET] <= AGENT_NAME_TEXT &&
	       p->word_len[WORD_ON] <= AGENT_NAME_TEXT;
}

/* the next string of exactly @len bytes with its NUL; NULL if it is none */
static char *take_word(char **at, const char *end, size_t len)
{
	char *word = *at;

	if (len > (size_t)(end - word) ||
	    memchr(word, 0, len) != word + len - 1)
		return NULL;
	*at += len;
	return word;
}

/* NULL if the strings do not fill the rest exactly; caller frees */
static char **take_argv(char *at, const char *end, uint32_t argc)
{
	char **argv = mem_new(char *, argc + 1);

	for (uint32_t i = 0; i < argc; i++) {
		argv[i] = take_word(&at, end,
				    strnlen(at, (size_t)(end - at)) + 1);
		if (!argv[i]) {
			free(argv);
			return NULL;
		}
	}
	if (at != end) {
		free(argv);
		return NULL;
	}
	return argv;
}

static void packet_act(const struct packet *p, struct act *act)
{
	act->verb = (enum verb)p->verb;
	act->family = (enum act_family)p->family;
	act->how = (enum shut_how)p->how;
	act->makes = p->flags & FLAG_MAKES;
	act->reuseaddr = p->flags & FLAG_REUSEADDR;
	act->reuseport = p->flags & FLAG_REUSEPORT;
	act->v6only = p->flags & FLAG_V6ONLY;
	act->keep_on_exec = p->flags & FLAG_KEEP_ON_EXEC;
	act->eof = p->flags & FLAG_EOF;
	act->backlog = (int)p->backlog;
	act->bytes = p->bytes;
}

int agent_cmd_decode(char *buf, size_t len, struct agent_cmd *cmd)
{
	struct agent_cmd c = {0};
	const char *end = buf + len;
	char *at = buf + sizeof(struct packet);
	char **words[WORDS];
	struct packet p;

	if (len < sizeof(p) || len > AGENT_CMD_MAX)
		return -EPROTO;
	memcpy(&p, buf, sizeof(p));
	if (!packet_valid(&p))
		return -EPROTO;
	act_words(&c.act, words);
	for (int i = 0; i < WORDS; i++) {
		if (p.word_len[i] == 0)
			continue;
		*words[i] = take_word(&at, end, p.word_len[i]);
		if (!*words[i])
			return -EPROTO;
	}
	packet_act(&p, &c.act);
	c.kind = (enum agent_cmd_kind)p.kind;
	c.op = p.op;
	c.addr = p.addr;
	c.from = p.from;
	c.act.argv = take_argv(at, end, p.argc);
	if (!c.act.argv)
		return -EPROTO;
	*cmd = c;
	return 0;
}

void agent_cmd_done(struct agent_cmd *cmd)
{
	free(cmd->act.argv);
	cmd->act.argv = NULL;
}

static bool ends(const char *text, size_t size)
{
	return memchr(text, 0, size) != NULL;
}

/* looked at as a byte: a bool that is neither 0 nor 1 is undefined */
static bool bool_valid(const bool *b)
{
	unsigned char byte;

	memcpy(&byte, b, sizeof(byte));
	return byte <= 1;
}

bool agent_msg_valid(const struct agent_msg *msg, size_t len)
{
	return len == sizeof(*msg) && msg->magic == AGENT_MAGIC &&
	       (unsigned int)msg->kind < AGENT_MSG_KINDS &&
	       (unsigned int)msg->verb < VERBS && endpoint_valid(&msg->local) &&
	       endpoint_valid(&msg->remote) && bool_valid(&msg->eof) &&
	       bool_valid(&msg->match) && ends(msg->call, sizeof(msg->call)) &&
	       ends(msg->socket, sizeof(msg->socket)) &&
	       ends(msg->args, sizeof(msg->args)) &&
	       ends(msg->value, sizeof(msg->value));
}
