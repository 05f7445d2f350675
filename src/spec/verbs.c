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
	[ACT_KEY_AS] = {"as", VALUE_NAME, offsetof(struct act_draft, as), NULL,
			false, "name the socket or program that this makes"},
	[ACT_KEY_ON] = {"on", VALUE_NAME, offsetof(struct act_draft, on), NULL,
			false, "use this socket instead of making one"},
	[ACT_KEY_FROM] = {"from", VALUE_ADDR, ACT(from), NULL, false,
			  "bind to this address first"},
	[ACT_KEY_BYTES] = {"bytes", VALUE_BYTES, ACT(bytes), NULL, false,
			   "so many bytes"},
	[ACT_KEY_TEXT] = {"text", VALUE_PROSE, ACT(text), NULL, false,
			  "exactly these bytes"},
	[ACT_KEY_EOF] = {"eof", VALUE_BOOL, ACT(eof), NULL, false,
			 "must end with end of file"},
	[ACT_KEY_HOW] = {"how", VALUE_SHUT_HOW, ACT(how), NULL, false,
			 "which direction: rd, wr or rdwr"},
	[ACT_KEY_OPTION] = {"option", VALUE_OPTION, ACT(option), NULL, false,
			    "the socket option: SO_LINGER, TCP_NODELAY …"},
	[ACT_KEY_VALUE] = {"value", VALUE_PROSE, ACT(value), NULL, false,
			   "set it to this: 1, off, 0s, cubic"},
	[ACT_KEY_RETURNS] = {"returns", VALUE_PROSE, ACT(returns), NULL, false,
			     "must read as this"},
	[ACT_KEY_TO] = {"to", VALUE_NAME, ACT(target), NULL, false,
			"the program that gets the signal"},
	[ACT_KEY_LISTENING] = {"listening", VALUE_PORT, ACT(listening), NULL,
			       false, "it is ready once this TCP port listens"},
	[ACT_KEY_STATUS] = {"status", VALUE_STATUS, ACT(status), NULL, false,
			    "wait for its exit, with this status"},
	[ACT_KEY_SIGNAL] = {"signal", VALUE_SIGNAL, ACT(signal), NULL, false,
			    "it must have died of this signal"},
	[ACT_KEY_REUSEADDR] = {"reuseaddr", VALUE_BOOL, ACT(reuseaddr), NULL,
			       false, "set SO_REUSEADDR before binding"},
	[ACT_KEY_REUSEPORT] = {"reuseport", VALUE_BOOL, ACT(reuseport), NULL,
			       false, "set SO_REUSEPORT before binding"},
	[ACT_KEY_V6ONLY] = {"v6only", VALUE_BOOL, ACT(v6only), NULL, false,
			    "set IPV6_V6ONLY before binding"},
	[ACT_KEY_CLOEXEC] = {"cloexec", VALUE_BOOL,
			     offsetof(struct act_draft, cloexec), NULL, false,
			     "close the socket in spawned programs (default "
			     "true)"},
	[ACT_KEY_BACKLOG] = {"backlog", VALUE_BACKLOG, ACT(backlog), NULL,
			     false,
			     "listen(2)'s second argument (default "
			     "128)"},
	[ACT_KEY_FAMILY] = {"family", VALUE_FAMILY, ACT(family), NULL, false,
			    "the IP version, if the address leaves it open"},
	[ACT_KEY_FAILS] = {"fails", VALUE_ERRNO, ACT(fails), NULL, false,
			   "must fail with this errno"},
	[ACT_KEY_BLOCKS] = {"blocks", VALUE_DURATION, ACT(blocks_ns), NULL,
			    false, "must not have returned after so long"},
	[ACT_KEY_WITHIN] = {"within", VALUE_DURATION, ACT(within_ns), NULL,
			    false,
			    "must be done within this time (default "
			    "5s)"},
	[ACT_KEY_NOT_BEFORE] = {"not-before", VALUE_DURATION,
				ACT(not_before_ns), NULL, false,
				"must not be done before this time"},
	[ACT_KEY_BACKGROUND] = {"background", VALUE_NAME, ACT(background), NULL,
				false,
				"go on without waiting; 'await' this "
				"name later"},
};
TABLE_COVERS(act_keys, ACT_KEYS);

const struct key await_keys[AWAIT_KEYS] = {
	{"op", VALUE_NAME, offsetof(struct act_draft, act.background), NULL,
	 true, "the name that the step gave with 'background'"},
	{"fails", VALUE_ERRNO, offsetof(struct act_draft, act.fails), NULL,
	 false, "must fail with this errno"},
	{"eof", VALUE_BOOL, offsetof(struct act_draft, act.eof), NULL, false,
	 "must end with end of file"},
	{"bytes", VALUE_BYTES, offsetof(struct act_draft, act.bytes), NULL,
	 false, "must have moved so many bytes"},
	{"within", VALUE_DURATION, offsetof(struct act_draft, act.within_ns),
	 NULL, false, "must be done within this time from here (default 5s)"},
	{"not-before", VALUE_DURATION,
	 offsetof(struct act_draft, act.not_before_ns), NULL, false,
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
	[VERB_SOCKET] = {VALUE_SOCKET, ACT(family), (NEW & ~KEY(FAMILY)) | CALL,
			 KEY(AS), true, true, "make a socket and no more",
			 "client: {socket: tcp, as: c}"},
	[VERB_BIND] = {VALUE_ADDR, ACT(addr), NEW | KEY(ON) | CALL, 0, true,
		       true, "bind a new socket, or an old one (on:)",
		       "client: {bind: 5000, as: c}"},
	[VERB_LISTEN] = {VALUE_LISTEN, WORD,
			 NEW | KEY(ON) | KEY(BACKLOG) | CALL, 0, true, true,
			 "bind a new socket and listen, or listen on one that "
			 "is bound",
			 "server: {listen: 7788, as: L, reuseaddr: true}"},
	[VERB_CONNECT] = {VALUE_ADDR, ACT(addr),
			  NEW | KEY(ON) | KEY(FROM) | CALL, 0, true, true,
			  "connect a new socket, or an old one (on:)",
			  "client: {connect: \"server:7788\", as: c}"},
	[VERB_ACCEPT] = {VALUE_NAME, WORD, KEY(AS) | KEY(CLOEXEC) | CALL, 0,
			 true, true, "accept a connection of a listener",
			 "server: {accept: L, as: s}"},
	[VERB_SEND] = {VALUE_NAME, WORD, KEY(BYTES) | KEY(TEXT) | CALL, 0,
		       false, true, "send bytes or a text",
		       "client: {send: c, text: hello}"},
	[VERB_RECV] = {VALUE_NAME, WORD,
		       KEY(BYTES) | KEY(TEXT) | KEY(EOF) | CALL, 0, false, true,
		       "receive bytes, a text, end of file, or whatever comes",
		       "server: {recv: s, text: hello}"},
	[VERB_SHUTDOWN] = {VALUE_NAME, WORD, KEY(HOW) | CALL, KEY(HOW), false,
			   true, "shut one or both directions down",
			   "client: {shutdown: c, how: wr}"},
	[VERB_CLOSE] = {VALUE_NAME, WORD, CALL, 0, false, true,
			"close a socket", "client: {close: c}"},
	[VERB_ABORT] = {VALUE_NAME, WORD, CALL, 0, false, true,
			"close a socket with SO_LINGER on and 0: it resets",
			"client: {abort: c}"},
	[VERB_SETSOCKOPT] = {VALUE_NAME, WORD, KEY(OPTION) | KEY(VALUE) | CALL,
			     KEY(OPTION) | KEY(VALUE), false, true,
			     "set a socket option",
			     "client: {setsockopt: c, option: SO_LINGER, "
			     "value: 0s}"},
	[VERB_GETSOCKOPT] = {VALUE_NAME, WORD,
			     KEY(OPTION) | KEY(RETURNS) | CALL, KEY(OPTION),
			     false, true, "read a socket option",
			     "client: {getsockopt: c, option: SO_ERROR, "
			     "returns: 0}"},
	[VERB_FORK] = {VALUE_NAME, WORD, KEY(WITHIN), 0, false, true,
		       "fork the agent: a second program with its descriptors",
		       "server: {fork: child}"},
	[VERB_SPAWN] = {VALUE_ARGV, ACT(argv), KEY(AS) | KEY(WITHIN), KEY(AS),
			false, true,
			"fork and execute a command, as a server would",
			"server: {spawn: [sleep, 60], as: helper}"},
	[VERB_RUN] = {VALUE_ARGV, ACT(argv),
		      KEY(AS) | KEY(LISTENING) | KEY(STATUS) | KEY(WITHIN),
		      KEY(AS), false, false, "start a command on a host",
		      "server: {run: [python3, -m, http.server, 7788], as: "
		      "web, listening: 7788}"},
	[VERB_SIGNAL] = {VALUE_SIGNAL, ACT(signal), KEY(TO), KEY(TO), false,
			 false, "send a signal to a program",
			 "server: {signal: SIGUSR1, to: web}"},
	[VERB_KILL] = {VALUE_NAME, WORD, KEY(WITHIN), 0, false, false,
		       "SIGKILL a program and wait until it is gone",
		       "server: {kill: agent}"},
	[VERB_STOP] = {VALUE_NAME, WORD, KEY(WITHIN), 0, false, false,
		       "SIGTERM a program and wait until it is gone",
		       "server: {stop: web}"},
	[VERB_EXIT] = {VALUE_NAME, WORD,
		       KEY(STATUS) | KEY(SIGNAL) | KEY(WITHIN) |
			       KEY(NOT_BEFORE),
		       0, false, false, "wait until a program is gone",
		       "server: {exit: web, status: 0}"},
	[VERB_RESTART] = {VALUE_NAME, WORD, KEY(WITHIN), 0, false, false,
			  "start a program that is gone, as it was started",
			  "server: {restart: agent}"},
};
TABLE_COVERS(verb_rules, VERBS);
