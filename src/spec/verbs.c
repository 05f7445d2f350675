/*
 * verbs.c - the one table of verbs: what each takes, needs and means
 */
#include "spec/verbs.h"

#include "base/names.h"

#define ACT(field) offsetof(struct act_draft, act.field)
#define KEY(key)   ACT_KEY_BIT(ACT_KEY_##key)

const char *const verb_names[VERBS] = {
	[VERB_SOCKET] = "socket",
	[VERB_BIND] = "bind",
	[VERB_LISTEN] = "listen",
	[VERB_CONNECT] = "connect",
	[VERB_ACCEPT] = "accept",
	[VERB_SEND] = "send",
	[VERB_RECV] = "recv",
	[VERB_SHUTDOWN] = "shutdown",
	[VERB_CLOSE] = "close",
	[VERB_ABORT] = "abort",
	[VERB_SETSOCKOPT] = "setsockopt",
	[VERB_GETSOCKOPT] = "getsockopt",
	[VERB_FORK] = "fork",
	[VERB_SPAWN] = "spawn",
	[VERB_RUN] = "run",
	[VERB_SIGNAL] = "signal",
	[VERB_KILL] = "kill",
	[VERB_STOP] = "stop",
	[VERB_EXIT] = "exit",
	[VERB_RESTART] = "restart",
};
TABLE_COVERS(verb_names, VERBS);

const struct key act_keys[ACT_KEYS] = {
	[ACT_KEY_AS] = {"as", VALUE_NAME, false, offsetof(struct act_draft, as),
			NULL, "name the socket or program that this makes"},
	[ACT_KEY_ON] = {"on", VALUE_NAME, false, offsetof(struct act_draft, on),
			NULL, "use this socket instead of making one"},
	[ACT_KEY_FROM] = {"from", VALUE_ADDR, false, ACT(from), NULL,
			  "bind to this address first"},
	[ACT_KEY_BYTES] = {"bytes", VALUE_BYTES, false, ACT(bytes), NULL,
			   "so many bytes"},
	[ACT_KEY_TEXT] = {"text", VALUE_PROSE, false, ACT(text), NULL,
			  "exactly these bytes"},
	[ACT_KEY_EOF] = {"eof", VALUE_BOOL, false, ACT(eof), NULL,
			 "must end with end of file"},
	[ACT_KEY_HOW] = {"how", VALUE_SHUT_HOW, false, ACT(how), NULL,
			 "which direction: rd, wr or rdwr"},
	[ACT_KEY_OPTION] = {"option", VALUE_OPTION, false, ACT(option), NULL,
			    "the socket option: SO_LINGER, TCP_NODELAY …"},
	[ACT_KEY_VALUE] = {"value", VALUE_PROSE, false, ACT(value), NULL,
			   "set it to this: 1, off, 0s, cubic"},
	[ACT_KEY_RETURNS] = {"returns", VALUE_PROSE, false, ACT(returns), NULL,
			     "must read as this"},
	[ACT_KEY_TO] = {"to", VALUE_NAME, false, ACT(target), NULL,
			"the program that gets the signal"},
	[ACT_KEY_LISTENING] = {"listening", VALUE_PORT, false, ACT(listening),
			       NULL, "it is ready once this TCP port listens"},
	[ACT_KEY_STATUS] = {"status", VALUE_STATUS, false, ACT(status), NULL,
			    "wait for its exit, with this status"},
	[ACT_KEY_SIGNAL] = {"signal", VALUE_SIGNAL, false, ACT(signal), NULL,
			    "it must have died of this signal"},
	[ACT_KEY_REUSEADDR] = {"reuseaddr", VALUE_BOOL, false, ACT(reuseaddr),
			       NULL, "set SO_REUSEADDR before binding"},
	[ACT_KEY_REUSEPORT] = {"reuseport", VALUE_BOOL, false, ACT(reuseport),
			       NULL, "set SO_REUSEPORT before binding"},
	[ACT_KEY_V6ONLY] = {"v6only", VALUE_BOOL, false, ACT(v6only), NULL,
			    "set IPV6_V6ONLY before binding"},
	[ACT_KEY_CLOEXEC] = {"cloexec", VALUE_BOOL, false,
			     offsetof(struct act_draft, cloexec), NULL,
			     "close the socket in spawned programs (default "
			     "true)"},
	[ACT_KEY_BACKLOG] = {"backlog", VALUE_BACKLOG, false, ACT(backlog),
			     NULL,
			     "listen(2)'s second argument (default "
			     "128)"},
	[ACT_KEY_FAMILY] = {"family", VALUE_FAMILY, false, ACT(family), NULL,
			    "the IP version, if the address leaves it open"},
	[ACT_KEY_FAILS] = {"fails", VALUE_ERRNO, false, ACT(fails), NULL,
			   "must fail with this errno"},
	[ACT_KEY_BLOCKS] = {"blocks", VALUE_DURATION, false, ACT(blocks_ns),
			    NULL, "must not have returned after so long"},
	[ACT_KEY_WITHIN] = {"within", VALUE_DURATION, false, ACT(within_ns),
			    NULL,
			    "must be done within this time (default "
			    "5s)"},
	[ACT_KEY_NOT_BEFORE] = {"not-before", VALUE_DURATION, false,
				ACT(not_before_ns), NULL,
				"must not be done before this time"},
	[ACT_KEY_BACKGROUND] = {"background", VALUE_NAME, false,
				ACT(background), NULL,
				"go on without waiting; 'await' this "
				"name later"},
};
TABLE_COVERS(act_keys, ACT_KEYS);

const struct key await_keys[AWAIT_KEYS] = {
	{"op", VALUE_NAME, true, offsetof(struct act_draft, act.background),
	 NULL, "the name that the step gave with 'background'"},
	{"fails", VALUE_ERRNO, false, offsetof(struct act_draft, act.fails),
	 NULL, "must fail with this errno"},
	{"eof", VALUE_BOOL, false, offsetof(struct act_draft, act.eof), NULL,
	 "must end with end of file"},
	{"bytes", VALUE_BYTES, false, offsetof(struct act_draft, act.bytes),
	 NULL, "must have moved so many bytes"},
	{"within", VALUE_DURATION, false,
	 offsetof(struct act_draft, act.within_ns), NULL,
	 "must be done within this time from here (default 5s)"},
	{"not-before", VALUE_DURATION, false,
	 offsetof(struct act_draft, act.not_before_ns), NULL,
	 "must not be done before this time from its begin"},
};

/* what may come of any system call */
#define CALL                                                        \
	(KEY(FAILS) | KEY(BLOCKS) | KEY(WITHIN) | KEY(NOT_BEFORE) | \
	 KEY(BACKGROUND))
/* what may be said of a new socket */
#define NEW                                                        \
	(KEY(AS) | KEY(REUSEADDR) | KEY(REUSEPORT) | KEY(V6ONLY) | \
	 KEY(CLOEXEC) | KEY(FAMILY))
#define WORD offsetof(struct act_draft, word)

const struct verb_rule verb_rules[VERBS] = {
	[VERB_SOCKET] = {ACT(family), VALUE_SOCKET, (NEW & ~KEY(FAMILY)) | CALL,
			 KEY(AS), true, true, "make a socket and no more",
			 "client: {socket: tcp, as: c}"},
	[VERB_BIND] = {ACT(addr), VALUE_ADDR, NEW | KEY(ON) | CALL, 0, true,
		       true, "bind a new socket, or an old one (on:)",
		       "client: {bind: 5000, as: c}"},
	[VERB_LISTEN] = {WORD, VALUE_LISTEN,
			 NEW | KEY(ON) | KEY(BACKLOG) | CALL, 0, true, true,
			 "bind a new socket and listen, or listen on one that "
			 "is bound",
			 "server: {listen: 7788, as: L, reuseaddr: true}"},
	[VERB_CONNECT] = {ACT(addr), VALUE_ADDR,
			  NEW | KEY(ON) | KEY(FROM) | CALL, 0, true, true,
			  "connect a new socket, or an old one (on:)",
			  "client: {connect: \"server:7788\", as: c}"},
	[VERB_ACCEPT] = {WORD, VALUE_NAME, KEY(AS) | KEY(CLOEXEC) | CALL, 0,
			 true, true, "accept a connection of a listener",
			 "server: {accept: L, as: s}"},
	[VERB_SEND] = {WORD, VALUE_NAME, KEY(BYTES) | KEY(TEXT) | CALL, 0,
		       false, true, "send bytes or a text",
		       "client: {send: c, text: hello}"},
	[VERB_RECV] = {WORD, VALUE_NAME,
		       KEY(BYTES) | KEY(TEXT) | KEY(EOF) | CALL, 0, false, true,
		       "receive bytes, a text, end of file, or whatever comes",
		       "server: {recv: s, text: hello}"},
	[VERB_SHUTDOWN] = {WORD, VALUE_NAME, KEY(HOW) | CALL, KEY(HOW), false,
			   true, "shut one or both directions down",
			   "client: {shutdown: c, how: wr}"},
	[VERB_CLOSE] = {WORD, VALUE_NAME, CALL, 0, false, true,
			"close a socket", "client: {close: c}"},
	[VERB_ABORT] = {WORD, VALUE_NAME, CALL, 0, false, true,
			"close a socket with SO_LINGER on and 0: it resets",
			"client: {abort: c}"},
	[VERB_SETSOCKOPT] = {WORD, VALUE_NAME, KEY(OPTION) | KEY(VALUE) | CALL,
			     KEY(OPTION) | KEY(VALUE), false, true,
			     "set a socket option",
			     "client: {setsockopt: c, option: SO_LINGER, "
			     "value: 0s}"},
	[VERB_GETSOCKOPT] = {WORD, VALUE_NAME,
			     KEY(OPTION) | KEY(RETURNS) | CALL, KEY(OPTION),
			     false, true, "read a socket option",
			     "client: {getsockopt: c, option: SO_ERROR, "
			     "returns: 0}"},
	[VERB_FORK] = {WORD, VALUE_NAME, KEY(WITHIN), 0, false, true,
		       "fork the agent: a second program with its descriptors",
		       "server: {fork: child}"},
	[VERB_SPAWN] = {ACT(argv), VALUE_ARGV, KEY(AS) | KEY(WITHIN), KEY(AS),
			false, true,
			"fork and execute a command, as a server would",
			"server: {spawn: [sleep, 60], as: helper}"},
	[VERB_RUN] = {ACT(argv), VALUE_ARGV,
		      KEY(AS) | KEY(LISTENING) | KEY(STATUS) | KEY(WITHIN),
		      KEY(AS), false, false, "start a command on a host",
		      "server: {run: [python3, -m, http.server, 7788], as: "
		      "web, listening: 7788}"},
	[VERB_SIGNAL] = {ACT(signal), VALUE_SIGNAL, KEY(TO), KEY(TO), false,
			 false, "send a signal to a program",
			 "server: {signal: SIGUSR1, to: web}"},
	[VERB_KILL] = {WORD, VALUE_NAME, KEY(WITHIN), 0, false, false,
		       "SIGKILL a program and wait until it is gone",
		       "server: {kill: agent}"},
	[VERB_STOP] = {WORD, VALUE_NAME, KEY(WITHIN), 0, false, false,
		       "SIGTERM a program and wait until it is gone",
		       "server: {stop: web}"},
	[VERB_EXIT] = {WORD, VALUE_NAME,
		       KEY(STATUS) | KEY(SIGNAL) | KEY(WITHIN) |
			       KEY(NOT_BEFORE),
		       0, false, false, "wait until a program is gone",
		       "server: {exit: web, status: 0}"},
	[VERB_RESTART] = {WORD, VALUE_NAME, KEY(WITHIN), 0, false, false,
			  "start a program that is gone, as it was started",
			  "server: {restart: agent}"},
};
TABLE_COVERS(verb_rules, VERBS);
